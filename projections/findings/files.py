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
from projections.engine.builds import Kept
from projections.findings.projector import Findings
from projections.findings.tables import taken_up, violation
from projections.findings.union import stage_at
from projections.parties.projector import Parties
from projections.query.listing import Asked, Listing
from projections.query.paging import Answer, Asking, Order
from projections.query.snapshot import Standing
from replay.instants import from_micros, to_micros
from replay.log_source import Acts

ON_VIOLATIONS: Final[tuple[Kept, ...]] = (Findings, Parties)


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


VIOLATION_ORDER: Final = Order((violation.c.opened_at, violation.c.id), (int, str), descending=True)
ALL_VIOLATIONS: Final = ViolationFilters()
NOW: Final = Asking()


def violations_query(filters: ViolationFilters, standing: Standing) -> Select[Any]:
    query = _shown(standing).where(standing.holds(violation), *_matching(filters, standing))
    if filters.finding is None:
        return query
    links = select(taken_up.c.violation).where(standing.holds(taken_up), taken_up.c.finding == filters.finding)
    return query.where(violation.c.id.in_(links))


def _shown(standing: Standing) -> Select[Any]:
    return select(violation, stage_at(standing).label("status"), correction_state(standing).label("correction"))


def _matching(filters: ViolationFilters, standing: Standing) -> Iterator[ColumnElement[bool]]:
    for name in ("limb", "accused"):
        value = getattr(filters, name)
        if value is not None:
            yield violation.c[name] == value
    if filters.status is not None:
        yield stage_at(standing) == filters.status
    if filters.correction is not None:
        wanted = CORRECTION_GROUPS.get(filters.correction, frozenset({filters.correction}))
        yield correction_state(standing).in_(sorted(wanted))
    if filters.since is not None:
        yield violation.c.opened_at >= to_micros(filters.since)
    if filters.until is not None:
        yield violation.c.opened_at < to_micros(filters.until)


def correction_state(standing: Standing) -> ColumnElement[Any]:
    """At the instant of the question."""
    limit, reported = violation.c.limit_at, violation.c.reported_at
    cases = (
        (limit.is_(None), _C.NOT_ORDERED),
        (reported < limit, _C.IN_TIME),
        (reported >= limit, _C.LATE),
        (limit <= standing.at_micros, _C.OVERDUE),
    )
    return case(*((condition, literal(str(state))) for condition, state in cases), else_=literal(str(_C.WAITING)))


def history(store: Store, id_: str, standing: Standing) -> Iterator[Moved]:
    """Every record of a file, in its order."""
    state: State | None = None
    for act in Acts(store).of_stream(f"violation/{id_}", standing.as_of):
        state = evolve(state, act)
        assert isinstance(state, ViolationState)
        yield Moved(violation=id_, act=act, status=stage_of(state))


class ViolationQuestions:
    """Safe to ask from any thread."""

    def __init__(self, store: Store, asked: Asked) -> None:
        self._store = store
        self._asked = asked

    def listed(self, filters: ViolationFilters = ALL_VIOLATIONS, asking: Asking = NOW) -> Answer[ViolationRow]:
        """The files, the last opened first."""
        listing = Listing(
            ON_VIOLATIONS, filters.question(), lambda standing: violations_query(filters, standing), VIOLATION_ORDER
        )
        return self._asked.list(listing, asking, lambda rows, _: [_violation_row(row) for row in rows])

    def one(self, id_: str, asking: Asking = NOW) -> Answer[ViolationFile]:
        """One file with its records."""

        def query(standing: Standing) -> Select[Any]:
            return _shown(standing).where(standing.holds(violation), violation.c.id == id_)

        standing, row = self._asked.one(ON_VIOLATIONS, asking, query)
        rows: tuple[ViolationFile, ...] = ()
        if row is not None:
            rows = (ViolationFile(row=_violation_row(row), history=tuple(history(self._store, id_, standing))),)
        return Answer(rows=rows, standing=standing, checkpoint=self._asked.checkpoint(standing))


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
