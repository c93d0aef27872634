"""The law: what the acts of information sharing are, what they change, and how they are judged."""
