"""The door for submissions."""
