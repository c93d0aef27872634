"""Scorecards: the measures of each organ, counted by the same questions that give the counted rows.

A measure's number is counted with the query of the question behind its link, grouped by organ; so the rows that the
link gives are as many as the number says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, select

from projections.access.projector import AccessTrail
from projections.access.query import AccessFilters, access_query
from projections.access.tables import access
from projections.cases.projector import Cases, case
from projections.cases.query import CaseFilters, answer_state, cases_query
from projections.deadlines.projector import Deadlines
from projections.deadlines.query import DeadlineQueries
from projections.deadlines.state_sql import ANY, DeadlineFilters, deadlines_query, state_at
from projections.deadlines.tables import clock
from projections.engine.builds import ProjectorSpec
from projections.findings.files import ViolationFilters, correction_state, violations_query
from projections.findings.projector import Findings
from projections.findings.query import FindingFilters, findings_query
from projections.findings.tables import violation
from projections.findings.union import finding, status
from projections.parties.projector import Parties, party
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder, everything
from projections.query.snapshot import Snapshot
from projections.scorecards.measures import (
    ANSWERS,
    CORRECTIONS,
    FAMILIES,
    LIMBED,
    MEASURES,
    PROVIDED,
    REFUSALS,
    STANDING,
    UPDATES,
    USED,
    Family,
    Measure,
)

ON_SCORECARDS: Final[tuple[ProjectorSpec, ...]] = (AccessTrail, Cases, Deadlines, Findings, Parties)
TAKE_PART: Final = ("ORGAN", "AUTHORISED", "ENTRUSTED")  # A2: only these share

GroupCounts = Mapping[tuple[str, str | None], int]  # by organ and key
# a question, the organ of its rows, and the key of their counts
Counted = tuple[Select[Any], ColumnElement[Any], ColumnElement[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardFilters:
    """``since`` ≤ … < ``until``: cases by their opening, acts by their time, clocks by their start, findings by the
    instant since which they hold, files by their opening.
    """

    organ: str | None = None
    division: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("scorecards", self.organ, self.division, self.since, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure of one organ: ``number`` of ``of``, and the parameters of the questions that give those rows."""

    measure: Measure
    number: int
    of: int
    rows: Mapping[str, str]
    of_rows: Mapping[str, str]

    @property
    def value(self) -> float | None:
        """Four digits; None where the whole is empty."""
        return round(self.number / self.of, 4) if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    uscc: str
    name: str | None
    division: str
    figures: tuple[Figure, ...]


SCORECARD_ORDER: Final = SortOrder((party.c.uscc,), (str,), descending=False)
ALL_ORGANS: Final = ScorecardFilters()
NOW: Final = QueryOptions()


class ScorecardQueries:
    """Safe to ask from any thread."""

    def __init__(self, query_runner: QueryRunner, deadlines: DeadlineQueries) -> None:
        self._query_runner = query_runner
        self._deadlines = deadlines

    def listed(self, filters: ScorecardFilters = ALL_ORGANS, options: QueryOptions = NOW) -> Answer[Scorecard]:
        """By the organs' codes: no order of merit."""
        listing = ListQuery(
            ON_SCORECARDS, filters.question(), lambda snapshot: organs_query(filters, snapshot), SCORECARD_ORDER
        )
        return self._query_runner.list(listing, options, lambda rows, snapshot: self._cards(rows, filters, snapshot))

    def _cards(self, rows: Sequence[Row[Any]], filters: ScorecardFilters, snapshot: Snapshot) -> list[Scorecard]:
        organs = [row.uscc for row in rows]
        counts = {family.name: self._count(family, organs, filters, snapshot) for family in FAMILIES if organs}
        return [
            Scorecard(
                uscc=row.uscc,
                name=row.name,
                division=row.division,
                figures=tuple(_figure(measure, row.uscc, counts[measure.family.name]) for measure in MEASURES),
            )
            for row in rows
        ]

    def _count(
        self, family: Family, organs: Sequence[str], filters: ScorecardFilters, snapshot: Snapshot
    ) -> GroupCounts:
        query, organ, key = self._counted(family, filters, snapshot)
        each = query.with_only_columns(organ.label("organ"), key.label("key")).where(organ.in_(organs)).subquery()
        by = (each.c.organ, each.c.key)
        rows = self._query_runner.all(select(*by, func.count().label("number")).group_by(*by))
        return {(row.organ, row.key): row.number for row in rows}

    def _counted(self, family: Family, filters: ScorecardFilters, snapshot: Snapshot) -> Counted:
        period: dict[str, Any] = {"since": filters.since, "until": filters.until}
        if family is UPDATES:
            update_filters = DeadlineFilters(clock="UPDATE", state=ANY, **period)
            rulebook = self._deadlines.rulebook(snapshot)
            return deadlines_query(update_filters, snapshot, rulebook), clock.c.responsible, state_at(snapshot)
        return _COUNTED[family.name](period, snapshot)


def organs_query(filters: ScorecardFilters, snapshot: Snapshot) -> Select[Any]:
    query = select(party).where(snapshot.valid_rows(party), party.c.category.in_(TAKE_PART))
    if filters.organ is not None:
        query = query.where(party.c.uscc == filters.organ)
    return query if filters.division is None else query.where(party.c.division == filters.division)


def _figure(measure: Measure, organ: str, counts: GroupCounts) -> Figure:
    family = measure.family
    return Figure(
        measure=measure,
        number=_sum(family, measure.number, organ, counts),
        of=_sum(family, measure.of, organ, counts),
        rows=family.question(organ, measure.number),
        of_rows=family.question(organ, measure.of),
    )


def _sum(family: Family, key: str | None, organ: str, counts: GroupCounts) -> int:
    keys = None if key is None else family.groups.get(key, frozenset({key}))
    of_organ: defaultdict[str | None, int] = defaultdict(int)
    for (whose, each), number in counts.items():
        if whose == organ:
            of_organ[each] += number
    return sum(number for each, number in of_organ.items() if keys is None or each in keys)


def _of_cases(period: dict[str, Any], snapshot: Snapshot) -> Counted:
    return cases_query(CaseFilters(**period), snapshot), case.c.provider, answer_state(snapshot)


def _of_acts(kind: str, side: ColumnElement[Any]) -> Callable[[dict[str, Any], Snapshot], Counted]:
    def counted(period: dict[str, Any], snapshot: Snapshot) -> Counted:
        return access_query(AccessFilters(kind=kind, **period), snapshot), side, access.c.verdict

    return counted


def _of_limbs(period: dict[str, Any], snapshot: Snapshot) -> Counted:
    return findings_query(FindingFilters(**period), snapshot), finding.c.accused, finding.c.limb


def _of_stages(period: dict[str, Any], snapshot: Snapshot) -> Counted:
    stage = status(snapshot, everything(snapshot))
    return findings_query(FindingFilters(**period), snapshot), finding.c.accused, stage


def _of_corrections(period: dict[str, Any], snapshot: Snapshot) -> Counted:
    return (
        violations_query(ViolationFilters(**period), snapshot),
        violation.c.accused,
        correction_state(snapshot),
    )


_COUNTED: Final[Mapping[str, Callable[[dict[str, Any], Snapshot], Counted]]] = {
    ANSWERS.name: _of_cases,
    REFUSALS.name: _of_acts("refusal", access.c.provider),
    USED.name: _of_acts("use", access.c.requester),
    PROVIDED.name: _of_acts("use", access.c.provider),
    LIMBED.name: _of_limbs,
    STANDING.name: _of_stages,
    CORRECTIONS.name: _of_corrections,
}
