"""The law: the acts of information sharing, the states they change, and their judgement."""
