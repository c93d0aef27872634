"""A whole ledger to audit, and hands that tamper with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, delete, insert, select

from ledger.audit.audit import audit
from ledger.audit.report import Report
from ledger.audit.submissions import FindKeyAt
from ledger.publication.publisher import Publication
from ledger.store.store import Store
from tests.support.signing_parties import (
    ORIGIN,
    SigningParty,
    Ticking,
    checkpoint_signer,
    line,
    process,
    signing_party,
    verifiers,
    writer_for,
)

ORGAN, OTHER = signing_party(0), signing_party(1, "ES256")
KEYS = {one.key.kid: one for one in (ORGAN, OTHER)}
SIGNER = checkpoint_signer(ORIGIN)
COUNTS = (1, 300, 1, 1, 299, 3, 120)  # of the submissions' records, 725 in all
SIZE = sum(COUNTS)


def find_key(kid: str, iss: str, index: int, recorded_at: object) -> Any:
    """Both organs' keys, at all times."""
    one = KEYS.get(kid)
    return one.key.public if one is not None and one.uscc == iss else None


def lines(organ: SigningParty, count: int) -> list[bytes]:
    return [line(source=organ.uscc, stream=f"request/{number % 7}") for number in range(count)]


def populate(store: Store) -> None:
    """Submissions of two organs, two published checkpoints, and a head beyond the second one."""
    clock = Ticking()
    writer = writer_for(store, clock)
    publication = Publication(store, SIGNER, clock=clock)
    for number, count in enumerate(COUNTS):
        organ = (ORGAN, OTHER)[number % 2]
        process(writer, organ.sign(lines(organ, count), origin=store.origin))
        clock.forward(seconds=1)
        if number in (2, 5):
            publication.publish()
    assert store.head().size == SIZE


@contextmanager
def tampered(store: Store, table: Table, condition: Any, *, gone: bool = False, **changes: Any) -> Iterator[None]:
    """Rows are changed, column by column, to a value or by a function of the old one, or are gone; then put back."""
    rows = (table.c.ledger == store.ledger) & condition
    with store.engine.begin() as connection:
        before = [dict(row._mapping) for row in connection.execute(select(table).where(rows))]
        assert before, "nothing to tamper with"
        connection.execute(delete(table).where(rows))
        after = [] if gone else [row | _changed(row, changes) for row in before]
        if after:
            connection.execute(insert(table), after)
    try:
        yield
    finally:
        with store.engine.begin() as connection:
            for row in after:
                connection.execute(delete(table).where(*(column == row[column.name] for column in table.primary_key)))
            connection.execute(insert(table), before)


@contextmanager
def added(store: Store, table: Table, like: Any, changes: dict[str, Any]) -> Iterator[None]:
    """With one more row, made of an existing one."""
    with store.engine.begin() as connection:
        found = connection.execute(select(table).where(table.c.ledger == store.ledger, like)).one()
        row = dict(found._mapping) | changes
        connection.execute(insert(table), row)
    try:
        yield
    finally:
        with store.engine.begin() as connection:
            connection.execute(delete(table).where(*(key == row[key.name] for key in table.primary_key)))


def _changed(row: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: change(row[name]) if callable(change) else change for name, change in changes.items()}


def flip(at: int, bit: int = 0) -> Callable[[bytes], bytes]:
    """Turns one bit of the byte at this place."""

    def flipped(value: bytes) -> bytes:
        place = at % len(value)
        return value[:place] + bytes([value[place] ^ 1 << bit]) + value[place + 1 :]

    return flipped


def run_audit(store: Store, *, keys: FindKeyAt | None = find_key, **more: Any) -> Report:
    more.setdefault("verifiers", verifiers(SIGNER))
    return audit(store, find_key=keys, **more)


def codes(report: Report) -> set[str]:
    return {fault.code for step in report.steps for fault in step.faults}


def named(report: Report) -> int | None:
    """The entry that the audit names first."""
    assert report.verdict == "fail"
    assert report.first_fault is not None
    return report.first_fault.index
