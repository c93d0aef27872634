"""Life cycles as data (law, section 4): the states in which an event is possible, and the state it leads to.

Each family's table stands in its ``lifecycle.py``. Evolution moves by these tables and admission refuses by them
(WRONG_STATE), so the two cannot disagree. An event that a table does not name is possible in every state and moves
nothing. An event that opens a stream is in no table, because it needs an empty one.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Transition:
    """Possible in ``from_states``; leads to ``to``, or (None) stays, or goes where the event's own data say."""

    from_states: frozenset[str]
    to: str | None


def transitions(rows: Mapping[str, tuple[Set[str], str | None]]) -> Mapping[str, Transition]:
    """A table by event name, which nobody can write to."""
    return MappingProxyType({name: Transition(frozenset(states), to) for name, (states, to) in rows.items()})
