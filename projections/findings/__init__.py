"""Findings and violations."""
