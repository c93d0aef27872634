"""Parts of evolution that the families share: the life-cycle check, and copies of read-only mappings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from domain.act import Act
from domain.events import Event, EventCorrected, EventDisowned, EventReaffirmed
from domain.facts import Annotations, Correction
from domain.lifecycle import Transition
from domain.state import State, fact_of

S = TypeVar("S")
K = TypeVar("K")
V = TypeVar("V")

# The functions of one family by event class. Each takes its own event class. mypy cannot check the pairs of the table.
Steps = Mapping[type[Event], Callable[[S, Act, Any], S]]


def fits(cycle: Mapping[str, Transition], event: Event, status: str) -> bool:
    """Return whether the life cycle allows the event in the status. An event without a row is always allowed."""
    step = cycle.get(event.event_name)
    return step is None or status in step.from_states


def add(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """Return a copy of the mapping with one more entry."""
    return {**mapping, key: value}


def marked(state: State, act: Act) -> State:
    """Return the state with a later statement about the stream's own events (5.4). The events stay unchanged."""
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


def _with_marks(state: State, marks: Annotations) -> State:
    return replace(state, marks=marks)
