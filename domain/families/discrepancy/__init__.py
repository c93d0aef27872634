"""discrepancy/: errors in shared information, reported and verified."""
