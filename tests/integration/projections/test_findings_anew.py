"""Whatever is recorded, in whatever order: at every size the rows of silence are what looking at every stream anew by
the states, the law and the working days of that size gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import pytest
from sqlalchemy import select

from domain import events as e
from domain.act import Act
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.engine.row_buffer import AFTER_KEY, LEAD, Rows
from projections.engine.runner import Runner
from projections.findings.expired import DECLARATION, DISCREPANCY, ExpiredDeadlineRows
from projections.findings.projector import Findings
from projections.findings.tables import expired_deadline
from replay.log_source import ActLog
from replay.states import States
from tests.support.casebook import Casebook
from tests.support.log_writer import write_acts
from tests.support.random_deadline_case import RandomDeadlineCase
from tests.support.random_rule_change_case import DATA

Run = Callable[..., Runner]
KEYS = 1
VALUES = [expired_deadline.c.id, *list(expired_deadline.columns)[LEAD + KEYS + AFTER_KEY :]]


class Named:
    """Which streams name an item, by nothing but the acts."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self._streams: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for act in acts:
            match act.event:
                case e.DiscrepancyReported(item=item):
                    self._streams[DISCREPANCY, item][act.stream] = None
                case e.CollectionDeclared(item=str() as item):
                    self._streams[DECLARATION, item][act.stream] = None

    def lookup(self, kind: str, named: str) -> tuple[str, ...]:
        return tuple(self._streams[kind, named])


def looked_at_anew(store: Store, acts: Sequence[Act]) -> Rows:
    states = States(ActLog(store), len(acts), data=DATA)
    silences = ExpiredDeadlineRows(states, Named(acts))  # type: ignore[arg-type]
    rows: dict[tuple[object, ...], tuple[object, ...]] = {}
    for stream in dict.fromkeys(act.stream for act in acts):
        rows |= silences.of(states.state(stream))
    return rows


def held(store: Store, size: int) -> Rows:
    still = expired_deadline.c.to_size.is_(None) | (expired_deadline.c.to_size > size)
    with reading(store.engine) as connection:
        found = connection.execute(
            select(*VALUES).where(
                expired_deadline.c.ledger == store.ledger, expired_deadline.c.from_size <= size, still
            )
        ).all()
    assert len({row.id for row in found}) == len(found), "a finding has one row at a size"
    return {(row.id,): tuple(row[1:]) for row in found}


def differences(store: Store, story: Casebook) -> list[str]:
    wrong = []
    for size in range(1, len(story.acts) + 1):
        expected, found = looked_at_anew(store, story.acts[:size]), held(store, size)
        if expected != found:
            keys = {key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)}
            last = story.acts[size - 1]
            wrong += [
                f"at {size} ({last.event.event_name} in {last.stream}): {found.get(key)}, not {expected.get(key)}"
                for key in keys
            ]
    return wrong


@pytest.mark.parametrize(("seed", "restarts"), [(1, False), (2, True), (5, False), (8, True), (13, False)])
def test_at_every_size_the_rows_are_what_looking_at_every_stream_again_gives(
    store: Store, run: Run, seed: int, restarts: bool
) -> None:
    story = RandomDeadlineCase(seed).record_random_acts(110)
    for start in range(0, len(story.acts), 11) if restarts else ():
        write_acts(store, story.acts[start : start + 11])
        run((Findings,), data=DATA)
    write_acts(store, story.acts[store.head().size :])
    run((Findings,), data=DATA)
    assert differences(store, story)[:1] == []


def test_the_populations_hold_whatever_moves_a_clock() -> None:
    stories = [RandomDeadlineCase(seed).record_random_acts(110) for seed in (1, 2, 5, 8, 13)]
    recorded = {act.event.event_name for story in stories for act in story.acts}
    assert {
        "request.received",
        "information.changed",
        "information.updated",
        "discrepancy.verified",
        "collection.declared",
        "calendar.amended",
        "ruleset.activated",
        "event.disowned",
    } <= recorded
