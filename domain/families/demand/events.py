"""What an organ needs, stated for the catalogue (Arts 9, 10). Stream demand/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.values import Duty, Item, Text


@event("demand.stated", streams=("demand",), law=("A9 ¶1",), signed_by="requester")
class DemandStated(Event):
    """An organ states what it needs, on which duty basis."""

    wanted: Text
    duty: Duty
    frequency: Text | None = None
    item: Item | None = None


@event("demand.matched", streams=("demand",), law=("A9 ¶2",), signed_by="authority")
class DemandMatched(Event):
    """The authority points to an entry that serves the demand."""

    item: Item
    version: int


@event("demand.unmet", streams=("demand",), law=("A9 ¶2",), signed_by="authority")
class DemandUnmet(Event):
    """No entry serves it yet."""

    reason: Text


@event("demand.changed", streams=("demand",), law=("A10 ¶2",), signed_by="requester")
class DemandChanged(Event):
    """The organ needs something else now."""

    changed_on: dt.date
    wanted: Text
    duty: Duty
    frequency: Text | None = None


@event("demand.closed", streams=("demand",), law=("A10",), signed_by="requester, authority")
class DemandClosed(Event):
    """The demand is over."""

    reason: Text
