"""Records, entries, submissions and receipts: the bytes of the log."""
