"""The figures that the ledger must reach, each beside the floor, the uniform population and the plain library."""
