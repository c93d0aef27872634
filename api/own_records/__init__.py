"""What the server itself has to record, signed by the operator."""
