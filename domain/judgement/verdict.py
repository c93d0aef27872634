"""A judgement: a verdict, its reasons in the order of the catalogue, and the cited facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.reasons.catalogue import CATALOGUE, Reason, ReasonEntry, Severity
from domain.reasons.sentences import sentence
from domain.vocabulary.codes import Limb


class Verdict(StrEnum):
    """The first four are for use, release and delivery, the last three for refusals."""

    AUTHORIZED = "AUTHORIZED"
    AUTHORIZED_WITH_FLAGS = "AUTHORIZED_WITH_FLAGS"
    UNAUTHORIZED = "UNAUTHORIZED"
    UNDETERMINED = "UNDETERMINED"
    LAWFUL = "LAWFUL"
    DEFECTIVE = "DEFECTIVE"
    UNLAWFUL = "UNLAWFUL"


@dataclass(frozen=True, slots=True)
class RaisedReason:
    """A reason raised in one case.

    ``severity`` and ``limb`` are those of the case and may differ from the catalogue.
    """

    reason: Reason
    severity: Severity
    limb: Limb | None
    params: Mapping[str, str]

    @property
    def entry(self) -> ReasonEntry:
        return CATALOGUE[self.reason]

    def sentence(self, language: str = "zh") -> str:
        return sentence(self.reason, self.params, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The result of ``judge``.

    ``verdict`` is None for acts without a decision table, which can still have reasons. ``table_row`` is the row that
    gives the base verdict (U4, R2, D8, F6). ``relied_on`` are entry indexes, ascending. ``if_stricter`` is the verdict
    under the stricter class while a dispute on the class is open. ``turns_at`` is the next instant at which silence
    alone changes the judgement; ``judge`` with that ``at`` gives the next one. ``rule_set`` names the rule set whose
    tables and settings judged, ``overlays`` those above it.
    """

    verdict: Verdict | None
    reasons: tuple[RaisedReason, ...]
    table_row: str | None
    grant_version: int | None
    agreement: str | None
    agreement_version: int | None
    item_version: int | None
    sensitive: bool
    rule_set: str
    rule_set_version: int
    relied_on: tuple[int, ...]
    if_stricter: Verdict | None = None
    turns_at: datetime | None = None
    overlays: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[Reason, ...]:
        return tuple(raised.reason for raised in self.reasons)


def verdict_of(reasons: Collection[RaisedReason]) -> Verdict:
    """Return the verdict of the reasons (5.1): any B, else any U, else any F.

    A warning from another law changes nothing.
    """
    if not reasons:
        return Verdict.AUTHORIZED
    severities = {raised.severity for raised in reasons}
    if Severity.BLOCKING in severities:
        return Verdict.UNAUTHORIZED
    if Severity.UNDETERMINED in severities:
        return Verdict.UNDETERMINED
    return Verdict.AUTHORIZED_WITH_FLAGS if Severity.FLAG in severities else Verdict.AUTHORIZED


def refusal_verdict_of(reasons: Iterable[RaisedReason], *, sensitive: bool) -> Verdict:
    """Return the verdict on a refusal: B makes it unlawful, F defective.

    Only a refusal of sensitive information must be filed (F4, Q5). A refusal whose record is in doubt is undetermined.
    """
    severities = {raised.severity for raised in reasons if sensitive or raised.reason is not Reason.REFUSAL_NOT_FILED}
    if Severity.BLOCKING in severities:
        return Verdict.UNLAWFUL
    if Severity.UNDETERMINED in severities:
        return Verdict.UNDETERMINED
    return Verdict.DEFECTIVE if Severity.FLAG in severities else Verdict.LAWFUL
