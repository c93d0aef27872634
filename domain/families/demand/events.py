"""An organ's need for information, stated for the catalogue (Arts 9, 10). Stream demand/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.values import Duty, Item, Text


@event("demand.stated", streams=("demand",), law=("A9 ¶1",), signed_by="requester")
class DemandStated(Event):
    """An organ states the information it needs and the duty basis."""

    wanted: Text
    duty: Duty
    frequency: Text | None = None
    item: Item | None = None


@event("demand.matched", streams=("demand",), law=("A9 ¶2",), signed_by="authority")
class DemandMatched(Event):
    """The authority names an entry that serves the demand."""

    item: Item
    version: int


@event("demand.unmet", streams=("demand",), law=("A9 ¶2",), signed_by="authority")
class DemandUnmet(Event):
    """No entry serves the demand yet."""

    reason: Text


@event("demand.changed", streams=("demand",), law=("A10 ¶2",), signed_by="requester")
class DemandChanged(Event):
    """The organ needs something else."""

    changed_on: dt.date
    wanted: Text
    duty: Duty
    frequency: Text | None = None


@event("demand.closed", streams=("demand",), law=("A10",), signed_by="requester, authority")
class DemandClosed(Event):
    """The demand ends."""

    reason: Text
