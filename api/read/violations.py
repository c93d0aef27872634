"""Questions about the authority's files on suspected violations."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import EntryIndex, Model, Moment, OrganCode, SignedTime
from api.http.parameters import PATH_ID, choice, word
from api.http.problems import Problem
from api.http.routes import question
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    STANDING_CODES,
    STANDING_HEADERS,
    Answer,
    FromFilter,
    Page,
    PageQuery,
    StandingQuery,
    ToFilter,
    filters_of,
    organs_of,
    parse_request,
)
from api.read.names import NameIn, Register
from domain.findings.file_stage import WORDS, Stage
from domain.vocabulary.codes import LIMBS
from projections.findings.files import CORRECTION_GROUPS, CorrectionState, Moved, ViolationFilters, ViolationRow

router = APIRouter()


class ViolationsQuery(PageQuery):
    """Which files."""

    status: Annotated[
        str | None, choice(tuple(Stage)), Field(description="The file's status.", examples=["CORRECTED"])
    ] = None
    limb: Annotated[
        str | None, choice(LIMBS), Field(description="Limb of Art. 33, as found or suspected.", examples=["c1"])
    ] = None
    accused: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="The organ that it is about.", examples=["113200000000000195"]),
    ] = None
    correction: Annotated[
        str | None,
        choice((*CorrectionState, *CORRECTION_GROUPS)),
        Field(description="How the ordered correction goes.", examples=["IN_TIME"]),
    ] = None
    finding: Annotated[
        str | None, word(), Field(description="A finding that it takes up.", examples=["f4b5d0c7a1e29b3c6d80"])
    ] = None
    from_: FromFilter = None
    to: ToFilter = None


class FileRecord(Model):
    """One record of a file, by its header, and the status of the file after it."""

    violation: str
    index: EntryIndex
    event: str
    by: OrganCode
    time: SignedTime
    recorded_at: Moment
    status: str
    status_zh: str
    status_en: str

    @classmethod
    def of(cls, moved: Moved) -> Self:
        zh, en = WORDS[moved.status]
        act = moved.act
        return cls(
            violation=moved.violation,
            index=act.index,
            event=act.event.event_name,
            by=act.by,
            time=act.time,
            recorded_at=act.recorded_at,
            status=moved.status,
            status_zh=zh,
            status_en=en,
        )


class Violation(Model):
    """A file (A33, A34). Until `violation.found` it is a suspicion."""

    id: str
    status: str = Field(description="Its status (docs/reference/answers.md).")
    status_zh: str
    status_en: str
    status_index: EntryIndex
    accused: OrganCode
    suspected_by: OrganCode
    limb: str = Field(description="As found; until then as suspected.")
    finding: str | None = Field(description="The finding that it names.")
    opened_at: Moment
    ordered_at: Moment | None
    limit_at: Moment | None = Field(description="The first instant after the order's last day.")
    reported_at: Moment | None = Field(description="Of the report that was not rejected.")
    corrected_at: Moment | None
    correction: str = Field(description="IN_TIME, LATE, WAITING, OVERDUE, NOT_ORDERED.")
    closed: bool
    referred_crime: bool

    @classmethod
    def of(cls, row: ViolationRow) -> Self:
        zh, en = WORDS[row.status]
        same = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**same, status_zh=zh, status_en=en)


class ViolationPage(Page[Violation]):
    """Files of the authority on suspected violations."""


class ViolationFile(Answer):
    """A file with its records by their headers: a reader with the right to their content finds it under their index."""

    violation: Violation
    history: list[FileRecord]


ViolationId = Annotated[str, PATH_ID, Path(description="What follows `violation/` in the stream.", examples=["0001"])]
ORGANS = ("accused", "suspected_by")


@question(
    router,
    "/v1/violations",
    id="listViolations",
    about="The authority's files on suspected violations, and how each correction goes: the last opened first.",
    answer=ViolationPage,
    finds="Files.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_violations(request: Request, query: Annotated[ViolationsQuery, Query()]) -> Response:
    """The last opened first."""
    asked = parse_request(request, query)
    filters, options = filters_of(ViolationFilters, query), asked.page_options(asked.sight.violation_filter())
    found = asked.run(lambda: asked.reception.queries.violations.listed(filters, options))
    rows = [Violation.of(row) for row in found.rows]
    return asked.respond(found, ViolationPage, organs_of(rows, *ORGANS), rows=rows)


@question(
    router,
    "/v1/violations/{id}",
    id="getViolation",
    about="One file: every record of it, and its status after each.",
    answer=ViolationFile,
    finds="The file.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_violation(request: Request, id: ViolationId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One file with its records."""
    asked = parse_request(request, query)
    options = asked.single_options(asked.sight.violation_filter())
    found = asked.run(lambda: asked.reception.queries.violations.one(id, options))
    if not found.rows:
        raise Problem("NOT_FOUND", "There is no such file, or it is not for this caller.")
    violation = Violation.of(found.rows[0].row)
    history = [FileRecord.of(each) for each in found.rows[0].history]
    organs = [*organs_of([violation], *ORGANS), *organs_of(history, "by")]
    return asked.respond(found, ViolationFile, organs, violation=violation, history=history)
