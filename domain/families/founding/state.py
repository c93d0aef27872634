"""ledger/<origin>: the founding record and the ledger's own records (design.md §11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact
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
    """A verifier key of the log, valid from a tree size on. A later record sets ``to_size`` and so ends the key."""

    vkey: str
    from_size: int
    fact: Fact
    to_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingState:
    """The ledger's own state.

    ``parties`` holds the two founding parties by code. Their own streams begin with these states.
    """

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
    marks: Annotations = NO_ANNOTATIONS
