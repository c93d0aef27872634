"""The decision tables: was this act authorized, and why."""
