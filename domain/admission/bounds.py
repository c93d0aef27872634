"""Instants, days and counts that no act can mean: they are refused, so that no answer has to count over them.

The bounds are this project's own; the law has none. The Order is of 2012, electronic records of agencies are older; no
instrument that an act can cite is older than the state, and no term runs longer than a century.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from domain.act import Act
from domain.admission.member_paths import Path, paths, values
from domain.codec.schema import object_schema
from domain.deadlines.calendar import CHINA, day_of
from domain.events import EVENTS, Event
from domain.vocabulary.values import Form
from formats.refusal import Refusal

FIRST_ACT: Final = datetime(2000, 1, 1, tzinfo=CHINA)
FIRST_DAY: Final = date(1949, 10, 1)
LAST_DAY: Final = date(2199, 12, 31)
LARGEST_COUNT: Final = 10**11

_BOUNDED: Final = {Form.DATE, Form.TS, Form.INT}
BOUNDED: Final[Mapping[type[Event], tuple[Path, ...]]] = {
    cls: tuple(paths(object_schema(cls), _BOUNDED)) for cls in EVENTS.values()
}


def out_of_bounds(act: Act) -> Iterator[Refusal]:
    """FIELD_INVALID for each instant, day and count beyond the bounds."""
    if act.time < FIRST_ACT:
        yield _invalid("/time", f"an act before {FIRST_ACT.date()}", "State when it happened.")
    for path in BOUNDED[type(act.event)]:
        for pointer, value in values(act.event, path, "/data"):
            if isinstance(value, int):
                if value > LARGEST_COUNT:
                    yield _invalid(pointer, f"a number beyond {LARGEST_COUNT}", "State the number of things.")
            elif not FIRST_DAY <= _day(value) <= LAST_DAY:
                yield _invalid(pointer, f"a day outside {FIRST_DAY} to {LAST_DAY}", "State the day that is meant.")


def _day(value: date | datetime) -> date:
    return day_of(value) if isinstance(value, datetime) else value


def _invalid(pointer: str, what: str, next_step: str) -> Refusal:
    return Refusal("FIELD_INVALID", pointer, what, next_step)
