"""Who accessed what, for what purpose, and was it authorized."""
