"""Secrecy reviews before a response."""
