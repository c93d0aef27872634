"""The reference of the answers is held to the code: every table, column, question and filter has its place there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import Table

from domain.findings.file_stage import WORDS
from domain.vocabulary.codes import Clock
from projections import KINDS
from projections.access.query import AccessFilters
from projections.cases.query import ANSWER_GROUPS, AnswerState, CaseFilters
from projections.catalogue.demands import DemandQueries
from projections.catalogue.query import CatalogueFilters, CatalogueQueries
from projections.deadlines.query import DeadlineQueries
from projections.deadlines.state_sql import STATES, DeadlineFilters
from projections.disputes.query import DisputeFilters, DisputeQueries
from projections.findings.files import ViolationFilters, ViolationQueries
from projections.findings.query import FindingFilters, FindingQueries
from projections.query.queries import Queries
from projections.reconciliation.query import DeliveryFilters, ReconciliationQueries
from projections.scorecards.measures import MEASURES
from projections.scorecards.query import ScorecardFilters, ScorecardQueries

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "answers.md").read_text(encoding="utf-8")
TABLES = [table for kind in KINDS for table in kind.tables]


def _section(table: Table) -> str:
    headed = re.search(rf"^### [^\n]*\b{table.name}\b.*?(?=^### |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert headed is not None, f"no heading names {table.name}"
    return headed.group()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_a_heading_and_every_column_a_place_under_it(table: Table) -> None:
    common = {"ledger", "build", "from_size", "to_size"}
    section = _section(table)
    assert [column.name for column in table.c if column.name not in common and f"`{column.name}`" not in section] == []


def test_every_question_is_listed() -> None:
    questions = [name for name in vars(Queries) if not name.startswith("_")]
    assert [name for name in questions if f"`{name}(" not in PAGE] == []


GROUPS: dict[str, type[Any]] = {
    "findings": FindingQueries,
    "violations": ViolationQueries,
    "scorecards": ScorecardQueries,
    "catalogue": CatalogueQueries,
    "demands": DemandQueries,
    "disputes": DisputeQueries,
    "reconciliation": ReconciliationQueries,
}
FILTERS = (
    *(AccessFilters, CaseFilters, DeadlineFilters, FindingFilters, ViolationFilters),
    *(CatalogueFilters, DisputeFilters, DeliveryFilters, ScorecardFilters),
)


def test_every_question_about_deadlines_is_listed() -> None:
    questions = ("board", "started_by")
    assert [name for name in questions if not hasattr(DeadlineQueries, name)] == []
    assert [name for name in questions if f"`deadlines.{name}(" not in PAGE] == []
    assert [state for state in STATES if f"`{state}`" not in PAGE] == []
    assert [clock for clock in get_args(Clock) if f"\n| {clock} |" not in PAGE] == []


@pytest.mark.parametrize(("group", "of"), GROUPS.items())
def test_every_question_of_a_group_is_listed(group: str, of: type[Any]) -> None:
    questions = [name for name in vars(of) if not name.startswith("_")]
    assert [name for name in questions if f"`{group}.{name}(" not in PAGE] == []


@pytest.mark.parametrize("filters", FILTERS)
def test_every_filter_is_listed(filters: type[Any]) -> None:
    assert [field.name for field in fields(filters) if f"`{field.name}`" not in PAGE] == []


def test_every_measure_and_every_state_of_an_answer_is_listed() -> None:
    codes = [*(measure.code for measure in MEASURES), *AnswerState, *ANSWER_GROUPS]
    assert [code for code in codes if f"`{code}`" not in PAGE] == []


def test_every_status_of_a_finding_is_listed_with_its_chinese_word() -> None:
    assert [stage for stage, (zh, _) in WORDS.items() if f"| `{stage}` | {zh} |" not in PAGE] == []
