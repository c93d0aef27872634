"""Life cycles as data (law, section 4): the states in which an event is possible, and the state it leads to.

The table of each family is in its ``lifecycle.py``. Evolution and admission (WRONG_STATE) use the same tables, so they
cannot disagree. An event without a row is possible in every state and changes none. An event that opens a stream has no
row, because it needs an empty stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Transition:
    """One row. The event is possible in ``from_states`` and leads to ``to``.

    ``to`` None: the state stays, or the event's own data determine it.
    """

    from_states: frozenset[str]
    to: str | None


def transitions(rows: Mapping[str, tuple[Set[str], str | None]]) -> Mapping[str, Transition]:
    """Return a read-only table by event name."""
    return MappingProxyType({name: Transition(frozenset(states), to) for name, (states, to) in rows.items()})
