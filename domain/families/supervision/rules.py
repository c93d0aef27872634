"""Rule sets and the working-day calendar (Arts 1, 8, 15, 18, 35). Streams ruleset/<id>, calendar/<id>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import Clock, RuleSetStatus, TextStatus
from domain.vocabulary.values import Digest, Div, Doc, Ref, Some, StreamName, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    date: dt.date
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """A fixed due date, or the range of one that crosses into an unpublished year."""

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
    """The working days of whole years are known."""

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
    """A clock moved because the calendar did; the old dates are kept."""

    stream: StreamName
    clock: Clock
    old: DueDates
    new: DueDates
    cause: Ref
