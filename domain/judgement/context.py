"""The context of one judgement: the act, the facts, and the reasons and evidence collected so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.deadlines.deadline import end_of_term
from domain.judgement.facts import Facts
from domain.judgement.verdict import Judgement, RaisedReason, Verdict
from domain.reasons.catalogue import CATALOGUE, ORDER, On, Reason, Severity
from domain.rules.rule_set import RuleSet
from domain.state import Annotations, Fact
from domain.vocabulary.codes import Limb
from domain.vocabulary.sensitivity import STATE_SECRET, is_sensitive

NO_PARAMS: Final[Mapping[str, str]] = {}


class JudgementContext:
    """The context of one call of ``judge``, which owns it.

    ``instant`` is the act's time in UTC, ``day`` its day in +08:00.
    """

    __slots__ = (
        "act",
        "agreement",
        "agreement_version",
        "cited",
        "classes",
        "day",
        "doubtful_records",
        "facts",
        "grant_version",
        "instant",
        "item_version",
        "judged_at",
        "level",
        "on",
        "reasons",
        "rules",
        "sensitive",
        "state_secret",
        "turns_at",
        "unknown_references",
    )  # fmt: skip

    def __init__(self, act: Act, facts: Facts, rules: RuleSet, on: On, at: datetime) -> None:
        self.act = act
        self.facts = facts
        self.rules = rules
        self.on = on
        self.judged_at = at
        self.instant = act.time.astimezone(UTC)
        self.day: date = day_of(act.time)
        # set by ``of_class`` only
        self.classes: frozenset[str] = (
            frozenset()
        )  # only ``of_class`` sets it, together with ``sensitive`` and ``state_secret``
        self.sensitive = False
        self.state_secret = False
        self.level: str | None = None
        self.reasons: dict[Reason, RaisedReason] = {}
        self.cited: set[int] = set()
        self.unknown_references: set[str] = set()  # cited records and streams that the ledger does not hold
        self.doubtful_records: set[str] = set()  # cited records whose key is in doubt
        self.grant_version: int | None = None
        self.agreement: str | None = None
        self.agreement_version: int | None = None
        self.item_version: int | None = None
        self.turns_at: datetime | None = None

    def under(self, classes: frozenset[str], level: str | None) -> JudgementContext:
        """Return a context without reasons for the same act, with the information in these classes."""
        other = JudgementContext(self.act, self.facts, self.rules, self.on, self.judged_at)
        other.instant, other.day = self.instant, self.day  # a tracing instant must stay the tracing one
        other.doubtful_records = set(self.doubtful_records)
        other.of_class(classes, level)
        return other

    def of_class(self, classes: frozenset[str], level: str | None = None) -> None:
        """Set the class by which the information is judged."""
        self.classes, self.level = classes, level
        self.sensitive = is_sensitive(classes)
        self.state_secret = STATE_SECRET in classes

    def add(self, reason: Reason, params: Mapping[str, str] = NO_PARAMS, *, severity: Severity | None = None) -> None:
        """Raise a reason. Each reason is raised once; the first call decides its parameters."""
        if reason in self.reasons:
            return
        entry = CATALOGUE[reason]
        limb = entry.limb_on(self.on, sensitive=self.sensitive)
        self.reasons[reason] = RaisedReason(reason, severity or entry.severity, limb, params)

    def cite(self, fact: Fact, marks: Annotations) -> None:
        """Cite a fact. If the key behind it is in doubt, the judgement is in doubt too (5.4)."""
        self.cited.add(fact.index)
        if not self.facts.compromises or self.stood_by(fact.key, marks):
            return
        if self.doubtful(fact.by, fact.kid, fact.recorded_at):
            self.doubtful_records.add(f"{fact.by} {fact.id}")

    def stood_by(self, record: tuple[str, str], marks: Annotations) -> bool:
        """Return whether the signer reaffirmed the record with a key that is not itself in doubt."""
        word = marks.reaffirmed.get(record)
        return word is not None and not self.doubtful(word.by, word.kid, word.recorded_at)

    def doubtful(self, signer: str, kid: str, recorded_at: datetime) -> bool:
        """Return whether the record was signed between the key's compromise and its report."""
        party = self.facts.parties.get(signer) if self.facts.compromises else None
        key = party.keys.get(kid) if party is not None else None
        return key is not None and key.doubtful_at(recorded_at)

    def cite_backdated(self, facts: Iterable[Fact], marks: Annotations) -> None:
        """Cite facts recorded after the act with an earlier stated date.

        Each is in doubt until its signer reaffirms it. After that it raises a flag.
        """
        late = [fact for fact in facts if fact.recorded_at > self.instant]
        if not late:
            return
        reaffirmed = all(self.stood_by(fact.key, marks) for fact in late)
        records = {"records": ", ".join(f"{fact.by} {fact.id}" for fact in late)}
        self.add(Reason.BACKDATED, records, severity=Severity.FLAG if reaffirmed else Severity.UNDETERMINED)

    def passed(self, last_day: date) -> bool:
        """Return whether the day is over at ``judged_at``. If not, the end of the day becomes a candidate for
        ``turns_at``.
        """
        ends_at = end_of_term(last_day, self.rules.settings.end_of_day)
        if self.judged_at >= ends_at:
            return True
        self.turns_at = ends_at if self.turns_at is None else min(self.turns_at, ends_at)
        return False

    def has(self, *reasons: Reason) -> bool:
        """Return whether one of the reasons was raised."""
        return not self.reasons.keys().isdisjoint(reasons)

    def ordered(self) -> tuple[RaisedReason, ...]:
        """Return the reasons in the order of the catalogue."""
        if len(self.reasons) < 2:
            return tuple(self.reasons.values())
        return tuple(sorted(self.reasons.values(), key=lambda raised: ORDER[raised.reason]))

    def judged(self, verdict: Verdict | None, row: str | None, *, if_stricter: Verdict | None = None) -> Judgement:
        """Return the judgement from the collected reasons and cited facts."""
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
            relied_on=tuple(sorted(self.cited)),
            if_stricter=if_stricter,
            turns_at=self.turns_at,
            overlays=self.rules.overlays,
        )

    def find_item_version(self) -> None:
        """Note the version of the catalogue entry in force at the act."""
        item = self.facts.item
        version = item.version_at(self.instant) if item is not None else None
        self.item_version = version.version if version is not None else None


def limb_before_reclassification(then: RaisedReason | None, now: RaisedReason) -> Limb | None:
    """Return the limb of a reason that a later class raised or made severer.

    Limb c3 does not apply, because the class could not be known at the act (5.4).
    """
    if then is not None:
        return then.limb
    return None if now.limb == "c3" else now.limb
