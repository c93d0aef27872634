"""The rows of the four decision tables (5.3), as data: the condition, the reasons, and the verdict.

The first matching row of a table gives the base verdict. All reasons are collected nevertheless, and the severest
decides the verdict (5.1). A row without reasons is one to which nothing objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.judgement.context import JudgementContext
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import On, Reason


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One row. Any of ``reasons`` matches it. ``verdict`` is the base verdict, before the other reasons count."""

    id: str
    on: On
    finds: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


COVERING: Final = (
    Reason.NO_GRANT,
    Reason.GRANT_NOT_YET_EFFECTIVE,
    Reason.GRANT_EXPIRED,
    Reason.GRANT_REVOKED,
    Reason.GRANT_SUSPENDED,
)
OUT_OF_SCOPE: Final = (Reason.OUT_OF_SCOPE_FIELDS, Reason.OUT_OF_SCOPE_SUBJECTS, Reason.OUT_OF_SCOPE_USERS)
PURPOSE: Final = (Reason.PURPOSE_MISSING, Reason.PURPOSE_MISMATCH, Reason.NOT_DUTY_RELATED)
AGREEMENT: Final = (
    Reason.AGREEMENT_MISSING,
    Reason.AGREEMENT_NOT_IN_FORCE,
    Reason.AGREEMENT_TERMINATED,
    Reason.AGREEMENT_EXPIRED,
    Reason.AGREEMENT_SUSPENDED,
    Reason.AGREEMENT_SCOPE,
)
CONSENT: Final = (
    Reason.NO_CONSENT,
    Reason.CONSENT_SCOPE,
    Reason.CONSENT_EXPIRED,
    Reason.CONSENT_AFTER_RELEASE,
    Reason.NOT_IN_DISCLOSURE_SCOPE,
)
YES, NO, OPEN = Verdict.AUTHORIZED, Verdict.UNAUTHORIZED, Verdict.UNDETERMINED
WITH_FLAGS: Final = Verdict.AUTHORIZED_WITH_FLAGS

USE: Final = (
    DecisionRow("U1", On.USE, "a party is not an organ of Art. 2", NO, (Reason.PARTY_OUT_OF_SCOPE,)),
    DecisionRow("U2", On.USE, "no grant covers the use, or the request cited is not known here", NO, COVERING),
    DecisionRow("U3", On.USE, "fields, subjects or users beyond the grant", NO, OUT_OF_SCOPE),
    DecisionRow("U4", On.USE, "purpose or duty basis missing, or not among those granted", NO, PURPOSE),
    DecisionRow("U6", On.USE, "sensitive, and no agreement in force covers it", NO, AGREEMENT),
    DecisionRow("U7", On.USE, "a state secret outside a network with secrecy measures", NO, (Reason.WRONG_NETWORK,)),
    DecisionRow("U8", On.USE, "a dispute on the class is open", OPEN, (Reason.CLASSIFICATION_DISPUTED,)),
    DecisionRow("U5", On.USE, "not sensitive, and nothing objects to it", YES),
    DecisionRow("U9", On.USE, "sensitive, and nothing objects to it", YES),
)
RELEASE: Final = (
    DecisionRow("R0", On.RELEASE, "passed on to a third organ or person", NO, (Reason.ONWARD_TO_THIRD_PARTY,)),
    DecisionRow("R1", On.RELEASE, "a state secret", NO, (Reason.SENSITIVE_RELEASE,)),
    DecisionRow(
        "R2", On.RELEASE, "trade secret or privacy without the basis it needs", NO, (Reason.SENSITIVE_RELEASE,)
    ),
    DecisionRow(
        "R3", On.RELEASE, "in disclosure scope, source not stated, no consent", NO, (Reason.NO_SOURCE_ATTRIBUTION,)
    ),
    DecisionRow("R4", On.RELEASE, "in disclosure scope, source stated", YES),
    DecisionRow(
        "R5", On.RELEASE, "in scope, source not stated, with consent", WITH_FLAGS, (Reason.NO_SOURCE_ATTRIBUTION,)
    ),
    DecisionRow("R6", On.RELEASE, "outside disclosure scope, with consent", YES),
    DecisionRow("R7", On.RELEASE, "outside disclosure scope, without consent that covers it", NO, CONSENT),
    DecisionRow("R8", On.RELEASE, "disclosure scope open, without consent", OPEN, (Reason.DISCLOSURE_SCOPE_UNKNOWN,)),
)
DELIVERY: Final = (
    DecisionRow(
        "D1", On.DELIVERY, "no grant covers the delivery, or the request cited is not known here", NO, COVERING
    ),
    DecisionRow("D1b", On.DELIVERY, "fields or subjects beyond the grant", NO, OUT_OF_SCOPE[:2]),
    DecisionRow("D5", On.DELIVERY, "sensitive, and no agreement in force covers it", NO, AGREEMENT),
    DecisionRow("D6", On.DELIVERY, "the provider's secrecy review blocked it", NO, (Reason.SECRECY_REVIEW_BLOCKED,)),
    DecisionRow(
        "D7", On.DELIVERY, "a state secret outside a network with secrecy measures", NO, (Reason.WRONG_NETWORK,)
    ),
    DecisionRow("D2", On.DELIVERY, "not sensitive, by the platform or the way agreed", YES),
    DecisionRow("D3", On.DELIVERY, "not sensitive, off the platform with a special reason", YES),
    DecisionRow("D4", On.DELIVERY, "the same without a reason", WITH_FLAGS, (Reason.OFF_PLATFORM_NO_REASON,)),
    DecisionRow("D8", On.DELIVERY, "sensitive, with agreement; a review missing is flagged", YES),
)
REFUSAL: Final = (
    DecisionRow("F1", On.REFUSAL, "ground none, or not listed", Verdict.UNLAWFUL, (Reason.UNLAWFUL_REFUSAL_GROUND,)),
    DecisionRow("F2", On.REFUSAL, "statutory ground without citation", Verdict.DEFECTIVE, (Reason.STATUTE_NOT_CITED,)),
    DecisionRow("F3", On.REFUSAL, "no written reasons", Verdict.DEFECTIVE, (Reason.REASONS_MISSING,)),
    DecisionRow("F4", On.REFUSAL, "not filed with the authority", Verdict.DEFECTIVE, (Reason.REFUSAL_NOT_FILED,)),
    DecisionRow("F5", On.REFUSAL, "answered late", Verdict.DEFECTIVE, (Reason.LATE_RESPONSE,)),
    DecisionRow("F6", On.REFUSAL, "listed ground, reasoned, filed, in time", Verdict.LAWFUL),
)
ROWS: Final[Mapping[str, DecisionRow]] = MappingProxyType(
    {row.id: row for row in (*USE, *RELEASE, *DELIVERY, *REFUSAL)}
)


def first_row(context: JudgementContext, table: Iterable[DecisionRow]) -> str | None:
    """Return the first row of the table with a reason that was raised."""
    return next((row.id for row in table if row.reasons and context.has(*row.reasons)), None)


def cites_the_unknown(context: JudgementContext) -> bool:
    """Return whether the cited request is unknown here.

    The row is that of a missing grant (U2, D1), but undetermined.
    """
    return context.facts.request is None and context.has(Reason.EVIDENCE_GAP)
