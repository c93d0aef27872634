"""Floor 0: encodings, instants and errors that every room shares. Standard library only."""
