"""party/<uscc>: an organ, its entitlement to take part (A2), its posts (A30), its keys, and its successions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact, end_of, start_of
from domain.families.party.events import Successor
from domain.vocabulary.values import Cite, CiteOrDoc, Doc, Jwk

# What a party of these may do reaches beyond the organ itself (Arts 5, 13, 19, 32): no registration alone gives it.
POWERFUL: Final = frozenset({"GOVERNMENT", "SECRECY", "MONITORING", "APPOINTING", "STATE_ORGAN", "OPERATOR"})
NATION: Final = "NATION"


@dataclass(frozen=True, slots=True)
class Named:
    """A name from a day on, and the division if it changed with the name."""

    name: str
    division: str
    from_: date
    fact: Fact


@dataclass(frozen=True, slots=True)
class PartyBasis:
    """The law or entrustment by which an organisation outside government takes part (A2)."""

    kind: str
    basis: CiteOrDoc
    entrusted_by: str | None
    functions: str | None
    valid_from: date
    valid_to: date | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A holding of an officer post. ``from_`` None: since registration. ``to`` is the first instant after it."""

    post: str
    unit: str
    responsible: bool
    from_: datetime | None
    to: datetime | None
    fact: Fact
    relieved: Fact | None = None

    def held_at(self, instant: datetime) -> bool:
        """Return whether the post was held at the instant."""
        return (self.from_ is None or self.from_ <= instant) and (self.to is None or instant < self.to)


@dataclass(frozen=True, slots=True)
class PartyKey:
    """A key and its validity. ``fact`` authorised it; ``rotated`` and ``compromised`` ended it."""

    kid: str
    jwk: Jwk
    valid_from: datetime
    valid_to: datetime | None
    fact: Fact
    use: str | None = None  # SIGN or READ; None: both
    officer: str | None = None  # the only post that it may act for; None: any that is held
    ended_at: datetime | None = None
    rotated: Fact | None = None
    compromised_from: datetime | None = None
    compromised: Fact | None = None

    def valid_at(self, instant: datetime) -> bool:
        """Return whether the key is in force at the instant. One reported as compromised never is again (5.4)."""
        return (
            self.compromised is None
            and self.valid_from <= instant
            and (self.valid_to is None or instant < self.valid_to)
            and (self.ended_at is None or instant < self.ended_at)
        )

    @property
    def signs(self) -> bool:
        """Return whether the key is for acts."""
        return self.use != "READ"

    @property
    def reads(self) -> bool:
        """Return whether the key is for questions."""
        return self.use != "SIGN"

    def is_for(self, post: str) -> bool:
        """Return whether the key may act for the post."""
        return self.officer in (None, post)

    def doubtful_at(self, recorded_at: datetime) -> bool:
        """Return whether the record lies between a compromise and its report.

        Such a record is undetermined until reaffirmed (KEY_COMPROMISED).
        """
        if self.compromised is None or self.compromised_from is None:
            return False
        return self.compromised_from <= recorded_at <= self.compromised.recorded_at


@dataclass(frozen=True, slots=True)
class Succession:
    """``party.succeeded``: the successors. They are empty when the organ was abolished without a successor."""

    mode: str
    successors: tuple[Successor, ...]
    effective: date
    instrument: Doc
    fact: Fact


@dataclass(frozen=True, slots=True)
class Declaration:
    """``collection.declared``, and the statute that exempts the collection (A11 ¶1)."""

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
    """An organ with its names, posts, keys, declarations and incidents."""

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
    confirmed: Fact | None = None
    marks: Annotations = NO_ANNOTATIONS

    @property
    def division(self) -> str:
        """Return the present division. ``names`` holds the division of each day."""
        return self.names[-1].division

    @property
    def powerful(self) -> bool:
        """Return whether the party needs the confirmation of the provincial government (``party.confirmed``)."""
        return self.category in POWERFUL or self.level == NATION

    @property
    def may_act(self) -> bool:
        """Return whether the party may sign and read. Until it is confirmed it may only be named."""
        return self.confirmed is not None or not self.powerful

    @property
    def name(self) -> str:
        """Return the present name."""
        return self.names[-1].name

    def named_on(self, day: date) -> Named:
        """Return the name and division on the day."""
        return next((named for named in reversed(self.names) if named.from_ <= day), self.names[0])

    def holds(self, post: str, instant: datetime) -> PostHeld | None:
        """Return the holding of the post at the instant, or None."""
        for held in self.posts.get(post, ()):
            if held.held_at(instant):
                return held
        return None

    def entitled_at(self, instant: datetime) -> bool:
        """Return whether registration or a recorded basis covers the instant (A2), whatever the category."""
        terms = [(self.valid_from, self.valid_to), *((basis.valid_from, basis.valid_to) for basis in self.bases)]
        return any(start_of(first) <= instant and (last is None or instant < end_of(last)) for first, last in terms)

    def heirs_on(self, day: date) -> frozenset[str]:
        """Return the organs to which the functions have passed by the day."""
        passed = (each.successors for each in self.successions if each.effective <= day)
        return frozenset(heir.party for successors in passed for heir in successors)

    def succeeded_by(self, uscc: str) -> Succession | None:
        """Return the succession that names the organ as a successor, or None."""
        for succession in self.successions:
            if any(successor.party == uscc for successor in succession.successors):
                return succession
        return None
