"""dispute/: secrecy and privacy disputes, and their determination."""
