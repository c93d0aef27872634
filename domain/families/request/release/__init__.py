"""Releases: statutory disclosure, open data, other publication."""
