"""Parties, keys and posts."""
