"""Agreements: one row per confidentiality agreement in the state of its stream, and the requests that it names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer

from domain.state import AgreementState
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from replay.instants import to_micros

agreement = interval_table(
    "agreement_v1",
    of="agreements",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),
        Column("requester", CODE, nullable=False),
        Column("provider", CODE, nullable=False),
        Column("version", Integer, nullable=False),  # the last version that both organs signed, or the first proposed
        Column("text_digest", CODE, nullable=False),
        Column("proposed_at", BigInteger, nullable=False),
        Column("in_force_from", BigInteger),  # of that version; NULL until both have signed
        # its term, or its termination: it ends by time, without an event
        Column("ends_at", BigInteger, nullable=False),
    ),
    indexes=[("requester", "proposed_at", "id"), ("provider", "proposed_at", "id"), ("proposed_at", "id")],
)
agreement_request = interval_table(
    "agreement_request_v1",
    of="agreements",
    key=(Column("request", CODE, primary_key=True), Column("agreement", CODE, primary_key=True)),
    values=(),
)


class Agreements(Projector):
    name = "agreements"
    version = 1
    tables = (agreement, agreement_request)

    def apply(self, applied: AppliedAct) -> None:
        before, after = applied.before, applied.after
        if after is before or not isinstance(after, AgreementState):
            return
        agreements, requests = self.buffers
        if not isinstance(before, AgreementState):
            agreements.insert((after.id,), applied.size, _row(after))
            for request in after.requests:
                requests.insert((request, after.id), applied.size, ())
        elif _row(after) != _row(before):
            agreements.replace((after.id,), applied.size, _row(after))


def _row(state: AgreementState) -> tuple[Any, ...]:
    version = state.current
    ends: datetime = version.expires
    if state.termination is not None:
        ends = min(ends, state.termination.instant)
    return (
        state.status,
        state.status_by.index,
        state.requester,
        state.provider,
        version.number,
        version.text_digest,
        to_micros(state.fact.time),
        None if version.in_force_from is None else to_micros(version.in_force_from),
        to_micros(ends),
    )
