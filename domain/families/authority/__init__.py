"""authority/: the administrative authority of a division."""
