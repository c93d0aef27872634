"""A case while it is being judged: the act, the facts, and the reasons and evidence collected so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.deadlines.deadline import end_of_term
from domain.judgement.facts import Facts
from domain.judgement.verdict import Judgement, Raised, Verdict
from domain.reasons.catalogue import CATALOGUE, ORDER, On, Reason, Severity
from domain.rules.rule_set import RuleSet
from domain.state import Fact, Marks
from domain.vocabulary.codes import Limb
from domain.vocabulary.sensitivity import STATE_SECRET, is_sensitive

NO_PARAMS: Final[Mapping[str, str]] = {}


class Case:
    """Owned by one call of ``judge``. ``instant`` is the act's time in UTC, ``day`` its day in +08:00."""

    __slots__ = (
        "act", "agreement", "agreement_version", "at", "classes", "day", "doubts", "facts",
        "grant_version", "instant", "item_version", "level", "missing", "on", "reasons", "relied", "rules", "sensitive",
        "state_secret", "turns_at",
    )  # fmt: skip

    def __init__(self, act: Act, facts: Facts, rules: RuleSet, on: On, at: datetime) -> None:
        self.act = act
        self.facts = facts
        self.rules = rules
        self.on = on
        self.at = at
        self.instant = act.time.astimezone(UTC)
        self.day: date = day_of(act.time)
        self.classes: frozenset[str] = frozenset()  # set by ``of_class`` alone, with ``sensitive`` and ``state_secret``
        self.sensitive = False
        self.state_secret = False
        self.level: str | None = None
        self.reasons: dict[Reason, Raised] = {}
        self.relied: set[int] = set()
        self.missing: set[str] = set()  # cited, and not in the ledger
        self.doubts: set[str] = set()  # records whose key is in doubt
        self.grant_version: int | None = None
        self.agreement: str | None = None
        self.agreement_version: int | None = None
        self.item_version: int | None = None
        self.turns_at: datetime | None = None

    def under(self, classes: frozenset[str], level: str | None) -> Case:
        """The same case, not yet judged, as if the information were of these classes."""
        other = Case(self.act, self.facts, self.rules, self.on, self.at)
        other.instant, other.day = self.instant, self.day  # one that notes its comparisons goes on noting
        other.doubts = set(self.doubts)
        other.of_class(classes, level)
        return other

    def of_class(self, classes: frozenset[str], level: str | None = None) -> None:
        """By which class the information is judged."""
        self.classes, self.level = classes, level
        self.sensitive = is_sensitive(classes)
        self.state_secret = STATE_SECRET in classes

    def add(self, reason: Reason, params: Mapping[str, str] = NO_PARAMS, *, severity: Severity | None = None) -> None:
        """Raise a reason. A reason stands once in a judgement; what is raised first stays."""
        if reason in self.reasons:
            return
        entry = CATALOGUE[reason]
        limb = entry.limb_on(self.on, sensitive=self.sensitive)
        self.reasons[reason] = Raised(reason, severity or entry.severity, limb, params)

    def rely(self, fact: Fact, marks: Marks) -> None:
        """The judgement rests on this fact. If the key behind it is in doubt, so is the judgement (5.4)."""
        self.relied.add(fact.index)
        if not self.facts.compromises or self.stood_by(fact.key, marks):
            return
        if self.doubtful(fact.by, fact.kid, fact.recorded_at):
            self.doubts.add(f"{fact.by} {fact.id}")

    def stood_by(self, record: tuple[str, str], marks: Marks) -> bool:
        """Whether its signer reaffirmed it. Whoever has the key can do that too: such a word is in doubt itself."""
        word = marks.reaffirmed.get(record)
        return word is not None and not self.doubtful(word.by, word.kid, word.recorded_at)

    def doubtful(self, by: str, kid: str, recorded_at: datetime) -> bool:
        """Whether a record signed then with that key came between the key's compromise and the report of it."""
        party = self.facts.parties.get(by) if self.facts.compromises else None
        key = party.keys.get(kid) if party is not None else None
        return key is not None and key.doubtful_at(recorded_at)

    def rely_on_backdated(self, facts: Iterable[Fact], marks: Marks) -> None:
        """Recorded after the act with an earlier stated date: in doubt until its signer reaffirms it, then a flag."""
        late = [fact for fact in facts if fact.recorded_at > self.instant]
        if not late:
            return
        reaffirmed = all(self.stood_by(fact.key, marks) for fact in late)
        records = {"records": ", ".join(f"{fact.by} {fact.id}" for fact in late)}
        self.add(Reason.BACKDATED, records, severity=Severity.FLAG if reaffirmed else Severity.UNDETERMINED)

    def passed(self, last_day: date) -> bool:
        """Whether the day is over at ``at``; if not, the judgement may turn when it is."""
        ends_at = end_of_term(last_day, self.rules.settings.end_of_day)
        if self.at >= ends_at:
            return True
        self.turns_at = ends_at if self.turns_at is None else min(self.turns_at, ends_at)
        return False

    def has(self, *reasons: Reason) -> bool:
        return not self.reasons.keys().isdisjoint(reasons)

    def ordered(self) -> tuple[Raised, ...]:
        """The reasons in the order of the catalogue."""
        if len(self.reasons) < 2:
            return tuple(self.reasons.values())
        return tuple(sorted(self.reasons.values(), key=lambda raised: ORDER[raised.reason]))

    def judged(self, verdict: Verdict | None, row: str | None, *, if_stricter: Verdict | None = None) -> Judgement:
        return Judgement(
            verdict=verdict,
            reasons=self.ordered(),
            table_row=row,
            grant_version=self.grant_version,
            agreement=self.agreement,
            agreement_version=self.agreement_version,
            item_version=self.item_version,
            sensitive=self.sensitive,
            rule_set=self.rules.id,
            rule_set_version=self.rules.version,
            relied_on=tuple(sorted(self.relied)),
            if_stricter=if_stricter,
            turns_at=self.turns_at,
            overlays=self.rules.overlays,
        )

    def find_item_version(self) -> None:
        item = self.facts.item
        version = item.version_at(self.instant) if item is not None else None
        self.item_version = version.version if version is not None else None


def limb_then(then: Raised | None, now: Raised) -> Limb | None:
    """The limb of a reason that a later class raised or sharpened: c3 is off while nobody could know (5.4)."""
    if then is not None:
        return then.limb
    return None if now.limb == "c3" else now.limb
