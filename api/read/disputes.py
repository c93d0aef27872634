"""Questions about disputes over what information is (A19 ¶2) and discrepancies between sources (A11).

What is about a state secret is a stub for everybody: no word of it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.authz.redaction import as_stub, unredacted, without_texts
from api.authz.row_filters import AccessScope
from api.http.model import Data, Digest, EntryIndex, Model, Moment, OrganCode, Whole, Withheld
from api.http.parameters import PATH_ID, choice, flag, word
from api.http.problems import Problem
from api.http.routes import question
from api.read.act import RecordedAct, act_members
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    STANDING_CODES,
    STANDING_HEADERS,
    Answer,
    ItemFilter,
    Page,
    PageQuery,
    StandingQuery,
    filters_of,
    organs_of,
    parse_request,
)
from api.read.names import NameIn, Register
from domain import events as e
from domain.act import Act
from domain.families.discrepancy.state import DiscrepancyStatus
from domain.families.dispute.state import DisputeStatus
from domain.state import DisputeState, Fact
from domain.vocabulary.codes import Route
from projections.disputes.query import UNASSIGNED, DiscrepancyRow, DisputeFilters, DisputeRow

router = APIRouter()

DISPUTED = ("state_secret", "trade_secret", "privacy")
DECIDES = (e.DeterminationIssued, e.DisputeObjectionDecided, e.DisputeOutcomeRecorded)

Lane = Literal["OPENER", "COUNTERPARTY", "DECIDER", "OTHER"]
Stub = Annotated[
    bool,
    Field(description="It is, or is claimed to be, a state secret: no word of it is shown, to nobody."),
]


class DisputesQuery(PageQuery):
    """Which disputes."""

    route: Annotated[
        str | None,
        choice(get_args(Route)),
        Field(description="A: state secret. B: trade secret, privacy.", examples=["B"]),
    ] = None
    status: Annotated[
        str | None,
        choice(tuple(DisputeStatus)),
        Field(description="The dispute's status.", examples=["APPLIED"]),
    ] = None
    item: ItemFilter = None
    case: Annotated[
        str | None,
        word(),
        NameIn(Register.CASE),
        Field(description="The share request that it names.", examples=["2026-0010"]),
    ] = None
    party: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="An organ on either side.", examples=["11320000000000166N"]),
    ] = None
    claimed_class: Annotated[
        str | None,
        choice(DISPUTED),
        Field(description="What the information is said to be.", examples=["trade_secret"]),
    ] = None
    open: Annotated[
        bool | None,
        flag(),
        Field(
            description="Whether it is not settled yet, so that the stricter class holds meanwhile.", examples=[True]
        ),
    ] = None


class DiscrepanciesQuery(PageQuery):
    """Which discrepancies."""

    status: Annotated[
        str | None,
        choice((*DiscrepancyStatus, UNASSIGNED)),
        Field(description="Its status.", examples=["VERIFYING"]),
    ] = None
    item: ItemFilter = None
    source: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="The source of record, which has to verify.", examples=["113200000000000270"]),
    ] = None
    reporter: Annotated[
        str | None, word(), NameIn(Register.PARTY), Field(description="Who compared.", examples=["113200000000000195"])
    ] = None


class Dispute(Model):
    """A dispute over what an item is (A19)."""

    id: str
    status: str
    status_index: EntryIndex
    route: str = Field(
        description="A: the secrecy administration determines. B: a party applies to the competent State organ."
    )
    item: str
    request: str | None
    opener: OrganCode
    counterparty: OrganCode
    claimed_class: str
    level: str | None
    opened_index: EntryIndex
    opened_at: Moment
    originator: str | None = Field(description="To whom it was objected, where that organ has a code.")
    escalated_to: str | None
    settled_index: Whole | None
    settled_at: Moment | None
    result: str | None = Field(description="Of the determination or the outcome that settled it.")
    decider: str | None = Field(description="Who signed the determination.")
    decider_level: str | None
    disowned: bool = Field(description="Its opening was disowned and has no force.")
    interim: bool = Field(description="The stricter class holds meanwhile, at the instant of the question.")
    days: Whole = Field(description="From the opening to the settlement, or until now.")
    stub: Stub


class DisputeStep(RecordedAct):
    """One entry of the dispute, and whose step it is."""

    lane: Lane = Field(
        description="OPENER and COUNTERPARTY may also record what others decided; OTHER only noted the route."
    )


class DisputeDecision(Model):
    """A determination, or an outcome, by its document."""

    index: EntryIndex
    time: Moment
    by: OrganCode
    level: str | None = Field(description="Of who determined, by the register.")
    issuer: str | None = Field(description="Who issued the document, where it has a code.")
    document_no: str
    document_digest: Digest
    result: str
    fields: list[str] | None
    secrecy_level: str | None
    effective: date
    settles: bool = Field(description="False: it was objected to and settles nothing yet.")


class Reopened(Model):
    """An answer given again."""

    index: EntryIndex
    request: str
    event: str
    time: Moment


class Discrepancy(Model):
    """Two sources differ (A11); the source of record verifies and explains."""

    id: str
    status: str = Field(description="UNASSIGNED: nobody is known as the source of record.")
    status_index: EntryIndex
    item: str
    source: str | None
    reporter: OrganCode
    severity: str
    result: str | None = Field(description="What the source found.")
    reported_index: EntryIndex
    reported_at: Moment
    closed_at: Moment | None
    days: Whole = Field(description="From the report to the closing, or until now.")
    stub: Stub
    data: Data
    withheld: Withheld

    @classmethod
    def of(cls, row: DiscrepancyRow, access_scope: AccessScope) -> Self:
        """In the words of its report."""
        texts = access_scope.may_read_texts((row.reporter, row.source), sensitive=row.sensitive)
        data, withheld = (as_stub if row.stub else unredacted if texts else without_texts)(row.act.event)
        same = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**same, reported_index=row.act.index, data=data, withheld=withheld)


class DisputePage(Page[Dispute]):
    """Disputes."""


class DisputeFile(Answer):
    """A dispute whole."""

    dispute: Dispute
    steps: list[DisputeStep]
    decisions: list[DisputeDecision]
    reopened: list[Reopened] = Field(description="Answers given again that cite a decision.")
    beside: list[Dispute] = Field(description="Others on the same item, as far as they are for this caller.")


class DiscrepancyPage(Page[Discrepancy]):
    """Discrepancies."""


DisputeId = Annotated[str, PATH_ID, Path(description="What follows `dispute/` in the stream.", examples=["DP-0010"])]
ORGANS = ("opener", "counterparty", "originator", "decider")


@question(
    router,
    "/v1/disputes",
    id="listDisputes",
    about="Disputes over what information is, their route, and how many days they took: the last opened first.",
    answer=DisputePage,
    finds="Disputes.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_disputes(request: Request, query: Annotated[DisputesQuery, Query()]) -> Response:
    """The last opened first."""
    asked = parse_request(request, query)
    filters, options = filters_of(DisputeFilters, query), asked.page_options(asked.sight.dispute_filter())
    found = asked.run(lambda: asked.reception.queries.disputes.disputes(filters, options))
    return asked.respond(found, DisputePage, organs_of(found.rows, *ORGANS), rows=found.rows)


@question(
    router,
    "/v1/disputes/{id}",
    id="getDispute",
    about="One dispute: its steps by organ and by the deciding body, and what was reopened.",
    answer=DisputeFile,
    finds="The dispute.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_dispute(request: Request, id: DisputeId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One dispute whole; an open one of route A beside it blocks the effects of route B (4.9)."""
    asked = parse_request(request, query)
    ask, access_scope = asked.reception.queries.disputes, asked.sight
    found = asked.run(lambda: ask.dispute(id, asked.single_options(access_scope.dispute_filter())))
    if not found.rows:
        raise Problem("NOT_FOUND", "There is no such dispute, or it is not for this caller.")
    file, row = found.rows[0], found.rows[0].row
    on_item = DisputeFilters(item=row.item)
    others = asked.fetch_all(
        access_scope.dispute_filter(), found.snapshot, lambda asking: ask.disputes(on_item, asking)
    )
    beside = [each for each in others if each.id != id]
    texts = access_scope.may_read_texts((row.opener, row.counterparty), sensitive=True)
    steps = [
        DisputeStep(lane=lane_of(each, row), **act_members(each, texts=texts, stub=row.stub)) for each in file.steps
    ]
    organs = [*organs_of([row, *beside], *ORGANS), *organs_of(steps, "by")]
    members = {"decisions": _decisions(file.state, file.levels, stub=row.stub), "reopened": file.reopened}
    return asked.respond(found, DisputeFile, organs, dispute=row, steps=steps, beside=beside, **members)


