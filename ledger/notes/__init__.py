"""Signed notes (c2sp.org/signed-note), checkpoints, cosignatures, tlog-proofs, and the log's own signing keys."""
