"""The ledger in a database: SQLite embedded, PostgreSQL in production, behind one contract."""
