"""A scorecard's links, followed: the question that a path and its parameters ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.access_answers import AccessFilters
from projections.answers import Answers
from projections.case_answers import CaseFilters
from projections.deadline_states import DeadlineFilters
from projections.finding_answers import FindingFilters
from projections.pages import COUNTED, Asking
from projections.standing import Wanted
from projections.violation_answers import ViolationFilters


def followed(answers: Answers, path: str, asked: Mapping[str, Any], wanted: Wanted) -> int:
    """How many rows the question gives."""
    asking = Asking(wanted=wanted, limit=1, count=True)
    match path:
        case "/v1/cases":
            count = answers.cases(CaseFilters(**asked), asking).count
        case "/v1/access":
            count = answers.access(AccessFilters(**asked), asking).count
        case "/v1/findings":
            count = answers.findings.listed(FindingFilters(**asked), asking).count
        case "/v1/violations":
            count = answers.violations.listed(ViolationFilters(**asked), asking).count
        case "/v1/deadlines":
            count = answers.deadlines.board(DeadlineFilters(**asked), asking).count
        case _:
            raise AssertionError(f"no question stands at {path}")
    assert count is not None
    assert count < COUNTED
    return count
