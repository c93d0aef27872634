"""A few entries among millions are found by their type, and the millions have no part in that index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from ledger.store import bulk, tables
from ledger.store.engine import writing
from ledger.store.store import Store
from ledger.store.tables import entry
from projections.deadlines.moved import CAUSES
from projections.findings.projector import STARTERS
from replay import log_source
from replay.log_source import ActLog
from replay.party_registry import PartyRegistry
from replay.secret_claims import read_claims

USES = 20_000
SIZE = USES + 1


@pytest.fixture(scope="module")
def full(postgres_ledgers: Engine) -> Iterator[Store]:
    """A log of uses and nothing else that anybody asks for."""
    store = Store(postgres_ledgers, "ledger.example/by-type")
    line, digest, uses = b"x" * 600, bytes(32), log_source.USES
    rows = [
        (store.ledger, index, f"request/{index % 500}", index // 500, uses, "urn:a", str(index), digest, line)
        for index in range(USES)
    ]
    with writing(postgres_ledgers) as connection:
        bulk.insert(connection, entry, rows)
        head = {"ledger": store.ledger, "origin": store.origin, "size": SIZE, "root": bytes(32), "demo": False}
        connection.execute(tables.head.insert(), head)
        connection.exec_driver_sql("ANALYZE entry")
    yield store
    store.close()


QUESTIONS: dict[str, Callable[[Store, ActLog], Any]] = {
    "the rules": lambda _, acts: acts.of_rules(SIZE),
    "what moves clocks": lambda _, acts: acts.of_types(CAUSES, 0, SIZE),
    "what changes an authority": lambda _, acts: list(acts.changing("authority/1", SIZE)),
    "what silence follows": lambda _, acts: acts.streams_with(STARTERS, SIZE),
    "the keys of all parties": lambda store, _: PartyRegistry(store).find_key(""),
    "claims to be secret": lambda store, acts: read_claims(store, acts, SIZE),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_rare_is_found_by_its_type_and_not_by_going_through_the_log(full: Store, question: str) -> None:
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "entry.type" in statement and not statement.startswith("EXPLAIN"):
            lines = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
            plans.append("\n".join(lines))

    event.listen(full.engine, "before_cursor_execute", explain)
    try:
        QUESTIONS[question](full, ActLog(full))
    finally:
        event.remove(full.engine, "before_cursor_execute", explain)
    (plan,) = plans
    assert "entry_type" in plan
    assert "Seq Scan" not in plan


def test_uses_have_no_part_in_it(full: Store) -> None:
    with full.engine.connect() as connection:
        tuples = "SELECT reltuples::bigint FROM pg_class WHERE relname = 'entry_type'"
        indexed = connection.exec_driver_sql(tuples).scalar_one()
        uses = select(func.count()).where(entry.c.type == log_source.USES)
        assert connection.scalar(uses) >= USES > indexed
