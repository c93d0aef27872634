"""Reconciliation (对账): each delivery against its requester's acknowledgement, and each grant (4.6, 4.12).

A use leaves its request unchanged, so it makes no row here: the use of a grant is read from the access trail and the
log when the question is put.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer

from domain.state import RequestState, UseState
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from projections.engine.row_buffer import Rows
from projections.reconciliation.tables import delivery_rows, grant_rows, lone_delivery, touched

NONE: Rows = {}

delivery = interval_table(
    "delivery_v1",
    of="reconciliation",
    key=(Column("entry", BigInteger, primary_key=True, autoincrement=False),),
    values=(
        Column("id", CODE, nullable=False),
        Column("state", CODE, nullable=False),  # of the reconciliation
        Column("state_index", BigInteger, nullable=False),
        Column("state_at", BigInteger, nullable=False),
        Column("stream", CODE, nullable=False),
        Column("request", CODE),
        Column("requester", CODE, nullable=False),
        Column("provider", CODE, nullable=False),
        Column("item", CODE, nullable=False),
        Column("channel", CODE, nullable=False),
        Column("delivered_at", BigInteger, nullable=False),
        Column("sent", BigInteger, nullable=False),
        Column("answered_index", BigInteger),
        Column("answered_at", BigInteger),
        Column("received", BigInteger),
        Column("digest_differs", Boolean(create_constraint=False)),  # NULL: the answer has none, or there is no answer
        Column("differs", Boolean(create_constraint=False), nullable=False),
        Column("corrected_index", BigInteger),  # the correction by which the counts, or else the contents, agree
        Column("anew", CODE),  # the delivery made in its place
        Column("anew_index", BigInteger),
        Column("explained", Boolean(create_constraint=False), nullable=False),
    ),
    indexes=[
        ("delivered_at", "entry"),
        ("requester", "delivered_at", "entry"),
        ("provider", "delivered_at", "entry"),
        ("request", "entry"),
    ],
)
grant = interval_table(
    "grant_v1",
    of="reconciliation",
    key=(Column("request", CODE, primary_key=True),),
    values=(
        Column("requester", CODE, nullable=False),
        Column("provider", CODE, nullable=False),
        Column("item", CODE),
        Column("version", Integer, nullable=False),
        Column("granted_index", BigInteger, nullable=False),
        Column("granted_at", BigInteger, nullable=False),  # from when the first version has effect
        Column("ends_at", BigInteger, nullable=False),  # the term of the last version, or its revocation
        Column("deliveries", Integer, nullable=False),
        Column("delivered_at", BigInteger),  # the first
    ),
    indexes=[
        ("granted_at", "request"),
        ("requester", "granted_at", "request"),
        ("provider", "granted_at", "request"),
    ],
)


class Reconciliation(Projector):
    name = "reconciliation"
    version = 1
    tables = (delivery, grant)

    def apply(self, applied: AppliedAct) -> None:
        before, after = applied.before, applied.after
        if after is before:  # a use, most of the time
            return
        if isinstance(after, RequestState):
            self._request(before if isinstance(before, RequestState) else None, after, applied.size)
        elif isinstance(after, UseState) and after.delivery is not None:
            of = lone_delivery(before) if isinstance(before, UseState) else NONE
            self.buffers[0].replace_all(of, lone_delivery(after), applied.size)

    def _request(self, before: RequestState | None, after: RequestState, size: int) -> None:
        if before is None:  # nothing is granted or delivered with the request itself
            return
        moved = after.deliveries is not before.deliveries or after.grant is not before.grant
        if not moved and (after.marks is before.marks or not after.deliveries):
            return
        names = touched(before, after)
        self.buffers[0].replace_all(delivery_rows(before, names), delivery_rows(after, names), size)
        self.buffers[1].replace_all(grant_rows(before), grant_rows(after), size)
