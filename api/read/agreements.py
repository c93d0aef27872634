"""Questions about confidentiality agreements (A19)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.authz.redaction import redact
from api.authz.secret_views import is_secret_stream
from api.http.model import Data, Digest, EntryIndex, Model, Moment, OrganCode, Whole, Withheld
from api.http.parameters import PATH_ID, word
from api.http.problems import Problem
from api.http.routes import question
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    STANDING_CODES,
    STANDING_HEADERS,
    Answer,
    Page,
    PageQuery,
    StandingQuery,
    organs_of,
    parse_request,
)
from api.read.names import NameIn, Register
from domain.codec.encode import encoder
from domain.codec.schema import object_schema, texts
from domain.families.agreement.state import AgreementVersion as Version
from domain.vocabulary.values import Scope
from projections.cases.query import AgreementFile as Found

router = APIRouter()

_SCOPE = object_schema(Scope)
_SCOPE_TEXTS = tuple(texts(_SCOPE))


class AgreementsQuery(PageQuery):
    """Which agreements."""

    case: Annotated[
        str | None,
        word(),
        NameIn(Register.CASE),
        Field(description="A share request that it names.", examples=["2026-0001"]),
    ] = None
    party: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="An organ on either side.", examples=["113200000000000195"]),
    ] = None


class Agreement(Model):
    """A confidentiality agreement in its present state."""

    id: str
    status: str
    status_index: EntryIndex
    requester: OrganCode
    provider: OrganCode
    version: Whole
    text_digest: Digest
    proposed_at: Moment
    in_force_from: Moment | None
    ends_at: Moment
    expired: bool = Field(description="Its term, or its termination, had ended it at the instant of the question.")


class AgreementSignature(Model):
    """An organ signed a version."""

    by: OrganCode
    post: str
    time: Moment
    index: EntryIndex


class AgreementVersion(Model):
    """One text of an agreement; in force from the second signature, or later if it says so."""

    version: Whole
    text_digest: Digest
    effective_from: date
    effective_to: date
    in_force_from: Moment | None
    proposed_index: EntryIndex
    signatures: list[AgreementSignature]
    scope: Data
    withheld: Withheld

    @classmethod
    def of(cls, version: Version, *, readable: bool, stub: bool) -> Self:
        return cls(
            version=version.number,
            text_digest=version.text_digest,
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            in_force_from=version.in_force_from,
            proposed_index=version.fact.index,
            signatures=[
                AgreementSignature(by=uscc, post=fact.post, time=fact.time, index=fact.index)
                for uscc, fact in version.signatures.items()
            ],
            **scope_members(version.scope, readable=readable, stub=stub),
        )


class Suspension(Model):
    """An agreement was suspended."""

    cause: str
    effect: Moment
    resumed: Moment | None
    index: EntryIndex


class Termination(Model):
    """What ended an agreement."""

    effect: date
    index: EntryIndex


class AgreementPage(Page[Agreement]):
    """Confidentiality agreements."""


class AgreementFile(Answer):
    """An agreement whole."""

    agreement: Agreement
    requests: list[str]
    classes: list[str]
    level: str | None
    survives: bool
    versions: list[AgreementVersion]
    suspensions: list[Suspension]
    terminated: Termination | None = Field(description="Null while nothing has ended it.")


AgreementId = Annotated[str, PATH_ID, Path(description="What follows `agreement/` in the stream.", examples=["A-0001"])]


@question(
    router,
    "/v1/agreements",
    id="listAgreements",
    about="Confidentiality agreements, the last proposed first.",
    answer=AgreementPage,
    finds="Agreements.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_agreements(request: Request, query: Annotated[AgreementsQuery, Query()]) -> Response:
    """The last proposed first."""
    asked = parse_request(request, query)
    options = asked.page_options(asked.sight.agreement_filter())
    found = asked.run(lambda: asked.reception.queries.agreements(options, request=query.case, party=query.party))
    return asked.respond(found, AgreementPage, organs_of(found.rows), rows=found.rows)


@question(
    router,
    "/v1/agreements/{id}",
    id="getAgreement",
    about="One agreement: every version, its scope, who signed it and when it came into force.",
    answer=AgreementFile,
    finds="The agreement.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_agreement(request: Request, id: AgreementId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One agreement with every version and who signed it."""
    asked = parse_request(request, query)
    options = asked.single_options(asked.sight.agreement_filter())
    found = asked.run(lambda: asked.reception.queries.agreement(id, options))
    if not found.rows:
        raise Problem("NOT_FOUND", "There is no such agreement, or it is not for this caller.")
    file = found.rows[0]
    readable = asked.sight.may_read_texts((file.row.requester, file.row.provider), sensitive=True)
    stub = is_secret_stream(f"agreement/{id}", asked.reception.registry, asked.reception.store)
    return asked.respond(found, AgreementFile, organs_of([file.row]), **_file(file, readable=readable, stub=stub))


def _file(file: Found, *, readable: bool, stub: bool) -> dict[str, Any]:
    """An agreement with every version, and what it was suspended or ended by. ``stub``: without a word."""
    state, end = file.state, file.state.termination
    pending = () if state.amendment is None else (state.amendment,)
    return {
        "agreement": file.row,
        "requests": state.requests,
        "classes": sorted(state.classes),
        "level": state.level,
        "survives": state.survives,
        "versions": [AgreementVersion.of(each, readable=readable, stub=stub) for each in (*state.versions, *pending)],
        "suspensions": [
            Suspension(cause=each.cause, effect=each.effect, resumed=each.resumed_effect, index=each.fact.index)
            for each in state.suspensions
        ],
        "terminated": None if end is None else Termination(effect=end.effect, index=end.fact.index),
    }


def scope_members(scope: Scope, *, readable: bool, stub: bool) -> dict[str, Any]:
    """What is shared, as far as the caller may read it, and the pointers of what is withheld."""
    written = encoder(_SCOPE)(scope)
    assert isinstance(written, dict)
    withheld = redact(written, _SCOPE_TEXTS, stub=stub) if stub or not readable else []
    return {"scope": written, "withheld": [f"/scope{pointer}" for pointer in withheld]}
