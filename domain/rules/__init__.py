"""Rule sets: data with effective dates."""
