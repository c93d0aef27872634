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
from projections.engine.lookups import References
from projections.engine.projector import AppliedAct, ProjectorContext
from projections.engine.row_buffer import RowBuffer

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

    def __init__(self, context: ProjectorContext, buffer: RowBuffer) -> None:
        self._context = context
        self._links = References(context, buffer)

    def apply(self, applied: AppliedAct) -> None:
        """Note what this entry names. A use names nothing that a judgement asks for by name."""
        if isinstance(applied.act.event, UseRecorded):
            return
        for kind, named, by in self._names(applied):
            self._links.note(kind, named, by, applied.size)

    def state(self, stream: str) -> State | None:
        return self._context.states.state(stream)

    def stream_of(self, party: str, record_id: str) -> str | None:
        place = self._context.states.acts.place_of(party, record_id)
        return place[1] if place is not None and place[0] < self._context.states.size else None

    def agreements_of(self, request: str) -> Iterable[str]:
        return self._links.lookup(AGREEMENT, request)

    def disputes_of(self, item: str) -> Iterable[str]:
        return self._links.lookup(DISPUTE, item)

    def discrepancies_of(self, item: str) -> Iterable[str]:
        return self._links.lookup(DISCREPANCY, item)

    def violations_citing(self, party: str, record_id: str) -> Iterable[str]:
        return self._links.lookup(VIOLATION, f"{party} {record_id}")

    def before(self, parties: Iterable[str]) -> tuple[str, ...]:
        """The parties, and those whose functions passed to them, by whatever way."""
        streams = dict.fromkeys(parties)
        todo = list(streams)
        while todo:
            new = [party for party in self._links.lookup(HEIR, todo.pop()) if party not in streams]
            streams |= dict.fromkeys(new)
            todo += new
        return tuple(streams)

    def citing(self, what: str) -> tuple[int, ...]:
        """The acts that cited this stream, or this record, before it was there."""
        return tuple(map(int, self._links.lookup(CITED, what)))

    def criticisms(self) -> tuple[int, ...]:
        return tuple(map(int, self._links.lookup(CRITICISM, "")))

    def _names(self, applied: AppliedAct) -> Iterable[tuple[str, str, str]]:
        """What the entry names, as far as a judgement asks who does."""
        event, by = applied.act.event, applied.act.stream.partition("/")[2]
        cited = getattr(event, "agreement", None)
        if cited is not None and self.state(f"agreement/{cited}") is None:
            yield CITED, f"agreement/{cited}", str(applied.act.index)
        reopener = getattr(event, "reopened_by", None)
        if reopener is not None and self.stream_of(reopener.by, reopener.id) is None:
            yield CITED, f"{reopener.by} {reopener.id}", str(applied.act.index)
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
                yield CRITICISM, "", str(applied.act.index)
