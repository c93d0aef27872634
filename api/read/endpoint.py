"""How a question is asked at this door, and what every answer says of itself: tree size, instant, checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from sqlalchemy import select
from sqlalchemy.exc import DataError
from starlette.requests import Request
from starlette.responses import Response

from api.authz.resolve import sight_of
from api.authz.row_filters import Sight
from api.authz.tokens import Caller
from api.http import parameters
from api.http.parameters import Asked, Parameter, read_query
from api.http.problems import Problem
from api.http.responses import JSON, PRIVATE, demo_mark, weakly_tagged
from api.own_records.read_audit import question_text
from api.server.reception import Reception, reception_of
from formats import rfc3339
from formats.base64std import encode_base64
from formats.errors import Malformed
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.tree import merkle
from projections.parties.projector import party
from projections.query.paging import COUNTED, LARGEST, Answer, Asking, Visible
from projections.query.snapshot import NotAnswerable, Standing, Stopped, Wanted

R = TypeVar("R")
T = TypeVar("T")

ITEM = parameters.word("item", "Catalogue item.", example="C04")
REQUESTER = parameters.word("requester", "The using organ's code.", example="113200000000000195")
PROVIDER = parameters.word("provider", "The providing organ's code.", example="113200000000000270")
SENSITIVE = parameters.flag("sensitive", "Whether the information is sensitive (A18).")
FROM = parameters.instant(
    "from", "From this instant; a bare date is a day in Asia/Shanghai.", ends=False, example="2026-04-01"
)
TO = parameters.instant("to", "Before this instant; a bare date is included.", ends=True, example="2026-06-30")

STANDING: tuple[Parameter, ...] = (
    parameters.size_or_instant(
        "as_of", "What was known then: a tree size, or a time that is turned into the size the log had.", example=41
    ),
    parameters.instant(
        "at",
        "The instant of the question: what arises from silence holds after its day.",
        ends=False,
        example="2026-10-30",
    ),
    parameters.number("at_least", "An entry that the answer must know of, as of one's own write.", example=41),
    parameters.word("inspection", "An open inspection of the caller that opens sensitive texts.", example=None),
)
PAGE: tuple[Parameter, ...] = (
    parameters.word("cursor", "`next` of the page before.", pattern="Wz[A-Za-z0-9_-]{16,}", example=None),
    parameters.number("limit", "Rows of a page; absent: 50.", least=1, most=LARGEST, example=50),
    parameters.choice("include", "`count`: how many rows there are in all.", ("count",), example="count"),
)
STANDING_CODES = (
    "PARAMETER_UNKNOWN",
    "PARAMETER_INVALID",
    "AS_OF_BEYOND",
    "CALLER_FORBIDDEN",
    "PROJECTION_BEHIND",
    "PROJECTION_STOPPED",
    "READ_NOT_RECORDABLE",
)
PAGE_CODES = (*STANDING_CODES, "CURSOR_INVALID")
STANDING_HEADERS = {
    "Ledger-As-Of": "`size=<tree size>; root=<base64>`: what the answer stands on.",
    "ETag": "Of what was found; send it back in `If-None-Match`.",
}
PAGE_HEADERS = {**STANDING_HEADERS, "Link": "`rel=next`: the next page, if there is one."}


@dataclass(frozen=True, slots=True)
class Question:
    """One request, understood: what was asked, for whom, and on what it is to stand."""

    request: Request
    reception: Reception
    asked: Asked
    sight: Sight
    wanted: Wanted
    watched: Caller | None  # who asks, if the read has to be recorded

    def alone(self, visible: Sequence[Visible], on: Standing | None = None) -> Asking:
        """For one thing; ``on``: standing on the very knowledge of another answer."""
        wanted = self.wanted if on is None else Wanted(as_of=on.as_of, at=on.at, wait=self.wanted.wait)
        return Asking(wanted=wanted, visible=visible[0], also=tuple(visible[1:]))

    def every(self, visible: Sequence[Visible], on: Standing, question: Callable[[Asking], Answer[R]]) -> list[R]:
        """All rows of a list that belongs to another answer, page by page on the very knowledge of that."""
        asking, rows = replace(self.alone(visible, on), limit=LARGEST), list[R]()
        while True:
            page = self.ask(partial(question, asking))
            rows += page.rows
            if page.next is None:
                return rows
            asking = replace(asking, cursor=page.next)

    def asking(self, visible: Sequence[Visible]) -> Asking:
        """For a page."""
        return Asking(
            wanted=self.wanted,
            visible=visible[0],
            also=tuple(visible[1:]),
            cursor=self.asked.get("cursor"),
            limit=self.asked.get("limit", 50),
            count=self.asked.get("include") == "count",
        )

    def note(self, tree_size: int) -> None:
        """Before it is answered: that it was asked, if that has to be recorded."""
        if self.watched is not None:
            told = question_text(self.request.url.path, self.request.query_params.multi_items())
            inspection = self.asked.get("inspection")
            self.reception.watch.note(self.watched, told, inspection=inspection, tree_size=tree_size)

    def ask(self, question: Callable[[], T]) -> T:
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


def understand(request: Request, takes: Sequence[Parameter], *, for_everybody: bool = False) -> Question:
    """Read the question. Who asks is found out first: a stranger learns nothing about what may be asked.

    ``for_everybody``: every party may see all that is answered. Any other read by who oversees is recorded.
    """
    reception = reception_of(request)
    caller = reception.caller(request)
    asked = read_query(request, takes)
    size = reception.store.head().size
    sight = sight_of(caller, reception, inspection=asked.get("inspection"), size=size)
    watched = caller if sight.oversees_others and not for_everybody else None
    if watched is not None:
        reception.watch.admit(watched)
    return Question(request, reception, asked, sight, _wanted(asked, reception, size), watched)


def _wanted(asked: Asked, reception: Reception, size: int) -> Wanted:
    """With ``as_of`` alone, the instant of the question is when its last entry was recorded; with nothing, now."""
    as_of, at, at_least = asked.get("as_of"), asked.get("at"), asked.get("at_least", -1) + 1
    if isinstance(as_of, datetime):
        if as_of > reception.clock():
            raise Problem("AS_OF_BEYOND", "as_of lies ahead of the ledger's clock.")
        at, as_of = at or as_of, size_at(reception.store, as_of, size)
    if max(as_of or 0, at_least) > size:
        raise Problem("AS_OF_BEYOND", f"The log has {size} entries.")
    if as_of is None and at is None:
        at = reception.clock()
    # A cursor goes on with what was known already, so there is nothing to wait for.
    wait = 0.0 if "cursor" in asked.values else reception.settings.wait_seconds
    return Wanted(as_of=as_of, at=at, at_least=at_least, wait=wait)


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


# --- the answer


def answered(
    question: Question, answer: Answer[Any], body: Mapping[str, Any], organs: Sequence[str | None]
) -> Response:
    """The body with what it stands on. The ETag is of what was found: the instant of the question is not part of it."""
    question.note(answer.as_of)
    store = question.reception.store
    root = encode_base64(merkle.tree_root(answer.as_of, question.reception.tiles.reader(answer.as_of)))
    found = {**body, "organs": _names(store, answer, organs), "as_of": answer.as_of}
    if answer.count is not None:
        found |= {"count": answer.count, "count_exact": answer.count < COUNTED}
    found |= demo_mark(question.reception.clock.demo)
    stands = {
        "at": rfc3339.format_milliseconds(answer.at),
        "checkpoint": {
            "size": answer.as_of,
            "root": root,
            "note": None if answer.checkpoint is None else answer.checkpoint.decode(),
        },
        "next": answer.next,
    }
    headers = {**PRIVATE, "Ledger-As-Of": f"size={answer.as_of}; root={root}"}
    if answer.next is not None:
        headers["Link"] = f'<{_next(question.request, answer.next)}>; rel="next"'
    return weakly_tagged(question.request, orjson.dumps(found), orjson.dumps({**found, **stands}), JSON, headers)


def organs_of(shown: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Who stands in the rows."""
    return [row[side] for row in shown for side in ("requester", "provider")]


def _next(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _names(store: Store, answer: Answer[Any], organs: Sequence[str | None]) -> list[dict[str, str | None]]:
    """The organs that the answer names by code, each with its name at that tree size."""
    codes = {code for code in organs if code}
    named = select(party.c.uscc, party.c.name).where(answer.standing.holds(party), party.c.uscc.in_(codes))
    with reading(store.engine) as connection:
        rows = connection.execute(named.order_by(party.c.uscc)).all() if codes else []
    return [{"uscc": row.uscc, "name": row.name} for row in rows]
