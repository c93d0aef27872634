"""Catalogue items and demands."""
