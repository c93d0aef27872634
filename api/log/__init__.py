"""The public log: checkpoints, tiles, entries, receipts and proofs."""
