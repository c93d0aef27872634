"""Bringing a database to the schema of this release: Alembic, from scripts inside the package, in one transaction."""

from __future__ import annotations

import io

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Engine

from ledger.store.engine import writing
from ledger.store.tables import metadata

LOCATION = "ledger.store:migrations"
VERSION_TABLE = "ledger_schema"
_MIGRATING = 0x6C6564676572  # key of the PostgreSQL lock that makes servers starting together migrate one after another


def migrate(engine: Engine, *, location: str = LOCATION, version_table: str = VERSION_TABLE) -> None:
    """Create or upgrade the tables: all of it, or nothing. Another room brings its own scripts and version table."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        config = _config(location, version_table)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def migration_sql(url: str, *, location: str = LOCATION, version_table: str = VERSION_TABLE) -> str:
    """The same as SQL text, for administrators who run it themselves. Only the scheme of `url` is used."""
    config = _config(location, version_table)
    config.output_buffer = io.StringIO()
    config.attributes["url"] = url
    command.upgrade(config, "head", sql=True)
    return config.output_buffer.getvalue()


def run_migrations() -> None:
    """What each room's `env.py` calls."""
    config = context.config
    options = {"version_table": config.attributes["version_table"], "target_metadata": metadata}
    if context.is_offline_mode():
        context.configure(url=config.attributes["url"], literal_binds=True, **options)
    else:
        context.configure(connection=config.attributes["connection"], **options)
    with context.begin_transaction():
        context.run_migrations()


def _config(location: str, version_table: str) -> Config:
    config = Config()
    config.set_main_option("script_location", location)
    config.attributes["version_table"] = version_table
    return config
