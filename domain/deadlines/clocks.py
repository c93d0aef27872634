"""The clocks that run in a stream: starting fact, responsible organ, rule set, stopping fact.

The clocks are those of law 10.2, and the comply-by day of a ruling. Each clock runs by the rule set in force at its
start (for a request: at receipt). It counts by the calendar of the responsible organ's division. A disowned fact starts
no clock and stops none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from domain.deadlines.calendar import WorkingCalendar, day_of
from domain.deadlines.deadline import Deadline, answer_again_clock, filing_clock, review_clock
from domain.deadlines.expiry import RunningDeadline, classes_of, response_of, ruling_of
from domain.events import RequestPartlyApproved, RequestRefused
from domain.facts import NOTHING
from domain.families.request.review.state import Review
from domain.families.request.state import Response
from domain.judgement.refusal import CLAIMED_CLASS, grounds_of
from domain.rules.rule_set import ReviewTerms, RuleSet
from domain.state import DisputeState, Fact, ItemState, RequestState
from domain.vocabulary.sensitivity import is_sensitive

# These results open a refused answer again: the class is not made out, or not for all fields (5.4).
NOT_OF_THE_CLASS: Final = frozenset({"NOT_STATE_SECRET", "IS_NOT", "PARTLY"})

ClockKey = tuple[str, str]  # signer and record id


class Law(Protocol):
    """The rule sets of a day and the calendar of an organ's division on that day, at one log position."""

    def rules_on(self, day: date, classes: frozenset[str], organ: str) -> RuleSet:
        """Return the rule sets of the day in the organ's division, stacked for these classes."""
        ...

    def calendar_of(self, organ: str, day: date) -> WorkingCalendar:
        """Return the calendar of the organ's division on the day."""
        ...

    def review_terms(self) -> ReviewTerms:
        """Return the terms of a secrecy review."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineOfOrgan:
    """A deadline, its starting fact, the responsible organ, and the rule set that judges it."""

    deadline: Deadline
    stream: str
    start: Fact
    responsible: str
    rules: RuleSet


def deadline_of_organ(running: RunningDeadline, responsible: str, rules: RuleSet) -> DeadlineOfOrgan:
    """Return the clock with its deadline, start and responsible organ."""
    return DeadlineOfOrgan(
        deadline=running.deadline, stream=running.stream, start=running.start, responsible=responsible, rules=rules
    )


def clocks_of_request(
    request: RequestState,
    law: Law,
    *,
    item: ItemState | None = None,
    disputes: Iterable[DisputeState] = (),
    reopeners: Mapping[ClockKey, Fact] = NOTHING,
) -> Iterator[DeadlineOfOrgan]:
    """Yield the clocks of a request.

    ``item`` is the requested item. ``disputes`` concern the request. ``reopeners`` are the facts that its answers cite.
    """
    # The rule set of the receipt governs procedure (5.4). The rule set of its own day governs a ruling.
    day = day_of(request.received_at or request.fact.time)
    rules = law.rules_on(day, classes_of(request), request.provider)
    calendar = law.calendar_of(request.provider, day)
    response = response_of(request, rules, calendar, item=item)
    if response is not None:
        yield deadline_of_organ(response, request.provider, rules)
    yield from _filings(request, rules, calendar)
    yield from _answers_again(request, rules, calendar, {**_reopened(request, disputes), **reopeners})
    if request.ruling is not None:
        ruled = law.rules_on(day_of(request.ruling.fact.time), classes_of(request), request.provider)
        ruling = ruling_of(request, ruled)
        if ruling is not None:
            yield deadline_of_organ(ruling, request.provider, ruled)
    for review in request.reviews.values():
        yield from _reviews(request, review, rules, law)


def _filings(request: RequestState, rules: RuleSet, calendar: WorkingCalendar) -> Iterator[DeadlineOfOrgan]:
    """Yield the filing clock of each refusal of sensitive information (A18 ¶2).

    A refusal that was answered again needs no filing.
    """
    answers = _standing(request)
    for place, answer in enumerate(answers):
        if not answer.refuses or not is_sensitive(request.classes | _claimed(answer)):
            continue
        ends = [each.fact for each in answers[place + 1 : place + 2]]
        if answer.filing is not None:
            ends.append(answer.filing.fact)
        met = min((fact.time for fact in ends if request.marks.not_disowned(fact)), default=None)
        deadline = filing_clock(answer.fact.time, rules, calendar, filed_at=met)
        yield _of_request(request, deadline, answer.fact, rules)


def _answers_again(
    request: RequestState, rules: RuleSet, calendar: WorkingCalendar, openers: Mapping[ClockKey, Fact]
) -> Iterator[DeadlineOfOrgan]:
    """Yield the clock of each answer that is due again, because its refusal was reopened (4.3).

    The term is a setting.
    """
    for key, opener in openers.items():
        again = (
            each.fact.time
            for each in _standing(request)
            if each.fact.index > opener.index
            or (each.reopened_by is not None and (each.reopened_by.by, each.reopened_by.id) == key)
        )
        deadline = answer_again_clock(opener.time, rules, calendar, answered_at=min(again, default=None))
        yield _of_request(request, deadline, opener, rules)


def _reopened(request: RequestState, disputes: Iterable[DisputeState]) -> dict[ClockKey, Fact]:
    """Return the determinations and outcomes that deny the class on which the refusal rested."""
    reopenings: dict[ClockKey, Fact] = {}
    for dispute in disputes:
        decisions: list[tuple[str, Fact]] = [(event.result, fact) for event, fact in dispute.determinations]
        if dispute.outcome is not None:
            decisions.append((dispute.outcome[0].outcome, dispute.outcome[1]))
        for result, fact in decisions:
            before = [each for each in _standing(request) if each.fact.index < fact.index]
            refused = bool(before) and dispute.opened.claimed_class in _claimed(before[-1])
            if refused and result in NOT_OF_THE_CLASS and dispute.marks.not_disowned(fact):
                reopenings[fact.key] = fact
    return reopenings


def _reviews(request: RequestState, review: Review, rules: RuleSet, law: Law) -> Iterator[DeadlineOfOrgan]:
    """Yield the two clocks of an unclear item: the report, and the decision on it (4.5).

    Both clocks name the organ of the review.
    """
    unclear, escalated, concluded = review.unclear, review.escalated, review.concluded
    if unclear is None or not request.marks.not_disowned(unclear):
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
) -> DeadlineOfOrgan:
    stream, whose = f"request/{request.id}", responsible or request.provider
    return DeadlineOfOrgan(deadline=deadline, stream=stream, start=start, responsible=whose, rules=rules)


def _standing(request: RequestState) -> tuple[Response, ...]:
    return tuple(each for each in request.responses if request.marks.not_disowned(each.fact))


def _claimed(response: Response) -> frozenset[str]:
    """Return the classes that the response's grounds claim. A work secret makes no request sensitive (4)."""
    event = response.event
    if not isinstance(event, RequestRefused | RequestPartlyApproved):
        return frozenset()
    return frozenset(CLAIMED_CLASS[ground] for ground, _ in grounds_of(event) if ground in CLAIMED_CLASS)
