"""The whole year in the order in which the ledger takes it: ``recorded_at`` never goes back."""

from __future__ import annotations

from collections.abc import Mapping

from api.demo.story.cases import case_0001, case_0002, case_0003, case_0012, case_0013, case_0014
from api.demo.story.opening import opening
from api.demo.story.steps import Step, at
from domain.calendar import WorkingCalendar

FROZEN = at("10-30", "09:00")


def year(public_keys: Mapping[str, Mapping[str, str]], calendar: WorkingCalendar) -> list[Step]:
    """Every step from the appointment of the authority on; steps of one instant keep the order of the story."""
    steps = [
        *opening(public_keys),
        *case_0001(calendar),
        *case_0002(),
        *case_0003(),
        *case_0012(),
        *case_0013(),
        *case_0014(),
    ]
    return sorted(steps, key=lambda each: each.recorded_at)
