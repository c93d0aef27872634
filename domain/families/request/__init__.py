"""request/: a share request and everything that follows from it."""
