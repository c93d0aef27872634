"""party/<uscc>: an organ, what entitles it to take part (A2), its posts (A30), its keys, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.facts import NOTHING, UNMARKED, Fact, Marks, end_of, start_of
from domain.families.party.events import Successor
from domain.vocabulary.values import Cite, CiteOrDoc, Doc, Jwk


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and the division where it changed with the name, from a day on."""

    name: str
    division: str
    from_: date
    fact: Fact


@dataclass(frozen=True, slots=True)
class PartyBasis:
    """By what an organisation that is no organ of government takes part (A2): a law, or an entrustment."""

    kind: str
    basis: CiteOrDoc
    entrusted_by: str | None
    functions: str | None
    valid_from: date
    valid_to: date | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class PostHeld:
    """An officer post. No ``from_``: held since registration; ``to`` is the first instant without it."""

    post: str
    unit: str
    responsible: bool
    from_: datetime | None
    to: datetime | None
    fact: Fact
    relieved: Fact | None = None

    def held_at(self, instant: datetime) -> bool:
        return (self.from_ is None or self.from_ <= instant) and (self.to is None or instant < self.to)


@dataclass(frozen=True, slots=True)
class PartyKey:
    """A key and its validity. ``fact`` authorised it, ``rotated`` and ``compromised`` ended it."""

    kid: str
    jwk: Jwk
    valid_from: datetime
    valid_to: datetime | None
    fact: Fact
    ended_at: datetime | None = None
    rotated: Fact | None = None
    compromised_from: datetime | None = None
    compromised: Fact | None = None

    def valid_at(self, instant: datetime) -> bool:
        """Good for signing, by what is known: a key reported compromised is good for nothing more (5.4)."""
        return (
            self.compromised is None
            and self.valid_from <= instant
            and (self.valid_to is None or instant < self.valid_to)
            and (self.ended_at is None or instant < self.ended_at)
        )

    def doubtful_at(self, recorded_at: datetime) -> bool:
        """Recorded between the stated compromise and its report: undetermined until reaffirmed (KEY_COMPROMISED)."""
        if self.compromised is None or self.compromised_from is None:
            return False
        return self.compromised_from <= recorded_at <= self.compromised.recorded_at


@dataclass(frozen=True, slots=True)
class Succession:
    """``party.succeeded``: to whom the functions passed; empty when the organ was abolished without heir."""

    mode: str
    successors: tuple[Successor, ...]
    effective: date
    instrument: Doc
    fact: Fact


@dataclass(frozen=True, slots=True)
class Declaration:
    """``collection.declared``, and the statute that exempts it (A11 ¶1)."""

    declaration_id: str
    item: str | None
    catalogue_version: str
    from_: date
    fact: Fact
    exempted: Fact | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    incident_id: str
    kind: str
    streams: tuple[str, ...]
    fact: Fact
    closed: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyState:
    uscc: str
    fact: Fact
    names: tuple[Named, ...]
    category: str
    level: str
    registered_basis: Cite | None
    valid_from: date
    valid_to: date | None
    unit: str
    posts: Mapping[str, tuple[PostHeld, ...]]
    keys: Mapping[str, PartyKey] = field(default_factory=lambda: NOTHING)
    bases: tuple[PartyBasis, ...] = ()
    successions: tuple[Succession, ...] = ()
    nodes: Mapping[str, Fact] = field(default_factory=lambda: NOTHING)
    declarations: Mapping[str, Declaration] = field(default_factory=lambda: NOTHING)
    incidents: Mapping[str, Incident] = field(default_factory=lambda: NOTHING)
    marks: Marks = UNMARKED

    @property
    def division(self) -> str:
        """Where it stands now; where it stood on a day is in ``names``."""
        return self.names[-1].division

    @property
    def name(self) -> str:
        return self.names[-1].name

    def named_on(self, day: date) -> Named:
        return next((named for named in reversed(self.names) if named.from_ <= day), self.names[0])

    def holds(self, post: str, instant: datetime) -> PostHeld | None:
        """The holding of the post at that instant, if it was held."""
        for held in self.posts.get(post, ()):
            if held.held_at(instant):
                return held
        return None

    def entitled_at(self, instant: datetime) -> bool:
        """Whether its registration or a recorded basis covers the instant (A2); its category is another question."""
        terms = [(self.valid_from, self.valid_to), *((basis.valid_from, basis.valid_to) for basis in self.bases)]
        return any(start_of(first) <= instant and (last is None or instant < end_of(last)) for first, last in terms)

    def heirs_on(self, day: date) -> frozenset[str]:
        """To whom its functions have passed by that day."""
        passed = (each.successors for each in self.successions if each.effective <= day)
        return frozenset(heir.party for successors in passed for heir in successors)

    def succeeded_by(self, uscc: str) -> Succession | None:
        for succession in self.successions:
            if any(successor.party == uscc for successor in succession.successors):
                return succession
        return None
