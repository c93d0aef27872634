"""A signer's later statements about its own records."""
