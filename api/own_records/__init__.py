"""Records that the server itself has to make, signed by the operator."""
