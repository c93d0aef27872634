"""The full audit of a stored ledger: re-hash and re-check everything from entry 0, and name what is wrong."""
