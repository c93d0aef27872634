"""Deadlines as JSON. A clock shows organs, days and articles, and no text."""

from __future__ import annotations

from api.read.acts import Row
from api.read.files import clock_row
from domain.deadlines.calendar import CountedDay
from projections.deadlines.query import CountedDeadline, DeadlineRow

_AS_THEY_ARE = (
    "stream", "state", "end_of_day", "days_left", "days_late", "age", "rule_set", "rule_set_version", "responsible",
    "requester", "provider", "item",
)  # fmt: skip


def deadline_row(row: DeadlineRow) -> Row:
    return {
        **clock_row(row),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        "index": row.start,
        "case": row.request,
    }


def counted_deadline(counted: CountedDeadline) -> Row:
    return {**deadline_row(counted.row), "counting": [_day(each) for each in counted.counting]}


def organs(row: DeadlineRow) -> tuple[str | None, ...]:
    return row.responsible, row.requester, row.provider


def _day(counted: CountedDay) -> Row:
    return {
        "day": counted.day.isoformat(),
        "number": counted.number,
        "kind": str(counted.kind),
        "name": counted.name,
        "published": counted.published,
    }
