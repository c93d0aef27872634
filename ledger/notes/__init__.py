"""Signed notes, checkpoints and cosignatures (C2SP)."""
