"""One folder a stream family: events, state, life cycle, evolution, admission."""
