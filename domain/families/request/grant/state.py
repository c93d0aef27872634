"""The grant (4.12), one per request: made by an approval or a ruling, versioned, changed by the provider.

The state holds the instants of effect. Judgement decides whether the grant is active, suspended or expired at an
instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.facts import Fact
from domain.vocabulary.values import Cite, Ref, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantVersion:
    """One version.

    ``basis``: the approval, ruling or narrowing. ``effective``: its time, its stated effect, or the oral date. The term
    of the ``scope`` limits the days of use.
    """

    number: int
    scope: Scope
    effective: datetime
    basis: Fact
    classes: frozenset[str] = frozenset()
    oral_given_at: datetime | None = None
    emergency_statute: Cite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSuspension:
    cause: str
    effect: datetime
    fact: Fact
    dispute: str | None = None
    agreement: str | None = None
    notice: Fact | None = None
    resumed: Fact | None = None
    resumed_effect: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantNarrowing:
    """A narrowing, one-sided with a ground, or paired. ``version`` is the grant version it made, once in effect."""

    scope: Scope
    cause: str
    ground: str | None
    statute: Cite | None
    effect: datetime
    fact: Fact
    paired: Fact | None = None
    notice: Fact | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRevocation:
    """A revocation.

    ``effect`` is as stated. The time of ``notice`` counts for the requester: duty needs knowledge (5.4).
    """

    cause: str
    ground: str | None
    statute: Cite | None
    breach: Ref | None
    effect: datetime
    fact: Fact
    notice: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratification:
    """``ratification.recorded``: shown beside the verdict, which it does not change."""

    uses: tuple[Ref, ...]
    reason: str
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantState:
    """A grant and its changes.

    A further approval (reopened request) adds a version and, after a revocation, begins again.
    """

    versions: tuple[GrantVersion, ...]
    suspensions: tuple[GrantSuspension, ...] = ()
    narrowings: tuple[GrantNarrowing, ...] = ()
    revocations: tuple[GrantRevocation, ...] = ()

    @property
    def current(self) -> GrantVersion:
        return self.versions[-1]

    @property
    def suspension(self) -> GrantSuspension | None:
        """Return the suspension that has not been resumed."""
        last = self.suspensions[-1] if self.suspensions else None
        return last if last is not None and last.resumed is None else None

    @property
    def revocation(self) -> GrantRevocation | None:
        """Return the revocation that ended the current version."""
        last = self.revocations[-1] if self.revocations else None
        return last if last is not None and last.fact.index > self.current.basis.index else None

    def version_at(self, instant: datetime) -> GrantVersion | None:
        """Return the version with the latest effect not after the instant.

        Of two versions with one effect the later recorded one prevails.
        """
        begun = [version for version in self.versions if version.effective <= instant]
        return max(begun, key=lambda version: (version.effective, version.number)) if begun else None

    def suspended_at(self, instant: datetime) -> GrantSuspension | None:
        for suspension in self.suspensions:
            resumed = suspension.resumed_effect
            if suspension.effect <= instant and (resumed is None or instant < resumed):
                return suspension
        return None
