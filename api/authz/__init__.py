"""The identity of a caller, and the entries, rows and texts that it may read."""
