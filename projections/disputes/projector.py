"""Disputes about the class of information (A19 ¶2, 4.9), discrepancies between sources (A11, 4.10), and the answers
that they reopened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column

from domain.families.request.state import Response
from domain.state import DiscrepancyState, DisputeState, RequestState
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from projections.engine.row_buffer import Rows
from replay.instants import to_micros

NONE: Final[Rows] = {}

dispute = interval_table(
    "dispute_v1",
    of="disputes",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),
        Column("route", CODE, nullable=False),  # A or B, as the claimed class dictates
        Column("item", CODE, nullable=False),
        Column("request", CODE),
        Column("opener", CODE, nullable=False),
        Column("counterparty", CODE, nullable=False),
        Column("claimed_class", CODE, nullable=False),
        Column("level", CODE),
        Column("opened_index", BigInteger, nullable=False),
        Column("opened_at", BigInteger, nullable=False),
        Column("originator", CODE),  # the organ that classified, if it has a code
        Column("escalated_to", CODE),  # PROVINCE, NATION
        Column("settled_index", BigInteger),
        Column("settled_at", BigInteger),
        Column("result", CODE),  # of the determination or the outcome that settled it
        Column("decider", CODE),  # the organ that signed the determination
        Column("disowned", Boolean(create_constraint=False), nullable=False),  # its opening has no force
    ),
    indexes=[("opened_at", "id"), ("opener", "opened_at", "id"), ("counterparty", "opened_at", "id"), ("item", "id")],
)
reopening = interval_table(
    "reopening_v1",
    of="disputes",
    key=(
        Column("by", CODE, primary_key=True),  # the signer of the record that reopens, and the record's id
        Column("record_id", CODE, primary_key=True),
        Column("entry", BigInteger, primary_key=True, autoincrement=False),  # the answer given again
    ),
    values=(
        Column("request", CODE, nullable=False),
        Column("requester", CODE, nullable=False),
        Column("provider", CODE, nullable=False),
        Column("event", CODE, nullable=False),
        Column("time", BigInteger, nullable=False),
    ),
)
discrepancy = interval_table(
    "discrepancy_v1",
    of="disputes",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),
        Column("item", CODE, nullable=False),
        Column("reporter", CODE, nullable=False),
        Column("severity", CODE, nullable=False),
        Column("verifier", CODE),  # the source of record that verified it
        Column("result", CODE),
        Column("reported_index", BigInteger, nullable=False),
        Column("reported_at", BigInteger, nullable=False),
        Column("closed_index", BigInteger),
        Column("closed_at", BigInteger),
    ),
    indexes=[("reported_at", "id"), ("reporter", "reported_at", "id"), ("item", "id")],
)


class Disputes(Projector):
    name = "disputes"
    version = 1
    tables = (dispute, reopening, discrepancy)

    def apply(self, applied: AppliedAct) -> None:
        before, after = applied.before, applied.after
        if after is before:  # a use, most of the time
            return
        match after:
            case DisputeState():
                of = NONE if not isinstance(before, DisputeState) else _dispute(before)
                self.buffers[0].replace_all(of, _dispute(after), applied.size)
            case DiscrepancyState():
                of = NONE if not isinstance(before, DiscrepancyState) else _discrepancy(before)
                self.buffers[2].replace_all(of, _discrepancy(after), applied.size)
            case RequestState() if isinstance(before, RequestState) and before.responses is not after.responses:
                self._answered(before, after, applied.size)

    def _answered(self, before: RequestState, after: RequestState, size: int) -> None:
        if len(after.responses) == len(before.responses):  # only filed
            return
        key = _reopened(after.responses[-1])
        if key is not None:
            fact = after.responses[-1].fact
            row = (after.id, after.requester, after.provider, fact.event, to_micros(fact.time))
            self.buffers[1].insert((*key, fact.index), size, row)


def _reopened(response: Response) -> tuple[str, str] | None:
    cited = response.reopened_by
    return None if cited is None else (cited.by, cited.id)


def _dispute(state: DisputeState) -> Rows:
    opened, settled = state.opened, state.settled
    last = state.determinations[-1] if state.determinations else None
    determined = last is not None and last[1] == settled
    row = (
        state.status,
        state.status_by.index,
        state.route,
        opened.item,
        opened.request_id,
        state.opener,
        opened.counterparty,
        opened.claimed_class,
        opened.level,
        state.fact.index,
        to_micros(state.fact.time),
        state.originator,
        state.escalated_to,
        None if settled is None else settled.index,
        _micros(None if settled is None else settled.time),
        _result(state),
        last[1].by if last is not None and determined else None,
        not state.marks.not_disowned(state.fact),
    )
    return {(state.id,): row}


def _result(state: DisputeState) -> str | None:
    """The result of the determination or the outcome, if it settled the dispute."""
    if state.outcome is not None and state.outcome[1] == state.settled:
        return state.outcome[0].outcome
    if state.determinations and state.determinations[-1][1] == state.settled:
        return state.determinations[-1][0].result
    return None


def _discrepancy(state: DiscrepancyState) -> Rows:
    last = state.verifications[-1] if state.verifications else None
    row: tuple[Any, ...] = (
        state.status,
        state.status_by.index,
        state.item,
        state.reporter,
        state.reported.severity,
        None if last is None else last[1].by,
        None if last is None else last[0].result,
        state.fact.index,
        to_micros(state.fact.time),
        None if state.closed is None else state.closed.index,
        _micros(None if state.closed is None else state.closed.time),
    )
    return {(state.id,): row}


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
