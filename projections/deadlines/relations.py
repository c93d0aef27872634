"""The records that start or stop a clock from another stream: disputes of a request, the records that its answers cite,
discrepancies of an item, deliveries outside the platform by provider and day.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column

from domain.deadlines.calendar import day_of
from domain.events import (
    DeliveryRecorded,
    DiscrepancyReported,
    DisputeOpened,
    RequestApproved,
    RequestPartlyApproved,
    RequestRefused,
)
from domain.vocabulary.values import Ref
from projections.engine.interval_table import CODE, interval_table
from projections.engine.lookups import References
from projections.engine.projector import AppliedAct, ProjectorContext
from projections.engine.row_buffer import RowBuffer

clock_relation = interval_table(
    "clock_relation_v1",
    of="deadlines",
    key=(
        Column("kind", CODE, primary_key=True),
        Column("named", CODE, primary_key=True),
        Column("by", CODE, primary_key=True),
    ),
    values=(),
)

DISPUTE: Final = "dispute"
DISCREPANCY: Final = "discrepancy"
DELIVERY: Final = "delivery"
REOPENED: Final = "reopened"


class ClockRelations:
    """The relations known at the entry last applied."""

    def __init__(self, context: ProjectorContext, buffer: RowBuffer) -> None:
        self._links = References(context, buffer)

    def apply(self, applied: AppliedAct) -> None:
        """Notes the records that this entry names."""
        event, stream = applied.act.event, applied.act.stream
        match event:
            case DisputeOpened(request_id=str() as request):
                self._links.note(DISPUTE, request, stream, applied.size)
            case DiscrepancyReported(item=item):
                self._links.note(DISCREPANCY, item, stream, applied.size)
            case (
                RequestApproved(reopened_by=Ref() as ref)
                | RequestPartlyApproved(reopened_by=Ref() as ref)
                | RequestRefused(reopened_by=Ref() as ref)
            ):
                self._links.note(REOPENED, f"{ref.by} {ref.id}", stream.partition("/")[2], applied.size)
            case DeliveryRecorded(channel="OFF_PLATFORM"):
                day = day_of(applied.act.time).isoformat()
                if not any(each.startswith(day) for each in self._links.lookup(DELIVERY, applied.act.by)):
                    self._links.note(DELIVERY, applied.act.by, f"{day} {applied.act.index}", applied.size)

    def disputes_of(self, request: str) -> tuple[str, ...]:
        return self._links.lookup(DISPUTE, request)

    def reopened_by(self, by: str, record_id: str) -> tuple[str, ...]:
        """The requests with an answer that cites this record."""
        return self._links.lookup(REOPENED, f"{by} {record_id}")

    def discrepancies_of(self, item: str) -> tuple[str, ...]:
        return self._links.lookup(DISCREPANCY, item)

    def deliveries_of(self, provider: str) -> tuple[int, ...]:
        """The first delivery outside the platform of each day, by the provider."""
        return tuple(int(each.partition(" ")[2]) for each in self._links.lookup(DELIVERY, provider))
