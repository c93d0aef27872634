"""Measures of an organ."""
