"""Disputes and their determinations."""
