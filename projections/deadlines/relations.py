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
from projections.engine.lookups import Links
from projections.engine.projector import Desk, Step
from projections.engine.row_buffer import Shelf

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

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._links = Links(desk, shelf)

    def take(self, step: Step) -> None:
        """Notes the records that this entry names."""
        event, stream = step.act.event, step.act.stream
        match event:
            case DisputeOpened(request_id=str() as request):
                self._links.note(DISPUTE, request, stream, step.size)
            case DiscrepancyReported(item=item):
                self._links.note(DISCREPANCY, item, stream, step.size)
            case (
                RequestApproved(reopened_by=Ref() as ref)
                | RequestPartlyApproved(reopened_by=Ref() as ref)
                | RequestRefused(reopened_by=Ref() as ref)
            ):
                self._links.note(REOPENED, f"{ref.by} {ref.id}", stream.partition("/")[2], step.size)
            case DeliveryRecorded(channel="OFF_PLATFORM"):
                day = day_of(step.act.time).isoformat()
                if not any(each.startswith(day) for each in self._links.to(DELIVERY, step.act.by)):
                    self._links.note(DELIVERY, step.act.by, f"{day} {step.act.index}", step.size)

    def disputes_of(self, request: str) -> tuple[str, ...]:
        return self._links.to(DISPUTE, request)

    def reopened_by(self, by: str, record_id: str) -> tuple[str, ...]:
        """The requests with an answer that cites this record."""
        return self._links.to(REOPENED, f"{by} {record_id}")

    def discrepancies_of(self, item: str) -> tuple[str, ...]:
        return self._links.to(DISCREPANCY, item)

    def deliveries_of(self, provider: str) -> tuple[int, ...]:
        """The first delivery outside the platform of each day, by the provider."""
        return tuple(int(each.partition(" ")[2]) for each in self._links.to(DELIVERY, provider))
