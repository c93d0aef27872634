"""The tamper-evident log: bytes, keys, chains, trees, storage. It does not know a grant from a dispute."""
