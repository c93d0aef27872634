"""Reason and refusal codes, and their sentences in both languages."""
