"""The Merkle tree (RFC 6962), its tiles and proofs (C2SP)."""
