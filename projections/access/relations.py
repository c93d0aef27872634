"""Who names whom: the agreements of a request, the disputes and discrepancies on an item, the violations that cite a
record.

A stream's state says what it names; these rows say by whom it is named. They belong to the access trail, whose
judgements look them up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Column

from domain.events import (
    AgreementProposed,
    CriticismNotified,
    DiscrepancyReported,
    DisputeOpened,
    PartySucceeded,
    UseRecorded,
    ViolationFound,
    ViolationSuspected,
)
from domain.state import State
from projections.engine.interval_table import CODE, interval_table
from projections.engine.lookups import Links
from projections.engine.projector import Desk, Step
from projections.engine.row_buffer import Shelf

relation = interval_table(
    "access_relation_v1",
    of="access",
    key=(
        Column("kind", CODE, primary_key=True),
        Column("named", CODE, primary_key=True),
        Column("by", CODE, primary_key=True),
    ),
    values=(),
)

AGREEMENT: Final = "agreement"
DISPUTE: Final = "dispute"
DISCREPANCY: Final = "discrepancy"
VIOLATION: Final = "violation"
HEIR: Final = "heir"
CITED: Final = "cited"
CRITICISM: Final = "criticism"


class Relations:
    """The sources of facts (``domain.judgement.judge.Sources``) at the entry last applied."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._links = Links(desk, shelf)

    def take(self, step: Step) -> None:
        """Note what this entry names. A use names nothing that a judgement asks for by name."""
        if isinstance(step.act.event, UseRecorded):
            return
        for kind, named, by in self._names(step):
            self._links.note(kind, named, by, step.size)

    def state(self, stream: str) -> State | None:
        return self._desk.world.state(stream)

    def stream_of(self, party: str, record_id: str) -> str | None:
        place = self._desk.world.acts.place_of(party, record_id)
        return place[1] if place is not None and place[0] < self._desk.world.size else None

    def agreements_of(self, request: str) -> Iterable[str]:
        return self._links.to(AGREEMENT, request)

    def disputes_of(self, item: str) -> Iterable[str]:
        return self._links.to(DISPUTE, item)

    def discrepancies_of(self, item: str) -> Iterable[str]:
        return self._links.to(DISCREPANCY, item)

    def violations_citing(self, party: str, record_id: str) -> Iterable[str]:
        return self._links.to(VIOLATION, f"{party} {record_id}")

    def before(self, parties: Iterable[str]) -> tuple[str, ...]:
        """The parties, and those whose functions passed to them, by whatever way."""
        found = dict.fromkeys(parties)
        todo = list(found)
        while todo:
            new = [party for party in self._links.to(HEIR, todo.pop()) if party not in found]
            found |= dict.fromkeys(new)
            todo += new
        return tuple(found)

    def citing(self, what: str) -> tuple[int, ...]:
        """The acts that cited this stream, or this record, before it was there."""
        return tuple(map(int, self._links.to(CITED, what)))

    def criticisms(self) -> tuple[int, ...]:
        return tuple(map(int, self._links.to(CRITICISM, "")))

    def _names(self, step: Step) -> Iterable[tuple[str, str, str]]:
        """What the entry names, as far as a judgement asks who does."""
        event, by = step.act.event, step.act.stream.partition("/")[2]
        cited = getattr(event, "agreement", None)
        if cited is not None and self.state(f"agreement/{cited}") is None:
            yield CITED, f"agreement/{cited}", str(step.act.index)
        reopener = getattr(event, "reopened_by", None)
        if reopener is not None and self.stream_of(reopener.by, reopener.id) is None:
            yield CITED, f"{reopener.by} {reopener.id}", str(step.act.index)
        match event:
            case AgreementProposed(requests=requests):
                yield from ((AGREEMENT, request, by) for request in requests)
            case DisputeOpened(item=item):
                yield DISPUTE, item, by
            case DiscrepancyReported(item=item):
                yield DISCREPANCY, item, by
            case ViolationSuspected(evidence=evidence) | ViolationFound(evidence=evidence):
                yield from ((VIOLATION, f"{ref.by} {ref.id}", by) for ref in evidence)
            case PartySucceeded(successors=successors):
                yield from ((HEIR, heir.party, by) for heir in successors)
            case CriticismNotified():
                yield CRITICISM, "", str(step.act.index)
