"""Rule sets: each law as data with effective dates, rank and scope. The code contains no number of a law.

Order 85 contains two numbers. Every other number is a setting, is not in law, and is marked so. Each number of a rule
set has its source, its certainty, and the person and day of its check (none so far).

Rule sets in force together are stacked: the base, whose tables judge, and the laws above it. The higher rank prevails
where both cannot be obeyed. Where both can, the stricter protection applies (law: the shorter of two terms).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Certainty(StrEnum):
    """The certainty of a number."""

    RECONSTRUCTED = "reconstructed"  # read from a translation, not yet compared with the gazette
    UNVERIFIED = "unverified"  # from memory; do not rely on it
    OURS = "ours"  # a setting of this software, not law


# Every number of working days that a rule set may give, with its start and end. A rule set lists each, even without a
# number.
NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "response.sensitive": "receipt of a request for sensitive information → answer",
        "response.other": "receipt of a request for other information → answer",
        "response.unconditional": "receipt of a request for what is shared without condition (share type 1) → answer",
        "response.extension": "by how much the term of an answer may be extended once",
        "delivery": "answer that agrees → delivery",
        "update": "change of shared information → its update",
        "catalogue_update": "change that touches the catalogue → adjusted entry",
        "catalogue_update.special": "the same under special circumstances",
        "correction": "report of an error → check and correction",
    }
)
# The numbers of this software's clocks. No event stops the others, so they are only shown.
CLOCKED: Final = frozenset({"response.sensitive", "response.other", "response.unconditional", "update"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number of working days, or None where the rule set gives none, with its source and certainty.

    ``rule_set`` is the rule set that gives it. In a stack it may differ from the one that judges.
    """

    value: int | None
    article: str | None
    source: str
    certainty: Certainty
    checked_by: str | None = None
    checked_on: date | None = None
    rule_set: str | None = None


# The meaning of each setting.
SETTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "recording_lag_wd": "working days after the day of an act within which its record is not late (LATE_RECORD)",
        "purpose_grace_wd": "working days within which a missing purpose can be supplied (PURPOSE_MISSING)",
        "refusal_filing_grace_wd": "working days after the refusal within which it is filed (REFUSAL_NOT_FILED)",
        "statistics_period": "period of the statistics of deliveries off the platform (STATISTICS_MISSING)",
        "statistics_grace_wd": "working days after the period within which they are filed",
        "acknowledgement_wd": "working days within which a delivery is acknowledged (NOT_ACKNOWLEDGED); null: off",
        "oral_grant_recorded_within_wd": "working days within which an oral grant in an emergency is recorded",
        "answer_again_wd": "working days for the answer after a determination, an outcome or an order to correct",
        "end_of_day": "when the last day of a term ends, +08:00",
        "procedure_rules_at": "the day whose rule set binds answers and their terms",
        "use_rules_at": "the day whose rule set binds uses, deliveries and releases",
        "catalogue_audience": "to whom the catalogue is published; `catalogue.published` states its own",
        "same_level_rule": "whose government decides on a request between divisions",
        "onward_with_consent": "whether the provider's consent allows passing on (ONWARD_TO_THIRD_PARTY)",
        "supplement_stops_clock": "whether asking for a supplement stops the term of the answer",
        "interface_pulls_batched_per": "how many pulls of an interface one `delivery.recorded` may hold",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """The questions that Order 85 leaves open. No setting is in law; the interface says so beside each value."""

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
    instrument: str
    issued: date
    effective_from: date
    effective_to: date | None
    divisions: tuple[str, ...]
    excluded_objects: frozenset[str]
    rank: int
    text_status: str
    status: str
    numbers: Mapping[str, Number]
    settings: RuleSettings
    digest: str
    overlays: tuple[str, ...] = ()  # ids of the rule sets stacked upon this one, highest rank first

    @property
    def enabled(self) -> bool:
        return self.status != "disabled"

    def in_force(self, day: date) -> bool:
        """Return whether the day lies between the effective dates."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def response_number(self, *, sensitive: bool, share_type: str | None = None) -> Number:
        """Return the working days for an answer (Order 85: A18 ¶1, sensitive information only)."""
        if sensitive:
            return self.numbers["response.sensitive"]
        unconditional = self.numbers["response.unconditional"]
        return (
            unconditional if share_type == "1" and unconditional.value is not None else self.numbers["response.other"]
        )

    @property
    def update(self) -> Number:
        """Return the working days for an update after a change (Order 85: A15 ¶2)."""
        return self.numbers["update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """The terms of an unclear item's report and of its decision (4.5), from a law other than Order 85."""

    id: str
    version: int
    effective_from: date
    report: Number
    decision: Number

    def on(self, day: date) -> tuple[Number, Number]:
        """Return both terms on the day. Before that law they have no number."""
        if day >= self.effective_from:
            return self.report, self.decision
        none = replace(self.report, value=None, article=None, source=f"none before {self.effective_from}")
        return none, none


def stacked(rule_sets: Iterable[RuleSet], *, classes: frozenset[str] = frozenset()) -> RuleSet:
    """Return the base with the numbers of all rule sets. Of two terms the shorter counts, because it obeys both.

    The base is the rule set of lowest rank: its tables and settings judge, and the judgement names it. Of one law the
    newest version counts. Raises LookupError if every rule set excludes the classes.
    """
    newest: dict[str, RuleSet] = {}
    for rules in rule_sets:
        if not rules.excluded_objects & classes and (
            rules.id not in newest or newest[rules.id].version < rules.version
        ):
            newest[rules.id] = rules
    if not newest:
        raise LookupError(f"every rule set in force excludes information of the classes {sorted(classes)}")
    base, *above = sorted(newest.values(), key=lambda rules: (rules.rank, rules.id))
    if not above:
        return base
    numbers = {name: _strictest(name, [*reversed(above), base]) for name in NUMBERS}
    return replace(base, numbers=numbers, overlays=tuple(rules.id for rules in reversed(above)))


def _strictest(name: str, highest_first: Iterable[RuleSet]) -> Number:
    """Return the shortest term, of equal ones that of the highest rank.

    If no rule set gives a term, the result is the base's entry.
    """
    numbers = [rules.numbers[name] for rules in highest_first]
    stated = [(number.value, place) for place, number in enumerate(numbers) if number.value is not None]
    return numbers[min(stated)[1]] if stated else numbers[-1]
