"""Which rule sets are in force: those shipped, as the ruleset/ streams activated, changed or disabled them (A1, A35).

An activation says from when, where, with what rank and status a version holds. Its numbers and settings are those of
the shipped document whose digest it names; a digest that is not shipped here changes nothing but is told as unknown,
since nobody can judge by numbers he does not have. Only disabling needs none.

The founding record's rule set is in force without an event; whatever else is shipped waits for its activation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.events import (
    Event,
    NegotiationFailed,
    RequestApproved,
    RequestPartlyApproved,
    RequestRefused,
    RulesetActivated,
)
from domain.families.founding.events import FoundingRuleSet
from domain.judgement.corrections import corrected
from domain.judgement.facts import Facts
from domain.rules.rule_set import RuleSet, stacked
from domain.state import RulesetState
from domain.vocabulary.divisions import covers


@dataclass(frozen=True, slots=True)
class UnknownRules:
    """A version in force by the ledger's word whose contents are not among the shipped documents."""

    id: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class RulesetRegister:
    """``rule_sets``: the versions founded or activated, disabled ones too, with the dates and status that hold."""

    rule_sets: tuple[RuleSet, ...]
    unknown: tuple[UnknownRules, ...] = ()

    def in_force(self, day: date, division: str | None = None) -> tuple[RuleSet, ...]:
        """One version of each law, highest rank first. ``division`` None: those of any division.

        The newest version that holds on the day displaces the earlier ones, also when it is there to disable them.
        """
        newest: dict[str, RuleSet] = {}
        for rules in self.rule_sets:
            known = newest.get(rules.id)
            if rules.in_force(day) and _holds_in(rules, division) and (known is None or rules.version > known.version):
                newest[rules.id] = rules
        return tuple(sorted((each for each in newest.values() if each.enabled), key=_highest_first))

    def on(self, day: date, classes: frozenset[str], division: str | None = None) -> RuleSet:
        """The rule sets of a day, stacked. What is said to have happened before any was in force is judged by the
        first of them.
        """
        first = min(rules.effective_from for rules in self.rule_sets if rules.enabled)
        return stacked(self.in_force(max(day, first), division), classes=classes)


ANSWERS: Final[tuple[type[Event], ...]] = (RequestApproved, RequestPartlyApproved, RequestRefused, NegotiationFailed)


def binding_day(act: Act, facts: Facts) -> date:
    """By the rule set of which day an act is judged: procedure by that of the receipt, all else by the act's own.

    An answer given again after a determination is still an answer to the request as it was received (5.4).
    """
    received = facts.request.received_at if facts.request is not None else None
    return day_of(received if received is not None and isinstance(act.event, ANSWERS) else act.time)


def ruleset_register(
    states: Iterable[RulesetState], shipped: Iterable[RuleSet], founded: FoundingRuleSet | None = None
) -> RulesetRegister:
    """The register by the states of the ruleset/ streams. ``founded`` None: what is shipped as enabled holds."""
    documents = {rules.digest: rules for rules in shipped}
    versions = {(rules.id, rules.version): rules for rules in documents.values() if _needs_no_event(rules, founded)}
    unknown = []
    if founded is not None and founded.digest not in documents:
        unknown.append(UnknownRules(founded.id, founded.version, founded.digest))
    for state in states:
        for event in _standing(state):
            contents = _contents(state.id, event, documents)
            if contents is None:
                unknown.append(UnknownRules(state.id, event.version, event.digest))
            else:
                versions[state.id, event.version] = _activated(contents, event)
    return RulesetRegister(tuple(versions.values()), tuple(unknown))


def _needs_no_event(rules: RuleSet, founded: FoundingRuleSet | None) -> bool:
    return founded is None or (rules.id, rules.version) == (founded.id, founded.version)


def _standing(state: RulesetState) -> Iterable[RulesetActivated]:
    """The activations that their signer did not disown, with his corrections."""
    for event, fact in state.versions.values():
        if state.marks.stands(fact):
            yield corrected(event, fact.key, state.marks)


def _contents(id_: str, event: RulesetActivated, documents: Mapping[str, RuleSet]) -> RuleSet | None:
    document = documents.get(event.digest)
    if document is not None and document.id == id_:
        return document
    if event.status == "disabled":
        return next((rules for rules in documents.values() if rules.id == id_), None)
    return None


def _activated(contents: RuleSet, event: RulesetActivated) -> RuleSet:
    return replace(
        contents,
        version=event.version,
        effective_from=event.effective_from,
        effective_to=event.effective_to,
        divisions=event.divisions,
        rank=event.rank,
        text_status=event.text_status,
        status=event.status,
        digest=event.digest,
    )


def _holds_in(rules: RuleSet, division: str | None) -> bool:
    return division is None or not rules.divisions or any(covers(each, division) for each in rules.divisions)


def _highest_first(rules: RuleSet) -> tuple[int, str]:
    return -rules.rank, rules.id
