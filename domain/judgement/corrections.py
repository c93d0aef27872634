"""What its signer says now that should have stood in an act; the record stays, and both are shown (5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.acts import Act
from domain.events import Event
from domain.states import Marks
from domain.wire import correct


def as_corrected(act: Act, marks: Marks) -> Act:
    """The act with its corrections, in their order. A correction that was disowned has no force."""
    event = act.event
    for correction in marks.corrected.get((act.by, act.id), ()):
        if marks.stands(correction.fact):
            event = _changed(event, correction.changes)
    return act if event is act.event else replace(act, event=event)


def _changed(event: Event, changes: Mapping[str, object]) -> Event:
    """A stub lacks texts that are required elsewhere, so it is corrected as one."""
    for stub in (False, True):
        corrected = correct(event, changes, stub=stub)
        if isinstance(corrected, Event):
            return corrected
    return event
