"""A scorecard's links, followed: the question that a path and its parameters ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.access.query import AccessFilters
from projections.cases.query import CaseFilters
from projections.deadlines.state_sql import DeadlineFilters
from projections.findings.files import ViolationFilters
from projections.findings.query import FindingFilters
from projections.query.paging import COUNTED, Asking
from projections.query.queries import Answers
from projections.query.snapshot import Wanted


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
