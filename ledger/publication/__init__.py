"""Signing and keeping the newest checkpoint."""
