"""Questions about the register: the parties, and one of them with its posts and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Select, select

from projections.parties.projector import key, party, post
from projections.query.paging import SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import from_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    uscc: str
    name: str | None
    category: str
    level: str
    division: str
    unit: str
    registered_index: int
    valid_from: datetime
    valid_to: datetime | None
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post, held in ``[held_from, held_to)``; no beginning: since the organ was registered."""

    post: str
    unit: str
    responsible: bool
    held_from: datetime | None
    held_to: datetime | None
    by_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    kid: str
    uscc: str
    jwk: Mapping[str, str]
    valid_from: datetime
    valid_to: datetime | None
    ended_at: datetime | None
    compromised_from: datetime | None
    by_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFile:
    row: PartyRow
    posts: tuple[PostRow, ...]
    keys: tuple[KeyRow, ...]


PARTY_ORDER: Final = SortOrder((party.c.uscc,), (str,), descending=False)


def parties_query(snapshot: Snapshot, *, division: str | None = None, category: str | None = None) -> Select[Any]:
    query = select(party).where(snapshot.valid_rows(party))
    if division is not None:
        query = query.where(party.c.division == division)
    if category is not None:
        query = query.where(party.c.category == category)
    return query


def party_query(uscc: str, snapshot: Snapshot) -> Select[Any]:
    return select(party).where(snapshot.valid_rows(party), party.c.uscc == uscc)


def posts_query(uscc: str, snapshot: Snapshot) -> Select[Any]:
    return select(post).where(snapshot.valid_rows(post), post.c.uscc == uscc).order_by(post.c.post, post.c.nth)


def keys_query(uscc: str, snapshot: Snapshot) -> Select[Any]:
    return select(key).where(snapshot.valid_rows(key), key.c.uscc == uscc).order_by(key.c.by_index, key.c.kid)


def party_row(row: Any) -> PartyRow:
    return PartyRow(
        uscc=row.uscc,
        name=row.name,
        category=row.category,
        level=row.level,
        division=row.division,
        unit=row.unit,
        registered_index=row.registered_index,
        valid_from=from_micros(row.valid_from),
        valid_to=_instant(row.valid_to),
        successors=tuple(row.successors.split()),
    )


def post_row(row: Any) -> PostRow:
    return PostRow(
        post=row.post,
        unit=row.unit,
        responsible=row.responsible,
        held_from=_instant(row.held_from),
        held_to=_instant(row.held_to),
        by_index=row.by_index,
    )


def key_row(row: Any) -> KeyRow:
    return KeyRow(
        kid=row.kid,
        uscc=row.uscc,
        jwk=orjson.loads(row.jwk),
        valid_from=from_micros(row.valid_from),
        valid_to=_instant(row.valid_to),
        ended_at=_instant(row.ended_at),
        compromised_from=_instant(row.compromised_from),
        by_index=row.by_index,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
