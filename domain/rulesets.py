"""Rule sets: which law judges an act, as data with effective dates, rank and scope. Nothing here knows a number.

Order 85 contains two numbers; every other number is a setting, is not in law, and says so. Where a number stands in a
rule set, so do its source, how certain it is, and who checked it on which day (nobody, so far).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Certainty(StrEnum):
    RECONSTRUCTED = "reconstructed"  # read from a translation, not yet compared with the gazette
    UNVERIFIED = "unverified"  # remembered; may not be relied on
    OURS = "ours"  # a setting of this software, not law


@dataclass(frozen=True, slots=True)
class Number:
    """A number of days, or None where the rule set gives none, and why it may be believed."""

    value: int | None
    article: str | None
    source: str
    certainty: Certainty
    checked_by: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What Order 85 leaves open. None of it is in law; the interface says so beside each value."""

    recording_lag_wd: int
    purpose_grace_wd: int
    refusal_filing_grace_wd: int
    statistics_period: str
    statistics_grace_wd: int
    acknowledgement_wd: int | None
    oral_grant_recorded_within_wd: int
    answer_again_wd: int
    end_of_day: str
    procedure_rules_at: str
    use_rules_at: str
    catalogue_audience: str
    same_level_rule: str
    onward_with_consent: bool
    supplement_stops_clock: bool
    interface_pulls_batched_per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One version of one law as this software applies it. Key: id, version, effective dates, divisions, objects."""

    id: str
    version: int
    name: Mapping[str, str]
    effective_from: date
    effective_to: date | None
    divisions: tuple[str, ...]
    excluded_objects: frozenset[str]
    rank: int
    text_status: str
    status: str
    response: Mapping[str, Number]
    update: Number
    settings: Settings
    digest: str

    @property
    def enabled(self) -> bool:
        return self.status != "disabled"

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def response_number(self, *, sensitive: bool) -> Number:
        """How many working days the provider has to answer (Order 85: A18 ¶1, sensitive information only)."""
        return self.response["sensitive" if sensitive else "other"]


def applicable(rule_sets: Iterable[RuleSet], day: date, *, classes: frozenset[str] = frozenset()) -> RuleSet:
    """The enabled rule set of highest rank in force on the day that does not exclude information of the classes."""
    candidates = [
        rules for rules in rule_sets if rules.enabled and rules.in_force(day) and not rules.excluded_objects & classes
    ]
    if not candidates:
        raise LookupError(f"no enabled rule set is in force on {day}")
    return max(candidates, key=lambda rules: (rules.rank, rules.version))
