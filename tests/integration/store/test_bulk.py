"""Rows written in bulk come back as they were given, whatever is in them, on either back end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Engine, Integer, LargeBinary, MetaData, SmallInteger, Table, Text
from sqlalchemy.exc import DBAPIError

from ledger.store import bulk
from ledger.store.engine import reading, writing

_names = itertools.count()
EDGES = {
    "small": (-(2**15), 2**15 - 1, None),
    "plain": (-(2**31), 2**31 - 1, None),
    "big": (-(2**63), 2**63 - 1, None),
    "yes": (True, False, None),
    "octets": (b"", b"\x00\xff{}", None),
    "words": ("", '引号 " \\ {a,b} NULL', None),
}


@pytest.fixture
def table(engine: Engine) -> Iterator[Table]:
    kinds = (SmallInteger, Integer, BigInteger, Boolean(create_constraint=False), LargeBinary, Text)
    columns = [Column(name, kind) for name, kind in zip(EDGES, kinds, strict=True)]
    made = Table(f"bulk_{next(_names)}", MetaData(), Column("number", Integer, primary_key=True), *columns)
    made.create(engine)
    yield made
    made.drop(engine)


def test_every_type_is_written_and_read_back_with_its_edges_and_with_nothing(engine: Engine, table: Table) -> None:
    rows = [(number, *values) for number, values in enumerate(zip(*EDGES.values(), strict=True))]
    with writing(engine) as connection:
        bulk.insert(connection, table, rows)
    with reading(engine) as connection:
        assert [tuple(row) for row in connection.execute(table.select().order_by(table.c.number))] == rows


def test_a_text_that_stands_many_times_stands_in_every_row(engine: Engine, table: Table) -> None:
    rows = [(number, None, None, None, None, None, f"档案 {number % 3}") for number in range(1_000)]
    with writing(engine) as connection:
        bulk.insert(connection, table, rows)
    with reading(engine) as connection:
        found = connection.scalars(table.select().with_only_columns(table.c.words).order_by(table.c.number)).all()
    assert found == [row[-1] for row in rows]


@pytest.mark.parametrize(("column", "wrong"), [("words", 7), ("big", 2**63), ("small", 2**15), ("octets", 7)])
def test_a_value_of_another_type_stops_the_batch_and_nothing_of_it_is_written(
    shared_postgres: Engine, column: str, wrong: object
) -> None:
    table = Table(
        f"bulk_{next(_names)}", MetaData(), Column("number", Integer, primary_key=True),
        Column("words", Text), Column("big", BigInteger), Column("small", SmallInteger), Column("octets", LargeBinary),
    )  # fmt: skip
    table.create(shared_postgres)
    place = list(table.columns.keys()).index(column)
    good = (0, "a", 1, 1, b"a")
    rows = [good, (1, *good[1:place], wrong, *good[place + 1 :])]
    with pytest.raises((ValueError, TypeError)), writing(shared_postgres) as connection:
        bulk.insert(connection, table, rows)
    with reading(shared_postgres) as connection:
        assert connection.execute(table.select()).all() == []
    table.drop(shared_postgres)


def test_a_text_that_the_database_cannot_hold_is_the_databases_error(shared_postgres: Engine) -> None:
    table = Table(f"bulk_{next(_names)}", MetaData(), Column("words", Text))
    table.create(shared_postgres)
    with pytest.raises(DBAPIError), writing(shared_postgres) as connection:
        bulk.insert(connection, table, [("a\x00b",)])
    table.drop(shared_postgres)
