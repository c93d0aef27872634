"""How a question is asked, and what every answer says of itself: tree size, instant, checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

import orjson
from pydantic import Field
from pydantic_core import to_json
from sqlalchemy import select
from sqlalchemy.exc import DataError
from starlette.requests import Request
from starlette.responses import Response

from api.authz.resolve import access_scope_of
from api.authz.row_filters import AccessScope
from api.authz.tokens import Caller
from api.http.model import Absent, Demo, Hash, Model, Moment, OrganCode, Whole
from api.http.parameters import Query, choice, flag, instant, number, size_or_instant, word
from api.http.problems import Problem
from api.http.responses import JSON, PRIVATE, marked, weakly_tagged
from api.http.validation import refuse_repeated
from api.own_records.read_audit import question_text
from api.read.names import NameIn, Register, require_known_names
from api.server.reception import AppContext, context_of
from formats.base64std import encode_base64
from formats.errors import Malformed
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.tree import merkle
from projections.parties.projector import party
from projections.query.paging import COUNTED, LARGEST, QueryOptions, RowFilter
from projections.query.paging import Answer as Found
from projections.query.snapshot import NotAnswerable, Snapshot, SnapshotRequest, Stopped

R = TypeVar("R")
T = TypeVar("T")
F = TypeVar("F")

STANDING_CODES: Final = (
    "PARAMETER_UNKNOWN",
    "PARAMETER_INVALID",
    "AS_OF_BEYOND",
    "CALLER_FORBIDDEN",
    "PROJECTION_BEHIND",
    "PROJECTION_STOPPED",
    "READ_NOT_RECORDABLE",
)
PAGE_CODES: Final = (*STANDING_CODES, "CURSOR_INVALID")
LIST_CODES: Final = (*PAGE_CODES, "NAME_UNKNOWN")
STANDING_HEADERS: Final = {
    "Ledger-As-Of": "`size=<tree size>; root=<base64>`: what the answer is based on.",
    "ETag": "Of what was found; send it back in `If-None-Match`.",
}
PAGE_HEADERS: Final = {**STANDING_HEADERS, "Link": "`rel=next`: the next page, if there is one."}

# --- parameters

ItemFilter = Annotated[
    str | None, word(), NameIn(Register.ITEM), Field(description="Catalogue item.", examples=["C04"])
]
RequesterFilter = Annotated[
    str | None,
    word(),
    NameIn(Register.PARTY),
    Field(description="The using organ's code.", examples=["113200000000000195"]),
]
ProviderFilter = Annotated[
    str | None,
    word(),
    NameIn(Register.PARTY),
    Field(description="The providing organ's code.", examples=["113200000000000270"]),
]
CaseFilter = Annotated[
    str | None, word(), NameIn(Register.CASE), Field(description="The share request.", examples=["2026-0001"])
]
SensitiveFilter = Annotated[
    bool | None, flag(), Field(description="Whether the information is sensitive (A18).", examples=[True])
]
FromFilter = Annotated[
    datetime | None,
    instant(ends=False),
    Field(
        alias="from", description="From this instant; a bare date is a day in Asia/Shanghai.", examples=["2026-04-01"]
    ),
]
ToFilter = Annotated[
    datetime | None,
    instant(ends=True),
    Field(description="Before this instant; a bare date is included.", examples=["2026-06-30"]),
]


class StandingQuery(Query):
    """What every question takes: on which knowledge, and for which instant, it is to be answered."""

    as_of: Annotated[
        int | datetime | None,
        size_or_instant("as_of"),
        Field(
            description="What was known then: a tree size, or a time that is turned into the size the log had.",
            examples=["41"],
        ),
    ] = None
    at: Annotated[
        datetime | None,
        instant(ends=False),
        Field(
            description="The instant of the question: what arises from silence holds after its day.",
            examples=["2026-10-30"],
        ),
    ] = None
    at_least: Annotated[
        int | None,
        number("at_least"),
        Field(description="An entry that the answer must know of, as of one's own write.", examples=[41]),
    ] = None
    inspection: Annotated[
        str | None,
        word(),
        Field(description="An open inspection of the caller that opens sensitive texts."),
    ] = None


class CursorQuery(StandingQuery):
    """What a question takes whose answer has pages."""

    cursor: Annotated[str | None, word("Wz[A-Za-z0-9_-]{16,}"), Field(description="`next` of the page before.")] = None
    limit: Annotated[
        int,
        number("limit", least=1, most=LARGEST),
        Field(description="Rows of a page; absent: 50.", examples=[50]),
    ] = 50


class PageQuery(CursorQuery):
    """What a list takes."""

    include: Annotated[
        str | None,
        choice(("count",)),
        Field(description="`count`: how many rows there are in all.", examples=["count"]),
    ] = None


# A member of the query whose name is another one in the filters of the projections.
_ASKED_AS: Final = {"request": "case", "since": "from_", "until": "to", "data_class": "class_"}


def filters_of(kind: type[F], query: Query) -> F:
    """The filters of a projection, from the parameters of the same names."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # every filter is a dataclass
    return kind(**{name: getattr(query, _ASKED_AS.get(name, name)) for name in names})


