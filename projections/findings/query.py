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
from projections.deadlines.query import DeadlineQueries, DeadlineRow
from projections.deadlines.tables import clock
from projections.engine.builds import ProjectorSpec
from projections.findings.files import Moved, history
from projections.findings.projector import Findings
from projections.findings.tables import taken_up
from projections.findings.union import ACT, SILENCE, asked, file_of, finding, holds, known, silent, status, still_known
from projections.parties.projector import Parties
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, RowFilter, SortOrder, everything
from projections.query.snapshot import Snapshot
from replay.instants import from_micros, to_micros
from replay.log_source import ActLog

ON_FINDINGS: Final[tuple[ProjectorSpec, ...]] = (AccessTrail, Findings, Deadlines, Parties)


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
    where the authority's file is not shown to the caller; ``valid_rows`` is false of a finding that later facts took
    away.
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
class AppliedRule:
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
    rule: AppliedRule
    judgement: AccessRow | None
    history: tuple[Moved, ...]


FINDING_ORDER: Final = SortOrder((finding.c.time, finding.c.id), (int, str), descending=True)
_EQUAL: Final = ("limb", "reason", "accused", "requester", "provider", "item", "request")
_CLOCKS: Final = {Reason.LATE_RESPONSE: "RESPONSE", Reason.LATE_UPDATE: "UPDATE", Reason.RULING_IGNORED: "RULING"}
ALL_FINDINGS: Final = FindingFilters()
NOW: Final = QueryOptions()


def findings_query(filters: FindingFilters, snapshot: Snapshot, file_filter: RowFilter = everything) -> Select[Any]:
    """``told``: the findings whose file with the authority the caller may know."""
    open_to = file_filter(snapshot)
    query = _shown(snapshot, open_to, literal(1)).where(holds(snapshot), *_matching(filters))
    return query if filters.status is None else query.where(status(snapshot, open_to) == filters.status)


def _shown(snapshot: Snapshot, file_filter: ColumnElement[bool], still: ColumnElement[int]) -> Select[Any]:
    columns = [column for column in finding.c if column.key not in {"ledger", "build"}]
    return select(
        *columns,
        status(snapshot, file_filter).label("status"),
        file_of(snapshot, file_filter).label("violation"),
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


def _finding_row(row: Row[Any], snapshot: Snapshot, relied_on: Sequence[int]) -> FindingRow:
    ended = row.to_size is not None and row.to_size <= snapshot.as_of
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


class FindingQueries:
    """Safe to ask from any thread."""

    def __init__(self, store: Store, query_runner: QueryRunner, deadlines: DeadlineQueries) -> None:
        self._store = store
        self._query_runner = query_runner
        self._deadlines = deadlines

    def listed(
        self,
        filters: FindingFilters = ALL_FINDINGS,
        options: QueryOptions = NOW,
        *,
        file_filter: RowFilter = everything,
    ) -> Answer[FindingRow]:
        """Findings, the newest first."""
        listing = ListQuery(
            ON_FINDINGS,
            filters.question(),
            lambda snapshot: findings_query(filters, snapshot, file_filter),
            FINDING_ORDER,
        )
        return self._query_runner.list(listing, options, self._rows)

    def one(self, id_: str, options: QueryOptions = NOW, *, file_filter: RowFilter = everything) -> Answer[FindingFile]:
        """One finding with its derivation. A finding that later facts took away is shown in its last state."""

        def query(snapshot: Snapshot) -> Select[Any]:
            by_then = and_(known(snapshot), finding.c.id == id_, finding.c.holds_from <= snapshot.instant_micros)
            still = case((and_(still_known(snapshot), asked(snapshot)), 1), else_=0)
            last = (still.desc(), finding.c.to_size.desc(), finding.c.holds_from.desc(), finding.c.entry)
            return _shown(snapshot, file_filter(snapshot), still).where(by_then).order_by(*last)

        snapshot, row = self._query_runner.one(ON_FINDINGS, options, query)
        file = None if row is None else self._file(row, snapshot)
        rows = () if file is None else (file,)
        return Answer(rows=rows, snapshot=snapshot, checkpoint=self._query_runner.checkpoint(snapshot))

    def _rows(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> list[FindingRow]:
        judged = [row.entry for row in rows if row.origin == AccessTrail.name]
        relied = {
            row.entry: orjson.loads(row.judgement)["relied_on"]
            for row in (self._query_runner.all(judgements_of(judged, snapshot)) if judged else ())
        }
        return [_finding_row(row, snapshot, relied.get(row.entry, ())) for row in rows]

    def _file(self, row: Row[Any], snapshot: Snapshot) -> FindingFile | None:
        if not row.still and row.to_size is not None and row.holds_from > self._recorded_at(row.to_size - 1):
            return None  # its clock was stopped before it ran out: it never was a finding
        acts = ActLog(self._store)
        judgement, rule = None, None
        if row.origin == AccessTrail.name:
            judgement = access_row(self._judged(row, snapshot), acts.at([row.entry])[0])
            rule = AppliedRule(
                rule_set=judgement.rule_set, version=judgement.rule_set_version, table_row=judgement.table_row
            )
        else:
            rule = AppliedRule(rule_set=row.rule_set, version=row.rule_set_version, clock=self._clock(row, snapshot))
        finding_row = _finding_row(row, snapshot, judgement.relied_on if judgement is not None else ())
        moved = tuple(self._history(row.id, snapshot)) if row.status is not None else ()
        facts = tuple(acts.at(list(finding_row.evidence)))
        return FindingFile(row=finding_row, facts=facts, rule=rule, judgement=judgement, history=moved)

    def _clock(self, row: Row[Any], snapshot: Snapshot) -> DeadlineRow | None:
        """The counting of its days, from the deadlines."""
        name = _CLOCKS.get(row.reason)
        started = select(clock).where(snapshot.valid_rows(clock), clock.c.start == row.entry, clock.c.clock == name)
        rows = self._deadlines.rows(self._query_runner.all(started) if name is not None else (), snapshot)
        return rows[0] if rows else None

    def _judged(self, row: Row[Any], snapshot: Snapshot) -> Row[Any]:
        """The judgement that raised it."""
        key = (("entry", row.entry), ("holds_from", row.holds_from), ("from_size", row.from_size))
        (found,) = self._query_runner.all(
            select(access).where(snapshot.build_rows(access), *(access.c[name] == value for name, value in key))
        )
        return found

    def _history(self, id_: str, snapshot: Snapshot) -> Iterator[Moved]:
        """Every record of the files that take it up, by file."""
        files = select(taken_up.c.violation).where(snapshot.valid_rows(taken_up), taken_up.c.finding == id_)
        for row in self._query_runner.all(files.order_by(taken_up.c.violation)):
            yield from history(self._store, row.violation, snapshot)

    def _recorded_at(self, index: int) -> int:
        return to_micros(ActLog(self._store).at([index])[0].recorded_at)
