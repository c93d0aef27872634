"""One folder per stream family: events, state, life cycle, evolution, admission."""
