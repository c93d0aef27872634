"""Inspections and periodic statistics (Arts 8, 14, 32). Streams inspection/<id>, statistics/<provider uscc>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import Clock, DeliveryChannel, RuleSetStatus, TextStatus
from domain.vocabulary.values import Digest, Div, Doc, Id, Item, Period, Post, Ref, Some, StreamName, Text, Uscc


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
    """An inspection opens. It may open sensitive text to the inspector."""

    inspected: Some[Uscc]
    subject: Text
    inspector: Post
    sensitive_text: bool


@event("inspection.closed", streams=("inspection",), law=("A8 ¶1", "A32"), signed_by="the organ that opened it")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    date: dt.date
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """A fixed due date, or the range of a term that crosses into an unpublished year."""

    due: dt.date | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None


@event("ruleset.activated", streams=("ruleset",), law=("A1", "A8 ¶3", "A35"), signed_by="provincial authority")
class RulesetActivated(Event):
    """A version of a rule set takes effect for divisions and objects."""

    version: int
    effective_from: dt.date
    effective_to: dt.date | None = None
    divisions: Some[Div]
    objects: Some[Text]
    rank: int
    text_status: TextStatus
    status: RuleSetStatus
    digest: Digest


@event("calendar.published", streams=("calendar",), law=("A15", "A18"), signed_by="provincial authority")
class CalendarPublished(Event):
    """The working days of whole years are published."""

    years: Some[int]
    notice: Doc
    digest: Digest


@event("calendar.amended", streams=("calendar",), law=("A15", "A18"), signed_by="provincial authority")
class CalendarAmended(Event):
    """Days already published change."""

    notice: Doc
    digest: Digest
    days: Some[CalendarDay]


@event("calendar.local_overlay_added", streams=("calendar",), law=("A15", "A18"), signed_by="authority")
class CalendarLocalOverlayAdded(Event):
    """A division closes or works on other days, by a government instrument."""

    division: Div
    days: Some[CalendarDay]
    instrument: Doc


@event("deadline.recomputed", streams=("calendar",), law=("A15", "A18"), signed_by="operator")
class DeadlineRecomputed(Event):
    """A clock moved because the calendar did. The old dates are kept."""

    stream: StreamName
    clock: Clock
    old: DueDates
    new: DueDates
    cause: Ref
