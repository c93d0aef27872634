"""The access question: who accessed what, for what purpose, and was it authorized?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select

from domain.act import Act
from domain.reasons.catalogue import CATALOGUE, Reason, ReasonEntry
from domain.reasons.sentences import sentence
from domain.vocabulary.codes import Limb
from projections.access.tables import access, reason
from projections.query.paging import SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import to_micros

# Admission takes no act whose time lies further ahead of its recording; so nothing later can be known at a tree size.
AHEAD: Final = timedelta(days=1)
OTHER: Final = "other"  # the kind of acts that no table judges


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFilters:
    """What a row has to match, all of it. ``since`` is included, ``until`` is not. Without ``kind``: what the
    tables judge.
    """

    kind: str | None = None
    item: str | None = None
    requester: str | None = None
    provider: str | None = None
    post: str | None = None  # the acting post, or the second post
    unit: str | None = None
    system: str | None = None
    purpose: str | None = None
    request: str | None = None
    agreement: str | None = None
    verdict: str | None = None
    reason: str | None = None
    sensitive: bool | None = None
    since: datetime | None = None
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("access", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A reason of one judgement."""

    code: str
    severity: str
    limb: Limb | None
    params: Mapping[str, str]

    @property
    def entry(self) -> ReasonEntry:
        return CATALOGUE[Reason(self.code)]

    def sentence(self, language: str = "zh") -> str:
        return sentence(Reason(self.code), self.params, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One judgement of one act. ``act`` is the record itself; ``known_from`` the tree size from which the
    judgement holds.
    """

    act: Act
    kind: str
    item: str | None
    requester: str | None
    provider: str | None
    post: str
    second_post: str | None
    unit: str | None
    system: str | None
    purpose: str | None
    request: str | None
    verdict: str | None
    reasons: tuple[Reasoned, ...]
    sensitive: bool
    table_row: str | None
    grant_version: int | None
    agreement: str | None
    agreement_version: int | None
    item_version: int | None
    rule_set: str
    rule_set_version: int
    relied_on: tuple[int, ...]
    if_stricter: str | None
    known_from: int
    known_to: int | None

    @property
    def index(self) -> int:
        return self.act.index

    @property
    def judged_again(self) -> bool:
        """Whether later facts made this judgement: an earlier one was known before."""
        return self.known_from > self.act.index + 1


_COLUMNS: Final = (
    "kind",
    "item",
    "requester",
    "provider",
    "post",
    "second_post",
    "unit",
    "system",
    "purpose",
    "request",
    "agreement",
    "verdict",
    "sensitive",
)
_STATED: Final = (
    "table_row",
    "grant_version",
    "agreement_version",
    "item_version",
    "rule_set",
    "rule_set_version",
    "if_stricter",
)


def access_row(row: Any, act: Act) -> AccessRow:
    """A row of the table with the record that it judges."""
    stated = orjson.loads(row.judgement)
    return AccessRow(
        act=act,
        reasons=tuple(Reasoned(*each) for each in stated["reasons"]),
        relied_on=tuple(stated["relied_on"]),
        known_from=row.from_size,
        known_to=row.to_size,
        **{name: getattr(row, name) for name in _COLUMNS},
        **{name: stated[name] for name in _STATED},
    )


def judged(snapshot: Snapshot) -> ColumnElement[bool]:
    """The judgements that hold for what is known, at the instant of the question."""
    at = snapshot.instant_micros
    return and_(
        snapshot.valid_rows(access), access.c.holds_from <= at, or_(access.c.holds_to.is_(None), access.c.holds_to > at)
    )


JUDGEMENT_ORDER: Final = SortOrder((access.c.from_size, access.c.holds_from), (int, int), descending=False)


_EQUAL: Final = (
    *("item", "requester", "provider", "unit", "system", "purpose"),
    *("request", "agreement", "verdict", "sensitive"),
)


def access_query(filters: AccessFilters, snapshot: Snapshot) -> Select[Any]:
    """The rows that match, without page and order."""
    query = select(access).where(judged(snapshot), *_matching(access, filters, snapshot))
    if filters.reason is None:
        return query
    # The same is asked of the reason's rows: there are few of them, and they are sorted the same way.
    same = [reason.c[name] == access.c[name] for name in ("ledger", "build", "entry", "holds_from", "from_size")]
    query = query.join(reason, and_(*same))
    return query.where(reason.c.reason == filters.reason, *_matching(reason, filters, snapshot))


def access_order(filters: AccessFilters) -> SortOrder:
    """Newest first. With a reason the rows are found by it, so that is where their order is read."""
    table = access if filters.reason is None else reason
    return SortOrder((table.c.time, table.c.entry), (int, int), descending=True)


def _matching(table: Table, filters: AccessFilters, snapshot: Snapshot) -> Iterator[ColumnElement[bool]]:
    """The conditions on those columns that the table has."""
    for name in _EQUAL:
        value = getattr(filters, name)
        if value is not None and name in table.c:
            yield table.c[name] == value
    yield table.c.kind == filters.kind if filters.kind is not None else table.c.kind != OTHER
    if filters.post is not None:
        yield or_(table.c.post == filters.post, table.c.second_post == filters.post)
    if filters.since is not None:
        yield table.c.time >= to_micros(filters.since)
    if filters.until is not None:
        yield table.c.time < to_micros(filters.until)
    if not snapshot.newest:
        # Without this bound the newest rows would be passed over one by one until those of the tree size come.
        yield table.c.time <= to_micros(snapshot.recorded_at + AHEAD)


def judgements_query(index: int, snapshot: Snapshot) -> Select[Any]:
    """Every judgement of one act that was ever known up to the standing, for the instant of the question, oldest
    first.
    """
    at = snapshot.instant_micros
    known = and_(snapshot.build_rows(access), access.c.entry == index, access.c.from_size <= snapshot.as_of)
    in_force = and_(access.c.holds_from <= at, or_(access.c.holds_to.is_(None), access.c.holds_to > at))
    return select(access).where(known, in_force)


def judgements_of(indexes: Sequence[int], snapshot: Snapshot) -> Select[Any]:
    """How these acts are judged."""
    return select(access).where(judged(snapshot), access.c.entry.in_(indexes))


def counts_query(request: str, snapshot: Snapshot) -> Select[Any]:
    """The number of acts of a request with each verdict, by kind."""
    of_request = and_(judged(snapshot), access.c.request == request, access.c.kind != OTHER)
    by = (access.c.kind, access.c.verdict)
    return select(*by, func.count().label("number")).where(of_request).group_by(*by)
