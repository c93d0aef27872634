"""What the families' steps share: moving by a life-cycle table, and adding to a mapping that is never written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from domain.act import Act
from domain.events import Event, EventCorrected, EventDisowned, EventReaffirmed
from domain.facts import Correction, Marks
from domain.lifecycle import Transition
from domain.state import State, fact_of

S = TypeVar("S")
K = TypeVar("K")
V = TypeVar("V")

# The steps of one family by event class. Each takes its own event class: the table pairs them, mypy cannot.
Steps = Mapping[type[Event], Callable[[S, Act, Any], S]]


def fits(cycle: Mapping[str, Transition], event: Event, status: str) -> bool:
    step = cycle.get(event.event_name)
    return step is None or status in step.from_states


def add(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def marked(state: State, act: Act) -> State:
    """A later word about the stream's own events (5.4): the events stay as they are."""
    marks, fact, event = state.marks, fact_of(act), act.event
    if isinstance(event, EventCorrected):
        key = (event.event.by, event.event.id)
        correction = Correction(event.changes, event.reason, fact)
        marks = replace(marks, corrected=add(marks.corrected, key, (*marks.corrected.get(key, ()), correction)))
    elif isinstance(event, EventReaffirmed):
        marks = replace(marks, reaffirmed={**marks.reaffirmed, **{(ref.by, ref.id): fact for ref in event.events}})
    elif isinstance(event, EventDisowned):
        marks = replace(marks, disowned={**marks.disowned, **{(ref.by, ref.id): fact for ref in event.events}})
    return _with_marks(state, marks)


def _with_marks(state: State, marks: Marks) -> State:
    return replace(state, marks=marks)
