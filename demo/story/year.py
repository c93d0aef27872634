"""The whole year in the order of recording: ``recorded_at`` never decreases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from demo.story.cases import case_0001, case_0002, case_0003
from demo.story.cast import ROTATING
from demo.story.disputes import case_0010, case_0011, case_0011_2
from demo.story.opening import opening
from demo.story.outside import case_0008
from demo.story.releases import case_0012, case_0013, case_0014
from demo.story.requests import case_0004, case_0009, cases_unanswered
from demo.story.steps import StoryStep, at
from demo.story.upkeep import LATE, information, late_update, rotation
from domain.deadlines.calendar import WorkingCalendar
from ledger.keys.jwk import thumbprint

FROZEN = at("10-30", "09:00")

FirstKeys = Mapping[str, Mapping[str, Any]]  # short name → ``key`` and ``possession``


def year(first_keys: FirstKeys, successor: Mapping[str, str], calendar: WorkingCalendar) -> list[StoryStep]:
    """Return every step after the founding. Steps of one instant keep the order of the story.

    ``successor``: the key that replaces the rotating department's.
    """
    steps = _in_order(_events(first_keys, successor, calendar))
    # The file on the late update names its finding by the entry that started the clock, and follows that entry.
    return _in_order([*steps, *late_update(_index_of(LATE, steps))])


def _events(first_keys: FirstKeys, successor: Mapping[str, str], calendar: WorkingCalendar) -> Iterator[StoryStep]:
    yield from opening(first_keys)
    yield from case_0001(calendar)
    yield from case_0002()
    yield from case_0003()
    yield from case_0004()
    yield from cases_unanswered()
    yield from case_0008()
    yield from case_0009()
    yield from case_0010()
    yield from case_0011()
    yield from case_0011_2()
    yield from case_0012()
    yield from case_0013()
    yield from case_0014()
    yield from information()
    yield from rotation(thumbprint(first_keys[ROTATING]["key"]), successor)


def _in_order(steps: Iterable[StoryStep]) -> list[StoryStep]:
    return sorted(steps, key=lambda each: each.recorded_at)


def _index_of(ref_: Mapping[str, str], steps: Iterable[StoryStep]) -> int:
    """Return the index of the entry with this record. Entry 0 is the founding; a record sent again is no new entry."""
    seen: set[tuple[str, str]] = set()
    for step in steps:
        for record in step.records:
            if (record["source"], record["id"]) == (ref_["source"], ref_["id"]):
                return 1 + len(seen)
            seen |= {(record["source"], record["id"])} if not step.refused else set()
    raise AssertionError(f"the story has no record {ref_}")
