"""request/: a share request and all acts that follow from it."""
