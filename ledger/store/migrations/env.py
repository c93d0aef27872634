"""Alembic's entry: started by `ledger.store.engine`, never by hand."""

from ledger.store.engine import run_migrations

run_migrations()
