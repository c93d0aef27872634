"""Publication: sign the newest checkpoint with all keys, and store it."""
