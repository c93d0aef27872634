"""Corrections: the values that a signer states later for its own act. The record stays, and both are shown (5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from domain.act import Act
from domain.codec.wire import correct
from domain.events import Event
from domain.state import Annotations

E = TypeVar("E", bound=Event)


def as_corrected(act: Act, marks: Annotations) -> Act:
    """Return the act with its corrections, in their order. A disowned correction has no force."""
    if not marks.corrected:
        return act
    event = corrected(act.event, (act.by, act.id), marks)
    return act if event is act.event else replace(act, event=event)


def corrected(event: E, record: tuple[str, str], marks: Annotations) -> E:
    """Return the event of that record (signer, id) with its corrections."""
    for correction in marks.corrected.get(record, ()):
        if marks.not_disowned(correction.fact):
            event = _changed(event, correction.changes)
    return event


def _changed(event: E, changes: Mapping[str, object]) -> E:
    """Return the event with other values.

    A stub lacks texts that are required elsewhere, so it is corrected as a stub.
    """
    for stub in (False, True):
        changed = correct(event, changes, stub=stub)
        if isinstance(changed, type(event)):
            return changed
    return event
