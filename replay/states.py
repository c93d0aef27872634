"""The folded state of every stream, as far as one group has read: what judgement looks things up in.

States are kept for the streams used last and folded again from the log when they are asked for again, so that memory
stays bounded however many streams there are. A state is that after the last entry applied here and never further,
whatever the log holds by now.

``States`` are those at one size, of a group of projections or of the gate, which lays the records of its transaction
over them (``replay.admission``); ``HeadStates`` are those at the newest entry.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.act import Act
from domain.events import PartyRenamed
from domain.evolve import evolve, fold
from domain.families.founding.bootstrap import begin
from domain.state import FoundingState, State
from ledger.store.store import Store
from replay.log_source import ActLog
from replay.lru_cache import LruCache
from replay.rulebook import CHANGES, BundledData, Rulebook, bundled, changes_rules, rulebook_of

CAPACITY = 30_000


class _Unread:
    pass


UNREAD: Final = _Unread()


class States:
    """Owned by its group's thread."""

    def __init__(self, acts: ActLog, size: int, *, capacity: int = CAPACITY, data: BundledData | None = None) -> None:
        self.acts = acts
        self.size = size  # entries applied
        self._data = data or bundled()
        self._rule_acts: list[Act] = []
        self._rulebook: Rulebook | None = None
        self.rules_changed: date | None = None  # since when, by the entry last applied
        self._states: LruCache[State | _Unread | None] = LruCache(capacity)
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
        if after is not before or act.position == 0:
            self._states.put(act.stream, after)
        self.rules_changed = self._learn_rules(act) if type(act.event) in CHANGES else None
        self.size += 1
        return before, after

    @property
    def rulebook(self) -> Rulebook:
        """Which law and working days are in force, as known after the last entry applied."""
        if self._rulebook is None:
            self._rule_acts = self.acts.of_rules(self.size) if self.size > 0 else []
            self._rulebook = rulebook_of(self._rule_acts, self._data)
        return self._rulebook

    def _learn_rules(self, act: Act) -> date | None:
        """The rules as they are with this act: the day since when they differ from those before, or since when they are
        those of another division.
        """
        if isinstance(act.event, PartyRenamed):
            return act.event.from_ if act.event.division is not None and self.rulebook.local else None
        if not changes_rules(act):
            return None
        before = self.rulebook
        self._rule_acts.append(act)
        self._rulebook = rulebook_of(self._rule_acts, self._data)
        return self._rulebook.changes_since(before)

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


class HeadStates:
    """The same for the newest entry of the log, by whichever process. Safe to ask from any thread."""

    def __init__(self, store: Store, *, capacity: int) -> None:
        self._store = store
        self._acts = ActLog(store)  # used while holding the lock
        self._lock = threading.Lock()
        # By stream: its state, how many positions of it were read, and in a tree of which size.
        self._folded: LruCache[tuple[State | None, int, int] | None] = LruCache(capacity)

    def state(self, stream: str, size: int | None = None) -> State | None:
        """The stream's state now. ``size``: of the log as the caller has just read it; None: it is read."""
        with self._lock:
            size = self._store.head().size if size is None else size
            state, position, known = self._folded.get(stream, None) or (self._first(stream), 0, 0)
            if size > known:
                for act in self._acts.changing(stream, size, position):
                    state = evolve(state, act)
                    position = act.position + 1
                self._folded.put(stream, (state, position, size))
            return state

    def _first(self, stream: str) -> State | None:
        """The state before the first entry of the stream; founding parties have one."""
        if not stream.startswith("party/"):
            return None
        founding = fold(self._acts.from_index(0, 1))
        return begin(stream, founding if isinstance(founding, FoundingState) else None)
