"""Uses of shared information."""
