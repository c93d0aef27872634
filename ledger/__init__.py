"""The tamper-evident log: bytes, keys, chains, trees, storage. It cannot tell a grant from a dispute."""
