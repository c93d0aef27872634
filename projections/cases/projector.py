"""Cases: one row per share request in the state of its stream. Acts that leave the request unchanged (uses) make no
row.

Its clocks are rows of the deadlines.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column

from domain.judgement.responses import clock_stops
from domain.state import RequestState
from domain.vocabulary.sensitivity import is_sensitive
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from replay.instants import to_micros

case = interval_table(
    "case_v2",
    of="cases",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),  # the entry that brought the status
        Column("requester", CODE, nullable=False),
        Column("provider", CODE, nullable=False),
        Column("item", CODE),
        Column("in_catalogue", Boolean(create_constraint=False), nullable=False),
        Column("classes", CODE, nullable=False),  # the stricter of both sides' claims, joined by a space
        Column("sensitive", Boolean(create_constraint=False), nullable=False),
        Column("opened_at", BigInteger, nullable=False),
        Column("received_at", BigInteger),
        Column("answered_at", BigInteger),
    ),
    indexes=[
        ("opened_at", "id"),
        ("requester", "opened_at", "id"),
        ("provider", "opened_at", "id"),
        ("item", "opened_at", "id"),
    ],
)


class Cases(Projector):
    name = "cases"
    version = 2
    tables = (case,)

    def apply(self, applied: AppliedAct) -> None:
        before, after = applied.before, applied.after
        if after is before or not isinstance(after, RequestState):
            return
        row = _row(after)
        if not isinstance(before, RequestState):
            self.buffers[0].insert((after.id,), applied.size, row)
        elif row != _row(before):
            self.buffers[0].replace((after.id,), applied.size, row)


def _row(state: RequestState) -> tuple[Any, ...]:
    return (
        state.status,
        state.status_by.index,
        state.requester,
        state.provider,
        state.item,
        state.in_catalogue,
        " ".join(sorted(state.classes)),
        is_sensitive(state.classes),
        to_micros(state.fact.time),
        _micros(state.received_at),
        _micros(answered_at(state)),
    )


def answered_at(state: RequestState) -> datetime | None:
    """The instant that stopped the answer's clock: the first answer, the end of a negotiation (4.4), or the
    withdrawal.
    """
    return min((fact.time for fact in clock_stops(state)), default=None)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
