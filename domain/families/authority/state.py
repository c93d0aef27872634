"""authority/<division>: the holder of the role of informatization authority (A5), and its published catalogue (A9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.facts import NO_ANNOTATIONS, Annotations, Fact, start_of


@dataclass(frozen=True, slots=True)
class Holder:
    """A party that holds the role from a day on."""

    party: str
    rule_set: str
    from_: date
    fact: Fact


@dataclass(frozen=True, slots=True)
class CatalogueEdition:
    """One compiled version of the catalogue."""

    version: int
    digest: str
    audience: str
    entries: tuple[tuple[str, int], ...]
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityState:
    """The holders of the role, in order, and the newest catalogue."""

    division: str
    holders: tuple[Holder, ...]
    catalogue: CatalogueEdition | None = None
    marks: Annotations = NO_ANNOTATIONS

    def holder_at(self, instant: datetime) -> Holder:
        """Return the holder at the instant. Before the first recorded appointment it is the first holder."""
        for holder in reversed(self.holders):
            if start_of(holder.from_) <= instant:
                return holder
        return self.holders[0]
