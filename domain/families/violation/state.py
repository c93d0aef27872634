"""violation/<id>: from suspicion to closing (A33, A34, 4.11). After FOUND two tracks: correction and sanction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact
from domain.families.violation.events import (
    CorrectionOrdered,
    CorrectionReported,
    CriticismNotified,
    DisciplineOutcomeRecorded,
    ViolationFound,
)
from domain.vocabulary.codes import Limb
from domain.vocabulary.values import Ref


class ViolationStatus(StrEnum):
    SUSPECTED = "SUSPECTED"
    DISMISSED = "DISMISSED"
    FOUND = "FOUND"
    CLOSED = "CLOSED"


class CorrectionStatus(StrEnum):
    """OVERDUE is absent, because time brings it, at the limit of the order."""

    NONE = "NONE"
    CORRECTION_ORDERED = "CORRECTION_ORDERED"
    CORRECTION_REPORTED = "CORRECTION_REPORTED"
    CORRECTED = "CORRECTED"


class SanctionStatus(StrEnum):
    NONE = "NONE"
    SERIOUS = "SERIOUS"
    CRITICISED = "CRITICISED"
    REFERRED_DISCIPLINE = "REFERRED_DISCIPLINE"
    DISCIPLINED = "DISCIPLINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOrder:
    """``limit`` is the last day to correct. A rejected report may set a new one."""

    event: CorrectionOrdered
    limit: date
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReport:
    event: CorrectionReported
    fact: Fact
    accepted: Fact | None = None
    rejected: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationState:
    """A file: the suspicion, the decision of the authority, and the two tracks after it."""

    id: str
    accused: str
    limb: Limb
    evidence: tuple[Ref, ...]
    finding: str | None
    statement: str
    fact: Fact
    status: ViolationStatus
    status_by: Fact
    responses: Mapping[str, Fact] = field(default_factory=lambda: NOTHING)
    found: ViolationFound | None = None
    found_by: Fact | None = None
    dismissed: Fact | None = None
    correction: CorrectionStatus = CorrectionStatus.NONE
    correction_by: Fact | None = None
    order: CorrectionOrder | None = None
    reports: tuple[CorrectionReport, ...] = ()
    sanction: SanctionStatus = SanctionStatus.NONE
    sanction_by: Fact | None = None
    criticisms: tuple[tuple[CriticismNotified, Fact], ...] = ()
    outcomes: tuple[tuple[DisciplineOutcomeRecorded, Fact], ...] = ()
    referred_crime: Fact | None = None
    closed: Fact | None = None
    marks: Annotations = NO_ANNOTATIONS
