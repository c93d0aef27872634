"""The Merkle tree (RFC 6962 §2.1) and its tiles (c2sp.org/tlog-tiles)."""
