"""Questions about the catalogue: what is offered, and one resource whole.

What is, or is claimed to be, a state secret is a stub: codes, dates, organs, indexes and digests, and no word (law: 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Self, get_args

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.authz.redaction import as_stub, unredacted
from api.http.model import Data, EntryIndex, Model, Moment, OrganCode, Whole, Withheld
from api.http.parameters import PATH_ID, choice, word
from api.http.problems import Problem
from api.http.routes import question
from api.read.deadlines import Clock
from api.read.disputes import Discrepancy, Dispute, Stub
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    STANDING_CODES,
    STANDING_HEADERS,
    Answer,
    Page,
    PageQuery,
    ProviderFilter,
    ReadRequest,
    SensitiveFilter,
    StandingQuery,
    filters_of,
    organs_of,
    parse_request,
)
from domain.codec.encode import encoder
from domain.codec.schema import object_schema
from domain.families.item.state import Classification as Classified
from domain.families.item.state import InformationChange as Change
from domain.families.item.state import ItemStatus, ItemSuspension
from domain.families.item.state import PublishedVersion as Version
from domain.families.item.state import SourceAssignment as Assigned
from domain.vocabulary.codes import DataClass, ShareType
from domain.vocabulary.values import Cite, Ref
from projections.catalogue.query import CatalogueFilters, ItemRow
from projections.catalogue.query import ItemFile as Found
from projections.deadlines.query import DeadlineRow
from projections.deadlines.state_sql import OVERDUE, RUNNING
from projections.disputes.query import DisputeFilters

router = APIRouter()

_NO_CONTENT = frozenset({"post", "version"})  # of the act that stated it, not of the entry


class CatalogueQuery(PageQuery):
    """Which resources."""

    provider: ProviderFilter = None
    class_: Annotated[
        str | None,
        choice(get_args(DataClass)),
        Field(alias="class", description="Among the classes in force.", examples=["privacy"]),
    ] = None
    sensitive: SensitiveFilter = None
    status: Annotated[
        str | None,
        choice(tuple(ItemStatus)),
        Field(description="The entry's status.", examples=["PUBLISHED"]),
    ] = None
    share_type: Annotated[
        str | None,
        choice(get_args(ShareType)),
        Field(description="1 unconditional, 2 conditional, 3 not shared.", examples=["2"]),
    ] = None
    q: Annotated[str | None, word(), Field(description="Part of the code, or of the name.", examples=["登记"])] = None


class CatalogueItem(Model):
    """A resource with the seven fields of its published entry (Art. 10)."""

    code: str = Field(description="Resource code.")
    status: str
    status_index: EntryIndex
    provider: str | None = Field(description="Null: nobody has classified it yet.")
    name: str | None = Field(description="Of the published entry; before that as it was last classified.")
    format: str | None
    share_condition: str | None
    share_way: str | None
    update_cycle: str | None
    published_on: date | None
    version: Whole | None = Field(description="The version published last; null: none ever was.")
    classes: list[str] | None = Field(
        description="In force at the instant of the question; null: nobody has classified it by then."
    )
    level: str | None
    share_type: str | None = Field(description="1 unconditional, 2 conditional, 3 not shared.")
    centralised_level: str | None
    sensitive: bool = Field(description="In the sense of A18.")
    source: str | None = Field(description="The source of record (A11, A12).")
    updated_at: Moment | None
    updated_index: Whole | None
    changed_at: Moment | None = Field(description="The earliest change that no update has carried.")
    stale: bool = Field(description="A change waits for its update.")
    overdue: bool = Field(description="Its 20 working days are over (A15).")
    days_late: Whole = Field(description="Working days after the last day, today included.")
    due: date | None = Field(description="The first last day among the clocks that run.")
    stub: Stub
    withheld: Withheld

    @classmethod
    def of(cls, row: ItemRow) -> Self:
        run = [each for each in row.clocks if each.state in (RUNNING, OVERDUE)]
        late = [each for each in row.clocks if each.state == OVERDUE]
        return cls(
            **{name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)},
            overdue=bool(late),
            days_late=max((each.days_late or 0 for each in late), default=0),
            due=min((each.latest for each in run if each.latest), default=None),
            withheld=[f"/{name}" for name in row.hidden],
        )


class EntryVersion(Model):
    """One version of the catalogue entry; what was never published is for its keeper and who oversees it."""

    version: Whole
    provider: OrganCode
    proposed_index: EntryIndex
    published_index: Whole | None
    published_at: Moment | None
    ended_index: Whole | None
    ended_at: Moment | None
    data: Data
    withheld: Withheld

    @classmethod
    def of(cls, version: Version, *, stub: bool) -> Self:
        data, withheld = (as_stub if stub else unredacted)(version.content)
        begun, ended = version.in_force, version.ended
        return cls(
            version=version.version,
            provider=version.provider,
            proposed_index=version.proposed.index,
            published_index=None if begun is None else begun.index,
            published_at=None if begun is None else begun.time,
            ended_index=None if ended is None else ended.index,
            ended_at=None if ended is None else ended.time,
            data={name: value for name, value in data.items() if name not in _NO_CONTENT},
            withheld=[f"/data{pointer}" for pointer in withheld],
        )


class MemberDifference(Model):
    """One member; null where it is not there."""

    member: str
    before: Any = Field(description="As it stood.")
    after: Any = Field(description="The value after the change.")


class EntryDifference(Model):
    """What a version has otherwise than the one before it."""

    from_: Whole = Field(alias="from")
    to: Whole
    members: list[MemberDifference]


class Classification(Model):
    """The class from a day on, and what it rests on."""

    name: str | None
    classes: list[str]
    level: str | None
    share_type: str
    centralised_level: str | None
    statute: Data | None = Field(description="As it was signed.")
    from_: date = Field(alias="from")
    cause: Data | None = Field(description="As it was signed.")
    by: OrganCode
    time: Moment
    index: EntryIndex

    @classmethod
    def of(cls, each: Classified, *, stub: bool) -> Self:
        return cls(
            name=None if stub else each.name or None,
            classes=sorted(each.classes),
            level=each.level,
            share_type=each.share_type,
            centralised_level=each.centralised_level,
            statute=None if each.statute is None else _written(each.statute),
            from_=each.from_,
            cause=None if each.cause is None else _written(each.cause),
            by=each.fact.by,
            time=each.fact.time,
            index=each.fact.index,
        )


class SourceAssignment(Model):
    """Who is the source of record of a datum (A12)."""

    datum: str | None
    party: OrganCode
    from_: date = Field(alias="from")
    to: date | None
    index: EntryIndex

    @classmethod
    def of(cls, each: Assigned, *, stub: bool) -> Self:
        datum = None if stub else each.datum or None
        return cls(datum=datum, party=each.party, from_=each.from_, to=each.to, index=each.fact.index)


class EntrySuspension(Model):
    """No new requests on this entry for a while."""

    cause: str
    dispute: str | None
    by: OrganCode
    time: Moment
    index: EntryIndex
    restored_at: Moment | None
    restored_index: Whole | None

    @classmethod
    def of(cls, each: ItemSuspension) -> Self:
        return cls(
            cause=each.cause,
            dispute=each.dispute,
            by=each.fact.by,
            time=each.fact.time,
            index=each.fact.index,
            restored_at=None if each.restored is None else each.restored.time,
            restored_index=None if each.restored is None else each.restored.index,
        )


class InformationChange(Model):
    """A change of the shared information."""

    change_id: str
    fields: list[str] | None
    changed_at: Moment
    changed_index: EntryIndex
    updated_at: Moment | None
    updated_index: Whole | None

    @classmethod
    def of(cls, change: Change, *, stub: bool) -> Self:
        return cls(
            change_id=change.change_id,
            fields=None if stub or change.fields is None else list(change.fields),
            changed_at=change.fact.time,
            changed_index=change.fact.index,
            updated_at=None if change.updated is None else change.updated.time,
            updated_index=None if change.updated is None else change.updated.index,
        )


class UpdateClock(Clock):
    """The 20 working days of a change (A15), or of a discrepancy that proved one."""

    start: EntryIndex
    state: str = Field(description="running, overdue, met, late.")
    days_late: Whole = Field(description="Working days after the last day, the day of the update or today included.")

    @classmethod
    def of(cls, row: DeadlineRow) -> Self:
        counted = dict(Clock.model_validate(row))
        return cls(**counted, start=row.start, state=row.state, days_late=row.days_late or 0)


class CataloguePage(Page[CatalogueItem]):
    """Resources."""


class ItemFile(Answer):
    """A resource whole."""

    item: CatalogueItem
    versions: list[EntryVersion] = Field(description="In the order of their proposal.")
    differences: list[EntryDifference] = Field(description="Of each published version to the one before it.")
    classifications: list[Classification]
    sources: list[SourceAssignment]
    suspensions: list[EntrySuspension]
    changes: list[InformationChange]
    clocks: list[UpdateClock] = Field(description="Of its changes, also of those that a discrepancy proved (A15).")
    disputes: list[Dispute] = Field(description="Open ones, as far as they are for this caller.")
    discrepancies: list[Discrepancy] = Field(description="Open ones, as far as they are for this caller.")


ItemId = Annotated[
    str,
    PATH_ID,
    Path(description="The resource code, what follows `item/` in the stream; it may hold `/`.", examples=["C04"]),
]


@question(
    router,
    "/v1/catalogue",
    id="listCatalogue",
    about="The catalogue by code: who offers what, of which class, in which version, and whether it is up to date.",
    answer=CataloguePage,
    finds="Resources.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_catalogue(request: Request, query: Annotated[CatalogueQuery, Query()]) -> Response:
    """By code; what was never published, only to its keeper and who oversees it."""
    asked = parse_request(request, query)
    filters, options = filters_of(CatalogueFilters, query), asked.page_options(asked.sight.catalogue_filter())
    found = asked.run(lambda: asked.reception.queries.catalogue.items(filters, options))
    rows = [CatalogueItem.of(row) for row in found.rows]
    return asked.respond(found, CataloguePage, organs_of(rows, "provider", "source"), rows=rows)


@question(
    router,
    "/v1/catalogue/{id:path}",
    id="getItem",
    about="One resource: versions and their differences, classes with date and cause, changes with their clocks.",
    answer=ItemFile,
    finds="The resource.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_item(request: Request, id: ItemId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One resource whole, with the open disputes and discrepancies on it that are for this caller."""
    asked = parse_request(request, query)
    answers, access_scope = asked.reception.queries, asked.sight
    found = asked.run(lambda: answers.catalogue.item(id, asked.single_options(access_scope.catalogue_filter())))
    if not found.rows:
        raise Problem("NOT_FOUND", "There is no such resource, or it is not for this caller.")
    file, on, ask = found.rows[0], found.snapshot, answers.disputes
    of_item = DisputeFilters(item=id, open=True)
    disputed = asked.fetch_all(access_scope.dispute_filter(), on, lambda asking: ask.disputes(of_item, asking))
    reported = asked.fetch_all(
        access_scope.discrepancy_filter(), on, lambda asking: ask.discrepancies(asking, item=id, open_=True)
    )
    members = {
        **_file(file, insider=_is_insider(file.row, asked)),
        "disputes": disputed,
        "discrepancies": [Discrepancy.of(each, access_scope) for each in reported],
    }
    organs = [
        *organs_of([file.row], "provider", "source"),
        *organs_of(members["versions"], "provider"),
        *organs_of(disputed, "opener", "counterparty"),
        *organs_of(reported, "reporter"),
        *organs_of(members["sources"], "party"),
    ]
    return asked.respond(found, ItemFile, organs, **members)


