"""The rule sets in force: the bundled ones as the ruleset/ streams activated, changed or disabled them (A1, A35).

An activation states the dates, the divisions, the rank and the status of a version. Its numbers and settings are those
of the bundled document with the named digest. A digest that is not bundled changes nothing and is listed as unknown,
because its numbers are not known here. Disabling needs no document.

The rule set of the founding record is in force without an event. Any other bundled rule set waits for its activation.
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
    """A version that the ledger puts in force and whose document is not bundled."""

    id: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class RulesetRegister:
    """The rule sets of one log position.

    ``rule_sets``: the versions founded or activated, disabled ones too, with the dates and status in force.
    """

    rule_sets: tuple[RuleSet, ...]
    unknown: tuple[UnknownRules, ...] = ()

    def in_force(self, day: date, division: str | None = None) -> tuple[RuleSet, ...]:
        """Return one version of each law, highest rank first. ``division`` None: those of any division.

        The newest version in force on the day replaces the earlier ones, even if it disables the law.
        """
        newest: dict[str, RuleSet] = {}
        for rules in self.rule_sets:
            known = newest.get(rules.id)
            if rules.in_force(day) and _holds_in(rules, division) and (known is None or rules.version > known.version):
                newest[rules.id] = rules
        return tuple(sorted((each for each in newest.values() if each.enabled), key=_highest_first))

    def on(self, day: date, classes: frozenset[str], division: str | None = None) -> RuleSet:
        """Return the rule sets of a day, stacked. A day before the first rule set is judged by the first one."""
        first = min(rules.effective_from for rules in self.rule_sets if rules.enabled)
        return stacked(self.in_force(max(day, first), division), classes=classes)


ANSWERS: Final[tuple[type[Event], ...]] = (RequestApproved, RequestPartlyApproved, RequestRefused, NegotiationFailed)


def binding_day(act: Act, facts: Facts) -> date:
    """Return the day whose rule set judges an act: the day of receipt for procedure, the act's own day otherwise.

    An answer given again after a determination still answers the request as received (5.4).
    """
    received = facts.request.received_at if facts.request is not None else None
    return day_of(received if received is not None and isinstance(act.event, ANSWERS) else act.time)


def ruleset_register(
    states: Iterable[RulesetState], shipped: Iterable[RuleSet], founded: FoundingRuleSet | None = None
) -> RulesetRegister:
    """Build the register from the states of the ruleset/ streams.

    ``founded`` None: every bundled rule set that is enabled is in force.
    """
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
    """Return the activations that the signer did not disown, with its corrections."""
    for event, fact in state.versions.values():
        if state.marks.not_disowned(fact):
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