# --- answers


class OrganName(Model):
    """An organ's name at that tree size."""

    uscc: OrganCode
    name: str | None


class StandsOn(Model):
    """The tree that an answer rests on; `note` is the smallest checkpoint kept that covers it."""

    size: Whole
    root: Hash
    note: str | None = Field(description="A signed note; null until one is kept.")


class Answer(Model):
    """What every answer says of itself."""

    organs: list[OrganName] = Field(description="The organs that the answer names by code.")
    as_of: Whole = Field(description="The tree size it is based on: only the entries below it are known.")
    at: Moment
    checkpoint: StandsOn
    next: str | None = Field(description="The cursor of the next page; null on the last.")
    count: Absent[Whole] = Field(None, description="How many rows there are in all, if it was asked for.")
    count_exact: Absent[bool] = Field(None, description="False: at least so many.")
    demo: Demo = None


class Page(Answer, Generic[R]):
    """Rows of a list."""

    rows: list[R]


# Of another instant for the same things found, so that no part of the weak ETag.
_STANDS: Final = {"at", "checkpoint", "next"}
_SAID: Final = {*Answer.model_fields} - _STANDS


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One request, understood: what was asked, for whom, and on which knowledge it is answered."""

    request: Request
    reception: AppContext
    query: StandingQuery
    sight: AccessScope
    wanted: SnapshotRequest
    watched: Caller | None  # who asks, if the read has to be recorded

    def single_options(self, visible: Sequence[RowFilter], on: Snapshot | None = None) -> QueryOptions:
        """For one thing; ``on``: on the same knowledge as another answer."""
        wanted = (
            self.wanted if on is None else SnapshotRequest(as_of=on.as_of, instant=on.instant, wait=self.wanted.wait)
        )
        return QueryOptions(snapshot_request=wanted, visible=visible[0], also=tuple(visible[1:]))

    def fetch_all(
        self, visible: Sequence[RowFilter], on: Snapshot, question: Callable[[QueryOptions], Found[R]]
    ) -> list[R]:
        """All rows of a list that belongs to another answer, page by page on the same knowledge."""
        asking, rows = replace(self.single_options(visible, on), limit=LARGEST), list[R]()
        while True:
            page = self.run(partial(question, asking))
            rows += page.rows
            if page.next is None:
                return rows
            asking = replace(asking, cursor=page.next)

    def page_options(self, visible: Sequence[RowFilter]) -> QueryOptions:
        """For a page."""
        query = self.query
        assert isinstance(query, CursorQuery), "a list is asked for with a cursor"
        return QueryOptions(
            snapshot_request=self.wanted,
            visible=visible[0],
            also=tuple(visible[1:]),
            cursor=query.cursor,
            limit=query.limit,
            count=isinstance(query, PageQuery) and query.include == "count",
        )

    def _of_the_present(self, visible: Sequence[RowFilter], limit: int) -> QueryOptions:
        wanted = SnapshotRequest(instant=self.reception.clock())
        return QueryOptions(snapshot_request=wanted, visible=visible[0], also=tuple(visible[1:]), limit=limit)

    def run(self, question: Callable[[], T]) -> T:
        """The answer, or the problem that says why there is none now."""
        try:
            return question()
        except Malformed as fault:
            raise Problem("CURSOR_INVALID", fault.detail, fault.next_step) from fault
        except (OverflowError, DataError) as fault:  # a cursor that somebody changed leads outside of what can be
            raise Problem("CURSOR_INVALID", "The cursor is none of this ledger's.") from fault
        except Stopped as fault:
            raise Problem("PROJECTION_STOPPED", f"{fault}.") from fault
        except NotAnswerable as fault:
            raise Problem("PROJECTION_BEHIND", f"{fault}.", headers={"Retry-After": "1"}) from fault

    def respond(self, found: Found[Any], kind: type[Answer], organs: Iterable[str | None], **members: Any) -> Response:
        """The answer with the tree it rests on. The ETag is of what was found: the instant of the question, and what
        follows from it alone, is not part of it.
        """
        self._record_read(found.as_of)
        if not found.rows and isinstance(self.query, PageQuery) and self.query.cursor is None:
            self.run(partial(require_known_names, self.query, self.reception.queries, self.sight, self._of_the_present))
        store = self.reception.store
        root = encode_base64(merkle.tree_root(found.as_of, self.reception.tiles.reader(found.as_of)))
        note = None if found.checkpoint is None else found.checkpoint.decode()
        answer = kind(
            **members,
            organs=_names(store, found, organs),
            as_of=found.as_of,
            at=found.instant,
            checkpoint=StandsOn(size=found.as_of, root=root, note=note),
            next=found.next,
            count=found.count,
            count_exact=None if found.count is None else found.count < COUNTED,
            demo=marked(self.reception.clock.demo),
        )
        # The members that were asked for come first, those that change with the instant last.
        own, said = to_json(answer, exclude=_SAID | _STANDS), to_json(answer, include=_SAID)
        stable, stands = own[:-1] + b"," + said[1:], to_json(answer, include=_STANDS)
        headers = {**PRIVATE, "Ledger-As-Of": f"size={found.as_of}; root={root}"}
        if found.next is not None:
            headers["Link"] = f'<{_next(self.request, found.next)}>; rel="next"'
        # Whether there is a next page is not seen in the rows; its cursor differs with the instant only.
        found_now = stable if found.next is None else stable + b"+"
        return weakly_tagged(self.request, found_now, stable[:-1] + b"," + stands[1:], JSON, headers)

    def _record_read(self, tree_size: int) -> None:
        """Before it is answered: that it was asked, if that has to be recorded."""
        if self.watched is not None:
            told = question_text(self.request.url.path, self.request.query_params.multi_items())
            self.reception.read_audit.note(self.watched, told, inspection=self.query.inspection, tree_size=tree_size)


def parse_request(request: Request, query: StandingQuery, *, for_everybody: bool = False) -> ReadRequest:
    """Who asks, may they, and as of when.

    ``for_everybody``: every party may see all that is answered. Any other read by who oversees is recorded.
    """
    context = context_of(request)
    caller = context.caller(request)
    refuse_repeated(request)
    size = context.store.head().size
    access_scope = access_scope_of(caller, context, inspection=query.inspection, size=size)
    watched = caller if access_scope.supervises_others and not for_everybody else None
    if watched is not None:
        context.read_audit.admit(watched)
    return ReadRequest(request, context, query, access_scope, _wanted(query, context, size), watched)


def _wanted(query: StandingQuery, context: AppContext, size: int) -> SnapshotRequest:
    """With ``as_of`` alone, the instant of the question is when its last entry was recorded; with nothing, now."""
    as_of, at = query.as_of, query.at
    at_least = 0 if query.at_least is None else query.at_least + 1
    if isinstance(as_of, datetime):
        if as_of > context.clock():
            raise Problem("AS_OF_BEYOND", "as_of lies ahead of the ledger's clock.")
        at, as_of = at or as_of, size_at(context.store, as_of, size)
    if max(as_of or 0, at_least) > size:
        raise Problem("AS_OF_BEYOND", f"The log has {size} entries.")
    if as_of is None and at is None:
        at = context.clock()
    # A cursor goes on with what was known already, so there is nothing to wait for.
    goes_on = isinstance(query, CursorQuery) and query.cursor is not None
    wait = 0.0 if goes_on else context.settings.wait_seconds
    return SnapshotRequest(as_of=as_of, instant=at, at_least=at_least, wait=wait)


def size_at(store: Store, instant: datetime, size: int) -> int:
    """How many entries were recorded by then: ``recorded_at`` never goes back, so halving finds it."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        line = store.entry(middle)
        assert line is not None, "indexes have no gaps"
        if datetime.fromisoformat(orjson.loads(line)["recorded_at"]) <= instant:
            low = middle + 1
        else:
            high = middle
    return low


def organs_of(rows: Iterable[Any], *names: str) -> list[str | None]:
    """The organs that the rows name, by these members; requester and provider where none are named."""
    return [getattr(row, name) for row in rows for name in names or ("requester", "provider")]


def _next(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _names(store: Store, found: Found[Any], organs: Iterable[str | None]) -> list[OrganName]:
    """The organs that the answer names by code, each with its name at that tree size."""
    codes = {code for code in organs if code}
    named = select(party.c.uscc, party.c.name).where(found.snapshot.valid_rows(party), party.c.uscc.in_(codes))
    with reading(store.engine) as connection:
        rows = connection.execute(named.order_by(party.c.uscc)).all() if codes else []
    return [OrganName(uscc=row.uscc, name=row.name) for row in rows]
