"""Questions about the register: which parties there are, their keys, and their posts."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.authz.row_filters import AccessScope
from api.http.model import EntryIndex, Model, Moment, OrganCode, Withheld
from api.http.parameters import PATH_ID, choice, word
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
    parse_request,
)
from api.read.names import NameIn, Register
from domain.vocabulary.codes import Category
from projections.parties.query import PartyFile as Found

router = APIRouter()


class PartiesQuery(PageQuery):
    """Which parties."""

    division: Annotated[
        str | None,
        word("[0-9]{6}"),
        NameIn(Register.DIVISION),
        Field(description="Six digits of GB/T 2260.", examples=["320000"]),
    ] = None
    category: Annotated[
        str | None, choice(get_args(Category)), Field(description="What kind of party.", examples=["ORGAN"])
    ] = None


class Party(Model):
    """A registered party."""

    uscc: OrganCode
    name: str | None
    category: str
    level: str
    division: str
    unit: str
    registered_index: EntryIndex
    valid_from: Moment
    valid_to: Moment | None
    successors: list[OrganCode]


class PartyKey(Model):
    """A key and its validity."""

    kid: str = Field(description="RFC 7638 thumbprint.")
    jwk: dict[str, Any] = Field(description="Public members.")
    valid_from: Moment
    valid_to: Moment | None
    ended_at: Moment | None
    compromised_from: Moment | None
    by_index: EntryIndex


class PostHeld(Model):
    """An officer post; null `held_from`: since the organ was registered."""

    post: str
    unit: str
    responsible: bool
    held_from: Moment | None
    held_to: Moment | None
    by_index: EntryIndex


class PartyPage(Page[Party]):
    """Parties."""


class PartyFile(Answer):
    """A party with its keys and posts."""

    party: Party
    keys: list[PartyKey]
    posts: list[PostHeld] | None = Field(description="Null where they are not for this caller.")
    withheld: Withheld


PartyId = Annotated[
    str, PATH_ID, Path(description="The party's unified social credit code.", examples=["113200000000000195"])
]


@question(
    router,
    "/v1/parties",
    id="listParties",
    about="The register of parties, by code.",
    answer=PartyPage,
    finds="Parties.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_parties(request: Request, query: Annotated[PartiesQuery, Query()]) -> Response:
    """The register, by code."""
    asked = parse_request(request, query, for_everybody=True)
    options = asked.page_options(asked.sight.party_filter())
    found = asked.run(
        lambda: asked.reception.queries.parties(options, division=query.division, category=query.category)
    )
    return asked.respond(found, PartyPage, (), rows=found.rows)


@question(
    router,
    "/v1/parties/{id}",
    id="getParty",
    about="One party with its keys; with its posts for itself and for who oversees it.",
    answer=PartyFile,
    finds="The party.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_party(request: Request, id: PartyId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One party with its keys, and with its posts for itself and for who oversees it."""
    asked = parse_request(request, query, for_everybody=True)
    options = asked.single_options(asked.sight.party_filter())
    found = asked.run(lambda: asked.reception.queries.party(id, options))
    if not found.rows:
        raise Problem("NOT_FOUND", "No party has this code.")
    return asked.respond(found, PartyFile, (), **_file(found.rows[0], asked.sight))


def _file(file: Found, access_scope: AccessScope) -> dict[str, Any]:
    """Keys are for everybody; posts for the party itself and for who oversees it."""
    open_ = access_scope.may_read_register(file.row.uscc, file.row.division)
    return {
        "party": file.row,
        "keys": file.keys,
        "posts": file.posts if open_ else None,
        "withheld": [] if open_ else ["/posts"],
    }
