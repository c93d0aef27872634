"""Negotiations between requester and provider."""
