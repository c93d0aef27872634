"""A record corrected, reaffirmed, or disowned; no record is edited (Arts 12, 30, 32). Any stream."""

from __future__ import annotations

from collections.abc import Mapping

from domain.event import FAMILIES, Event, event
from domain.vocabulary.codes import ReaffirmReason
from domain.vocabulary.values import Ref, Some, Text

Changes = Mapping[str, object]  # wire member of the corrected event → its new JSON value


@event("event.corrected", streams=FAMILIES, law=("A12 ¶2", "A32"), signed_by="the organ that signed it")
class EventCorrected(Event):
    """The signer of an event states other values for some members. Both values are shown."""

    event: Ref
    changes: Changes
    reason: Text


@event("event.reaffirmed", streams=FAMILIES, law=("A30",), signed_by="the organ that signed it (responsible post)")
class EventReaffirmed(Event):
    """The signer reaffirms doubtful events."""

    events: Some[Ref]
    reason: ReaffirmReason


@event("event.disowned", streams=FAMILIES, law=("A30",), signed_by="the organ that signed it (responsible post)")
class EventDisowned(Event):
    """The signer declares that the events were not its own. They stay visible and have no force."""

    events: Some[Ref]
    reason: Text
