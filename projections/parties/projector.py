"""The register: the present state of parties, their posts and their keys (A2, A30)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Integer, Text

from domain.events import PartyOfficerAppointed, PartyOfficerRelieved
from domain.families.party.state import PostHeld
from domain.state import FoundingState, PartyState, end_of, start_of
from domain.vocabulary.values import Jwk
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from projections.engine.row_buffer import RowKey, Rows
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


class Parties(Projector):
    name = "parties"
    version = 1
    tables = (party, post, key)

    def apply(self, applied: AppliedAct) -> None:
        if applied.after is applied.before:
            return
        event, state = applied.act.event, applied.after
        if isinstance(event, PartyOfficerAppointed | PartyOfficerRelieved) and isinstance(state, PartyState):
            # Of an organ with thousands of posts, only the rows of the one that changed.
            before = applied.before.posts.get(event.officer, ()) if isinstance(applied.before, PartyState) else ()
            after = state.posts.get(event.officer, ())
            was, now = (_post(state.uscc, event.officer, each) for each in (before, after))
            self.buffers[1].replace_all(was, now, applied.size)
        elif isinstance(applied.after, PartyState):
            self._changed(
                applied.before if isinstance(applied.before, PartyState) else None, applied.after, applied.size
            )
        elif isinstance(applied.after, FoundingState) and applied.before is None:
            for founder in applied.after.parties.values():
                self._changed(None, founder, applied.size)

    def _changed(self, before: PartyState | None, after: PartyState, size: int) -> None:
        for buffer, rows_of in zip(self.buffers, (_party, _posts, _keys), strict=True):
            buffer.replace_all(rows_of(before) if before is not None else NONE, rows_of(after), size)


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


def _posts(state: PartyState) -> Rows:
    rows: dict[RowKey, tuple[Any, ...]] = {}
    for name, holdings in state.posts.items():
        rows |= _post(state.uscc, name, holdings)
    return rows


def _post(uscc: str, name: str, holdings: Sequence[PostHeld]) -> Rows:
    return {
        (uscc, name, nth): (held.unit, held.responsible, _micros(held.from_), _micros(held.to), held.fact.index)
        for nth, held in enumerate(holdings)
    }


def _keys(state: PartyState) -> Rows:
    return {
        (state.uscc, each.kid): (
            _jwk(each.jwk),
            to_micros(each.valid_from),
            _micros(each.valid_to),
            _micros(each.ended_at),
            _micros(each.compromised_from),
            each.fact.index,
        )
        for each in state.keys.values()
    }


def _jwk(jwk: Jwk) -> str:
    members = {"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x} | ({"y": jwk.y} if jwk.y is not None else {})
    return orjson.dumps(members).decode()


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
