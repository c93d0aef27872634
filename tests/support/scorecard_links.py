"""A scorecard's links, followed: the question that a path and its parameters ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.access.query import AccessFilters
from projections.cases.query import CaseFilters
from projections.deadlines.state_sql import DeadlineFilters
from projections.findings.files import ViolationFilters
from projections.findings.query import FindingFilters
from projections.query.paging import COUNTED, QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest


def count_behind_link(answers: Queries, path: str, asked: Mapping[str, Any], wanted: SnapshotRequest) -> int:
    """How many rows the question gives."""
    options = QueryOptions(snapshot_request=wanted, limit=1, count=True)
    match path:
        case "/v1/cases":
            count = answers.cases(CaseFilters(**asked), options).count
        case "/v1/access":
            count = answers.access(AccessFilters(**asked), options).count
        case "/v1/findings":
            count = answers.findings.listed(FindingFilters(**asked), options).count
        case "/v1/violations":
            count = answers.violations.listed(ViolationFilters(**asked), options).count
        case "/v1/deadlines":
            count = answers.deadlines.board(DeadlineFilters(**asked), options).count
        case _:
            raise AssertionError(f"no question stands at {path}")
    assert count is not None
    assert count < COUNTED
    return count
