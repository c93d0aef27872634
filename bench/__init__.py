"""The figures that the ledger must reach, each beside a bare loop and the plain event-sourcing library, in one run."""