def _is_insider(row: ItemRow, asked: ReadRequest) -> bool:
    """Whether drafts of this resource are for the caller."""
    held = None if row.keeper is None else asked.reception.registry.party(row.keeper)
    access_scope = asked.sight
    return access_scope.is_party_to((row.keeper,)) or access_scope.supervises(() if held is None else (held.division,))


def _file(file: Found, *, insider: bool) -> dict[str, Any]:
    """A resource whole. What was never published is for insiders: its keeper, and who oversees it."""
    state, stub = file.state, file.row.stub
    versions = [
        version
        for version in sorted(state.versions.values(), key=lambda each: each.proposed.index)
        if insider or version.in_force is not None
    ]
    published = [each for each in versions if each.in_force is not None]
    return {
        "item": CatalogueItem.of(file.row),
        "versions": [EntryVersion.of(each, stub=stub) for each in versions],
        "differences": list(_differences(published, stub=stub)),
        "classifications": [Classification.of(each, stub=stub) for each in state.classifications],
        "sources": [SourceAssignment.of(each, stub=stub) for each in state.sources],
        "suspensions": [EntrySuspension.of(each) for each in state.suspensions],
        "changes": [
            InformationChange.of(each, stub=stub) for each in state.changes if state.marks.not_disowned(each.fact)
        ],
        "clocks": [UpdateClock.of(each) for each in file.row.clocks],
    }


def _differences(published: Sequence[Version], *, stub: bool) -> Iterator[EntryDifference]:
    """What each published version has otherwise than the one before it."""
    for before, after in pairwise(published):
        old, new = (EntryVersion.of(each, stub=stub).data for each in (before, after))
        members = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        yield EntryDifference(
            from_=before.version,
            to=after.version,
            members=[MemberDifference(member=name, before=old.get(name), after=new.get(name)) for name in members],
        )


def _written(value: Cite | Ref) -> Any:
    return encoder(object_schema(type(value)))(value)
