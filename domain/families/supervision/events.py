"""Inspections and periodic statistics (Arts 8, 14, 32). Streams inspection/<id>, statistics/<provider uscc>."""

from __future__ import annotations

from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import DeliveryChannel
from domain.vocabulary.values import Doc, Id, Item, Period, Post, Some, Text, Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsRow:
    """Off-platform deliveries of one item to one requester over one channel."""

    requester: Uscc
    item: Item
    channel: DeliveryChannel
    deliveries: int
    records: int


@event("inspection.opened", streams=("inspection",), law=("A8 ¶1", "A32"), signed_by="authority, secrecy")
class InspectionOpened(Event):
    """An inspection opens; it may open sensitive text to the inspector."""

    inspected: Some[Uscc]
    subject: Text
    inspector: Post
    sensitive_text: bool


@event("inspection.closed", streams=("inspection",), law=("A8 ¶1", "A32"), signed_by="who opened it")
class InspectionClosed(Event):
    """The inspection ends."""

    result: Text
    correction_notice: Doc | None = None
    violations: tuple[Id, ...] | None = None


@event("statistics.filed", streams=("statistics",), law=("A14 ¶3",), signed_by="provider")
class StatisticsFiled(Event):
    """The provider counts its off-platform deliveries of a period."""

    period: Period
    rows: tuple[StatisticsRow, ...]
