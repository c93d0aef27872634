"""The register: the present state of parties, their posts and their keys (A2, A30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Integer, Text

from domain.families.party.state import PartyKey, PostHeld
from domain.state import FoundingState, PartyState, end_of, start_of
from domain.vocabulary.values import Jwk
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from projections.engine.row_buffer import Rows
from replay.instants import to_micros

party = interval_table(
    "party_v1",
    of="parties",
    key=(Column("uscc", CODE, primary_key=True),),
    values=(
        Column("name", Text),
        Column("category", CODE, nullable=False),
        Column("level", CODE, nullable=False),
        Column("division", CODE, nullable=False),
        Column("unit", CODE, nullable=False),
        Column("registered_index", BigInteger, nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_to", BigInteger),
        Column("successors", CODE, nullable=False),  # joined by a space
    ),
    indexes=[("division", "uscc")],
)
post = interval_table(
    "post_v1",
    of="parties",
    key=(
        Column("uscc", CODE, primary_key=True),
        Column("post", CODE, primary_key=True),
        Column("nth", Integer, primary_key=True),
    ),
    values=(
        Column("unit", CODE, nullable=False),
        Column("responsible", Boolean(create_constraint=False), nullable=False),
        Column("held_from", BigInteger),  # NULL: since the organ was registered
        Column("held_to", BigInteger),
        Column("by_index", BigInteger, nullable=False),
    ),
)
key = interval_table(
    "key_v1",
    of="parties",
    key=(Column("uscc", CODE, primary_key=True), Column("kid", CODE, primary_key=True)),
    values=(
        Column("jwk", Text, nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_to", BigInteger),
        Column("ended_at", BigInteger),
        Column("compromised_from", BigInteger),
        Column("by_index", BigInteger, nullable=False),
    ),
    indexes=[("kid",)],
)

NONE: Rows = {}
T = TypeVar("T")


class Parties(Projector):
    name = "parties"
    version = 1
    tables = (party, post, key)

    def apply(self, applied: AppliedAct) -> None:
        if applied.after is applied.before:
            return
        if isinstance(applied.after, PartyState):
            self._changed(
                applied.before if isinstance(applied.before, PartyState) else None, applied.after, applied.size
            )
        elif isinstance(applied.after, FoundingState) and applied.before is None:
            for founder in applied.after.parties.values():
                self._changed(None, founder, applied.size)

    def _changed(self, before: PartyState | None, after: PartyState, size: int) -> None:
        """An organ can have thousands of posts and keys: only the rows of those that changed are made."""
        parties, posts, keys = self.buffers
        parties.replace_all(NONE if before is None else _party(before), _party(after), size)
        was, now = _changed_values({} if before is None else before.posts, after.posts)
        posts.replace_all(_posts(after.uscc, was), _posts(after.uscc, now), size)
        old, new = _changed_values({} if before is None else before.keys, after.keys)
        keys.replace_all(_keys(after.uscc, old), _keys(after.uscc, new), size)


def _changed_values(before: Mapping[str, T], after: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    """The values that are another object after than before, each side by itself."""
    if before is after:
        return {}, {}
    names = [name for name in before.keys() | after.keys() if before.get(name) is not after.get(name)]
    gone = {name: before[name] for name in names if name in before}
    return gone, {name: after[name] for name in names if name in after}


def _party(state: PartyState) -> Rows:
    heirs = {heir.party: None for succession in state.successions for heir in succession.successors}
    row = (
        state.name,
        state.category,
        state.level,
        state.division,
        state.unit,
        state.fact.index,
        to_micros(start_of(state.valid_from)),
        None if state.valid_to is None else to_micros(end_of(state.valid_to)),
        " ".join(heirs),
    )
    return {(state.uscc,): row}


def _posts(uscc: str, posts: Mapping[str, Sequence[PostHeld]]) -> Rows:
    return {
        (uscc, name, nth): (held.unit, held.responsible, _micros(held.from_), _micros(held.to), held.fact.index)
        for name, holdings in posts.items()
        for nth, held in enumerate(holdings)
    }


def _keys(uscc: str, keys: Mapping[str, PartyKey]) -> Rows:
    return {
        (uscc, each.kid): (
            _jwk(each.jwk),
            to_micros(each.valid_from),
            _micros(each.valid_to),
            _micros(each.ended_at),
            _micros(each.compromised_from),
            each.fact.index,
        )
        for each in keys.values()
    }


def _jwk(jwk: Jwk) -> str:
    members = {"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x} | ({"y": jwk.y} if jwk.y is not None else {})
    return orjson.dumps(members).decode()


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
