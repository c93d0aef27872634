"""Who asks, and which entries, rows and texts that caller may read."""
