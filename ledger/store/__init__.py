"""The tables of the log and the one transaction that writes them, on PostgreSQL and SQLite (design.md §5)."""
