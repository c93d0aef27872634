"""Questions about the authority's files on suspected violations."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, id_of, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read.endpoint import (
    FROM,
    PAGE,
    PAGE_CODES,
    PAGE_HEADERS,
    STANDING,
    STANDING_CODES,
    STANDING_HEADERS,
    TO,
    answered,
    understand,
)
from api.read.finding_views import violation_file, violation_row
from domain.findings.file_stage import Stage
from domain.vocabulary.codes import LIMBS
from projections.findings.files import CORRECTION_GROUPS, CorrectionState, ViolationFilters

_CORRECTIONS = (*CorrectionState, *CORRECTION_GROUPS)
_VIOLATIONS: tuple[Parameter, ...] = (
    choice("status", "Where the file stands.", tuple(Stage), example="CORRECTED"),
    choice("limb", "Limb of Art. 33, as found or suspected.", LIMBS, example="c1"),
    word("accused", "The organ that it is about.", example="113200000000000195"),
    choice("correction", "How the ordered correction goes.", _CORRECTIONS, example="IN_TIME"),
    word("finding", "A finding that it takes up.", example="f4b5d0c7a1e29b3c6d80"),
    FROM,
    TO,
    *STANDING,
    *PAGE,
)


def violations(request: Request) -> Response:
    """The last opened first."""
    question = understand(request, _VIOLATIONS)
    asked = question.asked
    filters = ViolationFilters(
        **{name: asked.get(name) for name in ("status", "limb", "accused", "correction", "finding")},
        since=asked.get("from"),
        until=asked.get("to"),
    )
    ask = question.reception.answers.violations
    answer = question.ask(lambda: ask.listed(filters, question.asking(question.sight.violations())))
    named = [uscc for row in answer.rows for uscc in (row.accused, row.suspected_by)]
    return answered(question, answer, {"rows": [violation_row(row) for row in answer.rows]}, named)


def violation(request: Request) -> Response:
    """One file with its records."""
    question = understand(request, STANDING)
    ask, id_ = question.reception.answers.violations, id_of(request)
    answer = question.ask(lambda: ask.one(id_, question.alone(question.sight.violations())))
    if not answer.rows:
        raise Problem("NOT_FOUND", "There is no such file, or it is not for this caller.")
    file = answer.rows[0]
    named = [file.row.accused, file.row.suspected_by, *(each.act.by for each in file.history)]
    return answered(question, answer, violation_file(file), named)


OPERATIONS = (
    Operation(
        id="listViolations",
        method="GET",
        path="/v1/violations",
        tag="questions",
        about="The authority's files on suspected violations, and how each correction goes: the last opened first.",
        endpoint=violations,
        parameters=_VIOLATIONS,
        answers=(Answer(200, "Files.", {JSON: examples.VIOLATIONS}, "ViolationPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getViolation",
        method="GET",
        path="/v1/violations/{id}",
        tag="questions",
        about="One file: every record of it, and where it stood after each.",
        endpoint=violation,
        path_parameters={"id": word("id", "What follows `violation/` in the stream.", example="0001")},
        parameters=STANDING,
        answers=(Answer(200, "The file.", {JSON: examples.VIOLATION}, "ViolationFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
