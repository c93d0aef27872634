"""The columns that the tables of all projections share: the ledger and build of a row, and the tree sizes for which it
holds.

Projections can be rebuilt from the log, so ``create_tables`` makes their tables at start and the log's migrations do
not. A new form of a table is a new table (its name ends in the form's number), filled from entry 0 beside the old one.
``ledger`` comes first in every key; ``build`` separates the rows that answer from the rows that a rebuild is still
writing. The log's ``tracking`` table holds the position of a build, under the projection's name and the build as its
version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, Index, Integer, MetaData, Table, Text
from sqlalchemy.exc import DBAPIError

from ledger.store import tables as log

metadata = MetaData()
CODE = log.Key  # compares by byte, like the keys of the log

builds = Table(
    "projection_build",
    metadata,
    Column("ledger", CODE, primary_key=True),
    Column("name", CODE, primary_key=True),
    Column("build", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("tables", CODE, nullable=False),  # the names of its tables, joined by a space
    Column("state", CODE, nullable=False),  # building, answering, retired
    Column("stopped_at", BigInteger),  # the index of the entry that could not be applied
    Column("stopped_because", Text),
)


PROJECTION = "projection"  # in a table's ``info``: the projection whose builds its rows belong to


def interval_table(
    name: str,
    *,
    of: str,
    key: Sequence[Column[Any]],
    values: Sequence[Column[Any]],
    indexes: Sequence[Sequence[str]] = (),
) -> Table:
    """A table whose rows hold for the tree sizes ``[from_size, to_size)``; an open end is NULL and is set once.

    An index begins with ``build`` and not with ``ledger``. No two ledgers of a database give a projection's builds the
    same number, and a column that is equal in every row is compared again at each step of every insertion.
    """
    table = Table(
        name,
        metadata,
        Column("ledger", CODE, primary_key=True),
        Column("build", Integer, primary_key=True, autoincrement=False),
        *key,
        Column("from_size", BigInteger, primary_key=True, autoincrement=False),
        Column("to_size", BigInteger),
        *values,
        info={PROJECTION: of},
    )
    for columns in indexes:
        Index(f"{name}_{'_'.join(columns)}", table.c.build, *(table.c[column] for column in columns))
    return table


def create_tables(engine: Engine) -> None:
    """Makes the tables that are missing. Two processes may start at once: the second finds them made."""
    try:
        metadata.create_all(engine)
    except DBAPIError:
        metadata.create_all(engine)
