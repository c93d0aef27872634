"""The folded state of every stream, as far as one lane has read: what judgement looks things up in.

States are kept for the streams used last and folded anew from the log when they are asked for again, so that memory
stays bounded however many streams there are. A state always stands at the last entry applied here and never further,
whatever the log holds by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.acts import Act
from domain.evolution import evolve, fold
from domain.founding import begin
from domain.states import FoundingState, State
from projections.reading import Acts
from projections.recent import Recent

CAPACITY = 10_000


class _Unread:
    pass


UNREAD: Final = _Unread()


class World:
    """Owned by its lane's thread."""

    def __init__(self, acts: Acts, size: int, *, capacity: int = CAPACITY) -> None:
        self.acts = acts
        self.size = size  # entries applied
        self._states: Recent[State | _Unread | None] = Recent(capacity)
        self._founding: FoundingState | None = None

    def state(self, stream: str) -> State | None:
        """The stream's state after the last entry applied; None where nothing has begun."""
        known = self._states.get(stream, UNREAD)
        if isinstance(known, _Unread):
            known = fold(self.acts.changing(stream, self.size), begin(stream, self.founding))
            self._states.put(stream, known)
        return known

    def apply(self, act: Act) -> tuple[State | None, State | None]:
        """Take the next entry: the state of its stream before and after it."""
        assert act.index == self.size, f"entry {act.index} where {self.size} is next"
        before = begin(act.stream, self.founding) if act.position == 0 else self.state(act.stream)
        after = evolve(before, act)
        self._states.put(act.stream, after)
        self.size += 1
        return before, after

    def adopt(self, states: Mapping[str, State | None], size: int) -> None:
        """Take over what was folded elsewhere: the streams that changed up to a tree size."""
        for stream, state in states.items():
            self._states.put(stream, state)
        self.size = size

    @property
    def founding(self) -> FoundingState | None:
        """What entry 0 made so; it begins the founding parties' streams."""
        if self._founding is None and self.size > 0:
            # Only entry 0 is needed here; what followed in its stream changes nothing of how streams begin.
            state = fold(self.acts.from_index(0, 1))
            self._founding = state if isinstance(state, FoundingState) else None
        return self._founding
