"""ledger/<origin>: the founding record and the ledger's own records (design.md §11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.facts import NOTHING, UNMARKED, Fact, Marks
from domain.families.founding.events import FoundingCalendar, FoundingRuleSet
from domain.families.party.state import PartyState


@dataclass(frozen=True, slots=True)
class Witness:
    name: str
    vkey: str
    url: str | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class CheckpointKey:
    """A verifier key of the log, in force from a tree size on; ``to_size`` is set when a later record ends it."""

    vkey: str
    from_size: int
    fact: Fact
    to_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingState:
    """``parties`` holds the two founding parties as entry 0 made them: the beginning of their own streams."""

    origin: str
    fact: Fact
    demo: bool
    authority: str
    government: str
    checkpoint_keys: tuple[CheckpointKey, ...]
    rule_set: FoundingRuleSet
    calendar: FoundingCalendar
    parties: Mapping[str, PartyState]
    witnesses: Mapping[str, Witness] = field(default_factory=lambda: NOTHING)
    exports: Mapping[str, Fact] = field(default_factory=lambda: NOTHING)
    last_drill: Fact | None = None
    marks: Marks = UNMARKED
