"""Every clock that runs in a stream: the fact that started it, whose it is, by which law it runs, what stopped it.

The clocks are those of 10.2, and a ruling's comply-by day, which is shown with them. Each runs by the rule set in force
at its start (of a request: at receipt) and by the calendar of the division of the organ whose clock it is. A fact that
its signer disowned starts none and stops none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from domain.deadlines.calendar import WorkingCalendar, day_of
from domain.deadlines.deadline import Deadline, answer_again_clock, filing_clock, review_clock
from domain.deadlines.expiry import Running, classes_of, response_of, ruling_of
from domain.events import RequestPartlyApproved, RequestRefused
from domain.facts import NOTHING
from domain.families.request.review.state import Review
from domain.families.request.state import Response
from domain.judgement.refusal import CLAIMED_CLASS, grounds_of
from domain.rules.rule_set import ReviewTerms, RuleSet
from domain.state import DisputeState, Fact, ItemState, RequestState
from domain.vocabulary.sensitivity import is_sensitive

# What an answer refused is open again once the class is not made out, or not of all fields (5.4).
NOT_OF_THE_CLASS: Final = frozenset({"NOT_STATE_SECRET", "IS_NOT", "PARTLY"})

Key = tuple[str, str]  # signer and record id


class Law(Protocol):
    """The rule sets in force on a day, and the working days, where an organ stood on that day; as known at one point of
    the log.
    """

    def rules_on(self, day: date, classes: frozenset[str], organ: str) -> RuleSet: ...
    def calendar_of(self, organ: str, day: date) -> WorkingCalendar: ...
    def review_terms(self) -> ReviewTerms: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """A deadline, the fact that started it, the organ that has to act by it, and the rule set that judges it."""

    deadline: Deadline
    stream: str
    start: Fact
    responsible: str
    rules: RuleSet


def clocked(running: Running, responsible: str, rules: RuleSet) -> Clocked:
    return Clocked(
        deadline=running.deadline, stream=running.stream, start=running.start, responsible=responsible, rules=rules
    )


def clocks_of_request(
    request: RequestState,
    law: Law,
    *,
    item: ItemState | None = None,
    disputes: Iterable[DisputeState] = (),
    reopeners: Mapping[Key, Fact] = NOTHING,
) -> Iterator[Clocked]:
    """The clocks of a request. ``item`` is what is asked for, ``disputes`` concern the request, ``reopeners`` are the
    facts that its answers cite.
    """
    # Procedure goes by the rule set of the receipt (5.4), a ruling by that of its own day.
    day = day_of(request.received_at or request.fact.time)
    rules = law.rules_on(day, classes_of(request), request.provider)
    calendar = law.calendar_of(request.provider, day)
    response = response_of(request, rules, calendar, item=item)
    if response is not None:
        yield clocked(response, request.provider, rules)
    yield from _filings(request, rules, calendar)
    yield from _answers_again(request, rules, calendar, {**_reopened(request, disputes), **reopeners})
    if request.ruling is not None:
        ruled = law.rules_on(day_of(request.ruling.fact.time), classes_of(request), request.provider)
        ruling = ruling_of(request, ruled)
        if ruling is not None:
            yield clocked(ruling, request.provider, ruled)
    for review in request.reviews.values():
        yield from _reviews(request, review, rules, law)


def _filings(request: RequestState, rules: RuleSet, calendar: WorkingCalendar) -> Iterator[Clocked]:
    """A18 ¶2: what was refused of sensitive information is filed. An answer given again leaves nothing to be filed."""
    answers = _standing(request)
    for place, answer in enumerate(answers):
        if not answer.refuses or not is_sensitive(request.classes | _claimed(answer)):
            continue
        ends = [each.fact for each in answers[place + 1 : place + 2]]
        if answer.filing is not None:
            ends.append(answer.filing.fact)
        met = min((fact.time for fact in ends if request.marks.stands(fact)), default=None)
        deadline = filing_clock(answer.fact.time, rules, calendar, filed_at=met)
        yield _of_request(request, deadline, answer.fact, rules)


def _answers_again(
    request: RequestState, rules: RuleSet, calendar: WorkingCalendar, openers: Mapping[Key, Fact]
) -> Iterator[Clocked]:
    """The provider answers again once what it refused is open again; the term is a setting (4.3)."""
    for key, opener in openers.items():
        again = (
            each.fact.time
            for each in _standing(request)
            if each.fact.index > opener.index
            or (each.reopened_by is not None and (each.reopened_by.by, each.reopened_by.id) == key)
        )
        deadline = answer_again_clock(opener.time, rules, calendar, answered_at=min(again, default=None))
        yield _of_request(request, deadline, opener, rules)


def _reopened(request: RequestState, disputes: Iterable[DisputeState]) -> dict[Key, Fact]:
    """Determinations and outcomes that do not bear out the class for which the request was refused."""
    found: dict[Key, Fact] = {}
    for dispute in disputes:
        decisions: list[tuple[str, Fact]] = [(event.result, fact) for event, fact in dispute.determinations]
        if dispute.outcome is not None:
            decisions.append((dispute.outcome[0].outcome, dispute.outcome[1]))
        for result, fact in decisions:
            before = [each for each in _standing(request) if each.fact.index < fact.index]
            refused = bool(before) and dispute.opened.claimed_class in _claimed(before[-1])
            if refused and result in NOT_OF_THE_CLASS and dispute.marks.stands(fact):
                found[fact.key] = fact
    return found


def _reviews(request: RequestState, review: Review, rules: RuleSet, law: Law) -> Iterator[Clocked]:
    """4.5: an unclear item is reported, and then decided on. The review's organ is shown for both terms."""
    unclear, escalated, concluded = review.unclear, review.escalated, review.concluded
    if unclear is None or not request.marks.stands(unclear):
        return
    calendar = law.calendar_of(review.organ, day_of(unclear.time))
    report, decision = law.review_terms().on(day_of(unclear.time))
    reported_at = escalated.time if escalated is not None else None
    deadline = review_clock("REVIEW_REPORT", unclear.time, report, rules, calendar, met_at=reported_at)
    yield _of_request(request, deadline, unclear, rules, responsible=review.organ)
    if escalated is None:
        return
    decided = concluded is not None and concluded.index > escalated.index
    decided_at = concluded.time if concluded is not None and decided else None
    deadline = review_clock("REVIEW_DECISION", escalated.time, decision, rules, calendar, met_at=decided_at)
    yield _of_request(request, deadline, escalated, rules, responsible=review.organ)


def _of_request(
    request: RequestState, deadline: Deadline, start: Fact, rules: RuleSet, *, responsible: str | None = None
) -> Clocked:
    stream, whose = f"request/{request.id}", responsible or request.provider
    return Clocked(deadline=deadline, stream=stream, start=start, responsible=whose, rules=rules)


def _standing(request: RequestState) -> tuple[Response, ...]:
    return tuple(each for each in request.responses if request.marks.stands(each.fact))


def _claimed(response: Response) -> frozenset[str]:
    """The classes that its grounds claim; a work secret is none that makes a request sensitive (4)."""
    event = response.event
    if not isinstance(event, RequestRefused | RequestPartlyApproved):
        return frozenset()
    return frozenset(CLAIMED_CLASS[ground] for ground, _ in grounds_of(event) if ground in CLAIMED_CLASS)
