"""The authority's files on suspected violations (A33, A34): the stage of each, and the state of its correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, case, literal, select

from domain.act import Act
from domain.evolve import evolve
from domain.findings.file_stage import Stage, stage_of
from domain.state import State, ViolationState
from domain.vocabulary.codes import Limb
from ledger.store.store import Store
from projections.engine.builds import ProjectorSpec
from projections.findings.projector import Findings
from projections.findings.tables import taken_up, violation
from projections.findings.union import stage_at
from projections.parties.projector import Parties
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import from_micros, to_micros
from replay.log_source import ActLog

ON_VIOLATIONS: Final[tuple[ProjectorSpec, ...]] = (Findings, Parties)


class CorrectionState(StrEnum):
    """The state of the correction that was ordered: reported within the limit, after it, or not at all."""

    IN_TIME = "IN_TIME"
    LATE = "LATE"
    WAITING = "WAITING"
    OVERDUE = "OVERDUE"
    NOT_ORDERED = "NOT_ORDERED"


_C = CorrectionState
CORRECTION_GROUPS: Final[Mapping[str, frozenset[str]]] = {"DUE": frozenset({_C.IN_TIME, _C.LATE, _C.OVERDUE})}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFilters:
    """``correction``: the state of the ordered correction, or ``DUE``: its limit has passed, or it was reported."""

    status: str | None = None
    limb: str | None = None
    accused: str | None = None
    correction: str | None = None
    finding: str | None = None
    since: datetime | None = None  # opened
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("violations", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationRow:
    """``limb`` as found, or until then as suspected; ``limit`` the first instant after the order's last day."""

    id: str
    status: Stage
    status_index: int
    accused: str
    suspected_by: str
    limb: Limb
    finding: str | None
    opened_at: datetime
    ordered_at: datetime | None
    limit_at: datetime | None
    reported_at: datetime | None
    corrected_at: datetime | None
    correction: CorrectionState
    closed: bool
    referred_crime: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One record of a file, and the file's stage after it."""

    violation: str
    act: Act
    status: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFile:
    row: ViolationRow
    history: tuple[Moved, ...]


VIOLATION_ORDER: Final = SortOrder((violation.c.opened_at, violation.c.id), (int, str), descending=True)
ALL_VIOLATIONS: Final = ViolationFilters()
NOW: Final = QueryOptions()


def violations_query(filters: ViolationFilters, snapshot: Snapshot) -> Select[Any]:
    query = _shown(snapshot).where(snapshot.valid_rows(violation), *_matching(filters, snapshot))
    if filters.finding is None:
        return query
    links = select(taken_up.c.violation).where(snapshot.valid_rows(taken_up), taken_up.c.finding == filters.finding)
    return query.where(violation.c.id.in_(links))


def _shown(snapshot: Snapshot) -> Select[Any]:
    return select(violation, stage_at(snapshot).label("status"), correction_state(snapshot).label("correction"))


def _matching(filters: ViolationFilters, snapshot: Snapshot) -> Iterator[ColumnElement[bool]]:
    for name in ("limb", "accused"):
        value = getattr(filters, name)
        if value is not None:
            yield violation.c[name] == value
    if filters.status is not None:
        yield stage_at(snapshot) == filters.status
    if filters.correction is not None:
        wanted = CORRECTION_GROUPS.get(filters.correction, frozenset({filters.correction}))
        yield correction_state(snapshot).in_(sorted(wanted))
    if filters.since is not None:
        yield violation.c.opened_at >= to_micros(filters.since)
    if filters.until is not None:
        yield violation.c.opened_at < to_micros(filters.until)


def correction_state(snapshot: Snapshot) -> ColumnElement[Any]:
    """At the instant of the question."""
    limit, reported = violation.c.limit_at, violation.c.reported_at
    cases = (
        (limit.is_(None), _C.NOT_ORDERED),
        (reported < limit, _C.IN_TIME),
        (reported >= limit, _C.LATE),
        (limit <= snapshot.instant_micros, _C.OVERDUE),
    )
    return case(*((condition, literal(str(state))) for condition, state in cases), else_=literal(str(_C.WAITING)))


def history(store: Store, id_: str, snapshot: Snapshot) -> Iterator[Moved]:
    """Every record of a file, in its order."""
    state: State | None = None
    for act in ActLog(store).of_stream(f"violation/{id_}", snapshot.as_of):
        state = evolve(state, act)
        assert isinstance(state, ViolationState)
        yield Moved(violation=id_, act=act, status=stage_of(state))


class ViolationQueries:
    """Safe to ask from any thread."""

    def __init__(self, store: Store, asked: QueryRunner) -> None:
        self._store = store
        self._query_runner = asked

    def listed(self, filters: ViolationFilters = ALL_VIOLATIONS, options: QueryOptions = NOW) -> Answer[ViolationRow]:
        """The files, the last opened first."""
        listing = ListQuery(
            ON_VIOLATIONS, filters.question(), lambda snapshot: violations_query(filters, snapshot), VIOLATION_ORDER
        )
        return self._query_runner.list(listing, options, lambda rows, _: [_violation_row(row) for row in rows])

    def one(self, id_: str, options: QueryOptions = NOW) -> Answer[ViolationFile]:
        """One file with its records."""

        def query(snapshot: Snapshot) -> Select[Any]:
            return _shown(snapshot).where(snapshot.valid_rows(violation), violation.c.id == id_)

        snapshot, row = self._query_runner.one(ON_VIOLATIONS, options, query)
        rows: tuple[ViolationFile, ...] = ()
        if row is not None:
            rows = (ViolationFile(row=_violation_row(row), history=tuple(history(self._store, id_, snapshot))),)
        return Answer(rows=rows, snapshot=snapshot, checkpoint=self._query_runner.checkpoint(snapshot))


def _violation_row(row: Row[Any]) -> ViolationRow:
    return ViolationRow(
        id=row.id,
        status=Stage(row.status),
        status_index=row.stage_index,
        accused=row.accused,
        suspected_by=row.suspected_by,
        limb=row.limb,
        finding=row.finding,
        opened_at=from_micros(row.opened_at),
        ordered_at=_instant(row.ordered_at),
        limit_at=_instant(row.limit_at),
        reported_at=_instant(row.reported_at),
        corrected_at=_instant(row.corrected_at),
        correction=CorrectionState(row.correction),
        closed=row.closed,
        referred_crime=row.referred_crime,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
