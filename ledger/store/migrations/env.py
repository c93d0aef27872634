"""Alembic's entry: started by `ledger.store.migrating`, never by hand."""

from ledger.store.migrating import run_migrations

run_migrations()
