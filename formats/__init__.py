"""Encodings, instants and errors for all packages. It imports the standard library only."""
