"""agreement/<id>: the confidentiality agreement (A19 ¶1, 4.5): versions, signatures, suspension, end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact, end_of, start_of
from domain.vocabulary.values import Doc, Scope


class AgreementStatus(StrEnum):
    """EXPIRED is absent, because time brings it. SUPERSEDED is absent, because it is a version's status."""

    PROPOSED = "PROPOSED"
    SIGNED_BY_ONE = "SIGNED_BY_ONE"
    IN_FORCE = "IN_FORCE"
    AMENDMENT_PROPOSED = "AMENDMENT_PROPOSED"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementVersion:
    """One text. ``in_force_from`` is max(second signature, effective_from), and None until both organs have signed."""

    number: int
    scope: Scope
    text_digest: str
    effective_from: date
    effective_to: date
    fact: Fact
    signatures: Mapping[str, Fact] = field(default_factory=lambda: NOTHING)
    in_force_from: datetime | None = None

    @property
    def expires(self) -> datetime:
        """Return the first instant after the version's term."""
        return end_of(self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSuspension:
    cause: str
    effect: datetime
    dispute: str | None
    fact: Fact
    resumed: Fact | None = None
    resumed_effect: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """The end by termination. ``effect`` is the first day without the agreement."""

    clause: str
    notice_on: date
    effect: date
    fact: Fact

    @property
    def instant(self) -> datetime:
        """Return the first instant without the agreement."""
        return start_of(self.effect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accession:
    """``agreement.succeeded``: a successor organ replaces its predecessor from ``fact.time`` on."""

    predecessor: str
    successor: str
    version: int
    text_digest: str
    instrument: Doc
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementState:
    """The agreement of two organs.

    ``versions``: the first version, then those signed by both organs. ``amendment``: the version that still lacks a
    signature.
    """

    id: str
    requests: tuple[str, ...]
    requester: str
    provider: str
    classes: frozenset[str]
    level: str | None
    obligations: str
    survives: bool
    status: AgreementStatus
    status_by: Fact
    fact: Fact
    versions: tuple[AgreementVersion, ...]
    amendment: AgreementVersion | None = None
    suspensions: tuple[AgreementSuspension, ...] = ()
    termination: Termination | None = None
    accessions: tuple[Accession, ...] = ()
    marks: Annotations = NO_ANNOTATIONS

    @property
    def current(self) -> AgreementVersion:
        """Return the newest version that both organs signed, or the first one."""
        return self.versions[-1]

    @property
    def organs(self) -> frozenset[str]:
        """Return both organs, with successors in place of their predecessors."""
        return frozenset((self.requester, self.provider))

    @property
    def suspension(self) -> AgreementSuspension | None:
        """Return the suspension that has not been resumed."""
        last = self.suspensions[-1] if self.suspensions else None
        return last if last is not None and last.resumed is None else None

    def version_at(self, instant: datetime) -> AgreementVersion | None:
        """Return the last version in force by the instant. It may have ended since."""
        for version in reversed(self.versions):
            if version.in_force_from is not None and version.in_force_from <= instant:
                return version
        return None

    def suspended_at(self, instant: datetime) -> AgreementSuspension | None:
        """Return the suspension in effect at the instant, or None."""
        for suspension in self.suspensions:
            resumed = suspension.resumed_effect
            if suspension.effect <= instant and (resumed is None or instant < resumed):
                return suspension
        return None
