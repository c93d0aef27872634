"""The catalogue: the state of each resource's stream, the versions of its entry, and demands (A9, A10, 4.1, 4.2).

The values that follow from stated days (the class in force, the source of record) hold for a span of instants:
``holds_from`` and ``holds_to`` bound the ``at`` of the question. Records in other streams too claim that an item is a
state secret. Those claims are rows of their own, so that the item is shown as a stub from the claim on.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, Text

from domain.state import DemandState, DisputeState, ItemState, RequestState
from projections.catalogue.tables import claims, demand_row, item_row, spans, versions
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from projections.engine.row_buffer import Rows

NONE: Rows = {}

item = interval_table(
    "item_v1",
    of="catalogue",
    key=(Column("code", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),
        Column("provider", CODE),  # NULL: nobody has classified it yet
        Column("keeper", CODE),  # the provider, or the source of record of an item that no organ has classified yet
        Column("name", Text),  # of the published entry; before that as it was last classified
        Column("version", Integer),  # the version published last
        Column("classified_index", BigInteger),  # the last classification
        # the last classification says: a state secret
        Column("secret", Boolean(create_constraint=False), nullable=False),
        Column("updated_at", BigInteger),
        Column("updated_index", BigInteger),
        Column("changed_at", BigInteger),  # the earliest change that no update has carried; NULL: none waits
    ),
    indexes=[("keeper", "code")],
)
item_span = interval_table(
    "item_span_v1",
    of="catalogue",
    key=(
        Column("code", CODE, primary_key=True),
        Column("holds_from", BigInteger, primary_key=True, autoincrement=False),
    ),
    values=(
        Column("holds_to", BigInteger),
        Column("classes", CODE),  # in force, joined by a space; NULL: none is
        Column("level", CODE),
        Column("share_type", CODE),
        Column("centralised_level", CODE),
        Column("sensitive", Boolean(create_constraint=False), nullable=False),
        Column("source", CODE),  # of record
    ),
    indexes=[("source", "code")],
)
entry_version = interval_table(
    "entry_version_v1",
    of="catalogue",
    key=(
        Column("code", CODE, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
    ),
    values=(
        Column("name", Text),
        Column("format", Text),
        Column("share_condition", Text),
        Column("share_way", Text),
        Column("provider", CODE, nullable=False),
        Column("published_on", CODE),  # ISO 8601
        Column("update_cycle", Text),
        Column("proposed_index", BigInteger, nullable=False),
        Column("published_index", BigInteger),
        Column("published_at", BigInteger),
        Column("ended_index", BigInteger),
        Column("ended_at", BigInteger),
    ),
)
item_claim = interval_table(
    "item_claim_v1",
    of="catalogue",
    key=(Column("code", CODE, primary_key=True), Column("stream", CODE, primary_key=True)),
    values=(
        Column("index", BigInteger, nullable=False),
        Column("secret", Boolean(create_constraint=False), nullable=False),  # false: determined to be none
        Column("until_classified", Boolean(create_constraint=False), nullable=False),
    ),
)
demand = interval_table(
    "demand_v1",
    of="catalogue",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),
        Column("requester", CODE, nullable=False),
        Column("item", CODE),  # as the requester named it
        Column("matched_item", CODE),
        Column("matched_version", Integer),
        Column("stated_at", BigInteger, nullable=False),
        Column("told_index", BigInteger, nullable=False),  # the entry of the latest statement of the demand
    ),
    indexes=[("stated_at", "id"), ("requester", "stated_at", "id")],
)
demand_request = interval_table(
    "demand_request_v1",
    of="catalogue",
    key=(Column("demand", CODE, primary_key=True), Column("request", CODE, primary_key=True)),
    values=(Column("index", BigInteger, nullable=False),),
)


class Catalogue(Projector):
    name = "catalogue"
    version = 2
    tables = (item, item_span, entry_version, item_claim, demand, demand_request)

    def apply(self, applied: AppliedAct) -> None:
        before, after = applied.before, applied.after
        if after is before:  # a use, most of the time
            return
        match after:
            case ItemState():
                self._item(before if isinstance(before, ItemState) else None, after, applied.size)
            case DemandState():
                self._demand(before if isinstance(before, DemandState) else None, after, applied.size)
            case RequestState():
                self._request(before if isinstance(before, RequestState) else None, after, applied.size)
            case DisputeState():
                self._claims(before if isinstance(before, DisputeState) else None, after, applied.size)

    def _item(self, before: ItemState | None, after: ItemState, size: int) -> None:
        for buffer, rows_of in zip(self.buffers[:3], (item_row, spans, versions), strict=True):
            buffer.replace_all(NONE if before is None else rows_of(before), rows_of(after), size)

    def _demand(self, before: DemandState | None, after: DemandState, size: int) -> None:
        self.buffers[4].replace_all(NONE if before is None else demand_row(before), demand_row(after), size)

    def _request(self, before: RequestState | None, after: RequestState, size: int) -> None:
        if before is None:
            self._named(after, size)
        self._claims(before, after, size)

    def _named(self, request: RequestState, size: int) -> None:
        """The demand that a request names. It is converted only by a request of the organ that stated it."""
        name = request.submitted.demand
        known = None if name is None else self.context.states.state(f"demand/{name}")
        if isinstance(known, DemandState) and known.requester == request.requester:
            self.buffers[5].insert((known.id, request.id), size, (request.fact.index,))

    def _claims(
        self, before: RequestState | DisputeState | None, after: RequestState | DisputeState, size: int
    ) -> None:
        self.buffers[3].replace_all(NONE if before is None else claims(before), claims(after), size)
