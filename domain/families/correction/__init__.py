"""Later words of a signer about its own earlier record."""
