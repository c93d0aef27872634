"""The findings question: the suspected organs, the suspicions, the facts behind them, and the status of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, case, literal, select

from domain.act import Act
from domain.findings.derive import SILENT
from domain.findings.file_stage import Stage
from domain.reasons.catalogue import CATALOGUE, Reason, ReasonEntry
from domain.reasons.sentences import sentence
from domain.vocabulary.codes import Limb
from ledger.store.store import Store
from projections.access.projector import AccessTrail
from projections.access.query import AccessRow, access_row, judgements_of
from projections.access.tables import access
from projections.deadlines.projector import Deadlines
from projections.deadlines.query import DeadlineQuestions, DeadlineRow
from projections.deadlines.tables import clock
from projections.engine.builds import Kept
from projections.findings.files import Moved, history
from projections.findings.projector import Findings
from projections.findings.tables import taken_up
from projections.findings.union import ACT, SILENCE, asked, file_of, finding, holds, known, silent, status, still_known
from projections.parties.projector import Parties
from projections.query.listing import Asked, Listing
from projections.query.paging import Answer, Asking, Order, Visible, everything
from projections.query.snapshot import Standing
from replay.instants import from_micros, to_micros
from replay.log_source import Acts

ON_FINDINGS: Final[tuple[Kept, ...]] = (AccessTrail, Findings, Deadlines, Parties)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilters:
    """The conditions that a finding has to match, all of them. ``since`` ≤ the instant since which it holds <
    ``until``.
    """

    status: str | None = None
    limb: str | None = None
    reason: str | None = None
    kind: str | None = None
    accused: str | None = None
    requester: str | None = None
    provider: str | None = None
    item: str | None = None
    request: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("findings", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """``since``: of an act its time, of silence the instant at which the clock had run out. ``index``: the act, or the
    entry that started the clock; ``evidence``: it and the entries that the judgement relied on. ``status`` is None
    where the authority's file is not shown to the caller; ``holds`` is false of a finding that later facts took away.
    """

    id: str
    kind: str
    reason: str
    severity: str
    limb: Limb
    accused: str
    since: datetime
    index: int
    evidence: tuple[int, ...]
    requester: str | None
    provider: str | None
    item: str | None
    request: str | None
    params: Mapping[str, str]
    status: Stage | None
    violation: str | None
    known_from: int
    known_to: int | None
    holds: bool

    @property
    def entry(self) -> ReasonEntry:
        return CATALOGUE[Reason(self.reason)]

    def sentence(self, language: str = "zh") -> str:
        return sentence(Reason(self.reason), self.params, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule that the facts were compared with. ``table_row`` of a judged act, ``clock`` of a deadline."""

    rule_set: str
    version: int
    table_row: str | None = None
    clock: DeadlineRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFile:
    """A whole finding: its derivation from facts by a rule, and its outcome."""

    row: FindingRow
    facts: tuple[Act, ...]
    rule: Rule
    judgement: AccessRow | None
    history: tuple[Moved, ...]


FINDING_ORDER: Final = Order((finding.c.time, finding.c.id), (int, str), descending=True)
_EQUAL: Final = ("limb", "reason", "accused", "requester", "provider", "item", "request")
_CLOCKS: Final = {Reason.LATE_RESPONSE: "RESPONSE", Reason.LATE_UPDATE: "UPDATE", Reason.RULING_IGNORED: "RULING"}
ALL_FINDINGS: Final = FindingFilters()
NOW: Final = Asking()


def findings_query(filters: FindingFilters, standing: Standing, told: Visible = everything) -> Select[Any]:
    """``told``: the findings whose file with the authority the caller may know."""
    open_to = told(standing)
    query = _shown(standing, open_to, literal(1)).where(holds(standing), *_matching(filters))
    return query if filters.status is None else query.where(status(standing, open_to) == filters.status)


def _shown(standing: Standing, told: ColumnElement[bool], still: ColumnElement[int]) -> Select[Any]:
    columns = [column for column in finding.c if column.key not in {"ledger", "build"}]
    return select(
        *columns,
        status(standing, told).label("status"),
        file_of(standing, told).label("violation"),
        still.label("still"),
    )


def _matching(filters: FindingFilters) -> Iterator[ColumnElement[bool]]:
    yield from (finding.c[name] == value for name in _EQUAL if (value := getattr(filters, name)) is not None)
    if filters.kind is not None:
        yield silent(filters.kind == SILENCE)
    if filters.since is not None:
        yield finding.c.time >= to_micros(filters.since)
    if filters.until is not None:
        yield finding.c.time < to_micros(filters.until)