@question(
    router,
    "/v1/discrepancies",
    id="listDiscrepancies",
    about="Where two sources differ (A11), who has to verify, and what came of it: the last reported first.",
    answer=DiscrepancyPage,
    finds="Discrepancies.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_discrepancies(request: Request, query: Annotated[DiscrepanciesQuery, Query()]) -> Response:
    """The last reported first."""
    asked = parse_request(request, query)
    options = asked.page_options(asked.sight.discrepancy_filter())
    wanted = {name: getattr(query, name) for name in ("status", "item", "source", "reporter")}
    found = asked.run(lambda: asked.reception.queries.disputes.discrepancies(options, **wanted))
    rows = [Discrepancy.of(row, asked.sight) for row in found.rows]
    return asked.respond(found, DiscrepancyPage, organs_of(rows, "reporter", "source"), rows=rows)


def lane_of(act: Act, row: DisputeRow) -> Lane:
    """OPENER and COUNTERPARTY, who may also record what others decided; DECIDER; OTHER: who only noted the route."""
    if act.by == row.opener:
        return "OPENER"
    if act.by == row.counterparty:
        return "COUNTERPARTY"
    return "DECIDER" if isinstance(act.event, DECIDES) else "OTHER"


def _decisions(state: DisputeState, levels: Mapping[str, str], *, stub: bool) -> list[DisputeDecision]:
    """Determinations (route A) and the outcome (route B), by their documents. ``level`` is the determining organ's."""
    decided: list[tuple[e.DeterminationIssued | e.DisputeOutcomeRecorded, Fact]] = [*state.determinations]
    decided += [state.outcome] if state.outcome is not None else []
    return [
        DisputeDecision(
            index=fact.index,
            time=fact.time,
            by=fact.by,
            issuer=event.document.issuer.uscc,
            document_no=event.document.no,
            document_digest=event.document.digest,
            fields=None if stub or event.fields is None else list(event.fields),
            effective=event.effective,
            settles=fact == state.settled,
            **_determined(event, levels.get(fact.by)),
        )
        for event, fact in decided
    ]


def _determined(event: e.DeterminationIssued | e.DisputeOutcomeRecorded, level: str | None) -> dict[str, Any]:
    """The members that only a determination has, or has under another name."""
    if isinstance(event, e.DeterminationIssued):
        return {"result": event.result, "level": level, "secrecy_level": event.level}
    return {"result": event.outcome, "level": None, "secrecy_level": None}
