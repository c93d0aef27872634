"""Grants, their narrowing and revocation."""