def _finding_row(row: Row[Any], standing: Standing, relied_on: Sequence[int]) -> FindingRow:
    ended = row.to_size is not None and row.to_size <= standing.as_of
    return FindingRow(
        id=row.id,
        kind=SILENCE if row.reason in SILENT else ACT,
        reason=row.reason,
        severity=row.severity,
        limb=row.limb,
        accused=row.accused,
        since=from_micros(row.time),
        index=row.entry,
        evidence=tuple(sorted({row.entry, *relied_on} | ({row.stopped} - {None}))),
        requester=row.requester,
        provider=row.provider,
        item=row.item,
        request=row.request,
        params=orjson.loads(row.params),
        status=None if row.status is None else Stage(row.status),
        violation=row.violation,
        known_from=row.from_size,
        known_to=row.to_size if ended else None,
        holds=bool(row.still),
    )


class FindingQuestions:
    """Safe to ask from any thread."""

    def __init__(self, store: Store, asked: Asked, deadlines: DeadlineQuestions) -> None:
        self._store = store
        self._asked = asked
        self._deadlines = deadlines

    def listed(
        self, filters: FindingFilters = ALL_FINDINGS, asking: Asking = NOW, *, told: Visible = everything
    ) -> Answer[FindingRow]:
        """Findings, the newest first."""
        listing = Listing(
            ON_FINDINGS,
            filters.question(),
            lambda standing: findings_query(filters, standing, told),
            FINDING_ORDER,
        )
        return self._asked.list(listing, asking, self._rows)

    def one(self, id_: str, asking: Asking = NOW, *, told: Visible = everything) -> Answer[FindingFile]:
        """One finding with its derivation. A finding that later facts took away is shown in its last state."""

        def query(standing: Standing) -> Select[Any]:
            by_then = and_(known(standing), finding.c.id == id_, finding.c.holds_from <= standing.at_micros)
            still = case((and_(still_known(standing), asked(standing)), 1), else_=0)
            last = (still.desc(), finding.c.to_size.desc(), finding.c.holds_from.desc(), finding.c.entry)
            return _shown(standing, told(standing), still).where(by_then).order_by(*last)

        standing, row = self._asked.one(ON_FINDINGS, asking, query)
        file = None if row is None else self._file(row, standing)
        rows = () if file is None else (file,)
        return Answer(rows=rows, standing=standing, checkpoint=self._asked.checkpoint(standing))

    def _rows(self, rows: Sequence[Row[Any]], standing: Standing) -> list[FindingRow]:
        judged = [row.entry for row in rows if row.origin == AccessTrail.name]
        relied = {
            row.entry: orjson.loads(row.judgement)["relied_on"]
            for row in (self._asked.all(judgements_of(judged, standing)) if judged else ())
        }
        return [_finding_row(row, standing, relied.get(row.entry, ())) for row in rows]

    def _file(self, row: Row[Any], standing: Standing) -> FindingFile | None:
        if not row.still and row.to_size is not None and row.holds_from > self._recorded_at(row.to_size - 1):
            return None  # its clock was stopped before it ran out: it never was a finding
        acts = Acts(self._store)
        judgement, rule = None, None
        if row.origin == AccessTrail.name:
            judgement = access_row(self._judged(row, standing), acts.at([row.entry])[0])
            rule = Rule(rule_set=judgement.rule_set, version=judgement.rule_set_version, table_row=judgement.table_row)
        else:
            rule = Rule(rule_set=row.rule_set, version=row.rule_set_version, clock=self._clock(row, standing))
        shown = _finding_row(row, standing, judgement.relied_on if judgement is not None else ())
        moved = tuple(self._history(row.id, standing)) if row.status is not None else ()
        facts = tuple(acts.at(list(shown.evidence)))
        return FindingFile(row=shown, facts=facts, rule=rule, judgement=judgement, history=moved)

    def _clock(self, row: Row[Any], standing: Standing) -> DeadlineRow | None:
        """The counting of its days, from the deadlines."""
        name = _CLOCKS.get(row.reason)
        started = select(clock).where(standing.holds(clock), clock.c.start == row.entry, clock.c.clock == name)
        rows = self._deadlines.rows(self._asked.all(started) if name is not None else (), standing)
        return rows[0] if rows else None

    def _judged(self, row: Row[Any], standing: Standing) -> Row[Any]:
        """The judgement that raised it."""
        key = (("entry", row.entry), ("holds_from", row.holds_from), ("from_size", row.from_size))
        (found,) = self._asked.all(
            select(access).where(standing.mine(access), *(access.c[name] == value for name, value in key))
        )
        return found

    def _history(self, id_: str, standing: Standing) -> Iterator[Moved]:
        """Every record of the files that take it up, by file."""
        files = select(taken_up.c.violation).where(standing.holds(taken_up), taken_up.c.finding == id_)
        for row in self._asked.all(files.order_by(taken_up.c.violation)):
            yield from history(self._store, row.violation, standing)

    def _recorded_at(self, index: int) -> int:
        return to_micros(Acts(self._store).at([index])[0].recorded_at)
