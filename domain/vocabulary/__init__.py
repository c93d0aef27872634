"""The value types and code lists of the events."""
