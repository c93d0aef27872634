"""Reasons that arise from silence: a clock ran out and nothing was done. Each holds only after its last day (5.1).

These are functions of states and take no instant. Each silence carries the first instant at which it holds (``since``),
and the caller compares its own instant with it. A disowned record starts and stops no clock (5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.deadline import Deadline, response_clock, set_day, update_clock
from domain.events import RequestPartlyApproved, RequestRefused
from domain.families.item.state import InformationChange
from domain.judgement.refusal import CLAIMED_CLASS, grounds_of
from domain.judgement.responses import clock_stops, first_answer, late_by, share_type_at
from domain.judgement.verdict import RaisedReason
from domain.reasons.catalogue import CATALOGUE, On, Reason
from domain.rules.rule_set import RuleSet
from domain.state import DiscrepancyState, Fact, ItemState, PartyState, RequestState, start_of
from domain.vocabulary.codes import ShownClock
from domain.vocabulary.scopes import beyond
from domain.vocabulary.sensitivity import is_sensitive

RulesOf = Callable[[datetime], RuleSet]  # the rule set in force at an instant


@dataclass(frozen=True, slots=True)
class RunningDeadline:
    """A deadline with its starting and its stopping fact."""

    deadline: Deadline
    stream: str
    start: Fact
    clock: ShownClock
    stop: Fact | None

    @property
    def about(self) -> str:
        return about_clock(self.stream, self.clock, self.start.index)


@dataclass(frozen=True, slots=True)
class ExpiredDeadline:
    """A reason that rests on a clock and not on a judged act.

    ``since`` is the first instant at which it holds. ``evidence`` is the index of the entry that started the clock and
    of the one that stopped it too late.
    """

    raised: RaisedReason
    accused: str
    about: str
    evidence: tuple[int, ...]
    since: datetime
    clock: Deadline | None = None


def about_clock(stream: str, clock: str, started: int) -> str:
    """Return the name of the clock. ``started`` is the index of the entry that started it."""
    return f"clock {stream} {clock} {started}"


def response_of(
    request: RequestState, rules: RuleSet, calendar: WorkingCalendar, *, item: ItemState | None = None
) -> RunningDeadline | None:
    """The clock of Art. 18: from receipt to the first answer, agreement, failure or withdrawal (4.3, 4.4).

    ``rules`` are those of the day of receipt. ``item`` is the item at receipt and gives the share type.
    """
    receipt = request.receipt
    if receipt is None or not request.marks.not_disowned(receipt.fact):
        return None
    stop = min(clock_stops(request), key=lambda fact: fact.time, default=None)
    deadline = response_clock(
        receipt.fact.time,
        classes_of(request),
        rules,
        calendar,
        share_type=share_type_at(item, receipt.fact.time),
        answered_at=stop.time if stop is not None else None,
    )
    return RunningDeadline(deadline, f"request/{request.id}", receipt.fact, "RESPONSE", stop)


def classes_of(request: RequestState) -> frozenset[str]:
    """Return the union of the classes that both sides claim.

    A first refusal that claims a stricter class counts too (4.3).
    """
    claimed: set[str] = set()
    answer = first_answer(request)
    first = answer.event if answer is not None else None
    if isinstance(first, RequestRefused | RequestPartlyApproved):
        claimed |= {CLAIMED_CLASS[ground] for ground, _ in grounds_of(first) if ground in CLAIMED_CLASS}
    return request.classes | claimed


def unanswered(
    request: RequestState, rules: RuleSet, calendar: WorkingCalendar, *, item: ItemState | None = None
) -> tuple[ExpiredDeadline, ...]:
    """LATE_RESPONSE: no answer by the due date, whether it came later or not. Silence is no approval."""
    running = response_of(request, rules, calendar, item=item)
    if running is None or not _runs_out(running.deadline):
        return ()
    params, sensitive = late_by(running.deadline, rules), is_sensitive(classes_of(request))
    return (_run_out(running, Reason.LATE_RESPONSE, On.RESPONSE, request.provider, params, sensitive=sensitive),)


def ruling_of(request: RequestState, rules: RuleSet) -> RunningDeadline | None:
    """The clock of a ruling to share: the provider approves the whole scope by the ruling's day (A13 ¶1)."""
    ruling = request.ruling
    if ruling is None or not ruling.event.share or ruling.event.comply_by is None:
        return None
    if not request.marks.not_disowned(ruling.fact):
        return None
    ruled_scope = ruling.event.scope
    enough = (
        each.fact
        for each in request.responses
        if each.scope is not None and (ruled_scope is None or not beyond(ruled_scope, each.scope))
        if each.fact.index > ruling.fact.index and request.marks.not_disowned(each.fact)
    )
    met = min(enough, key=lambda fact: fact.time, default=None)
    met_at = met.time if met is not None else None
    deadline = set_day("RULING", ruling.fact.time, ruling.event.comply_by, rules, met_at=met_at)
    return RunningDeadline(deadline, f"request/{request.id}", ruling.fact, "RULING", met)


def ruling_ignored(request: RequestState, rules: RuleSet) -> tuple[ExpiredDeadline, ...]:
    """RULING_IGNORED: by ``comply_by`` the provider has not approved, or has approved a narrower scope (A13 ¶1)."""
    running = ruling_of(request, rules)
    if running is None or not _runs_out(running.deadline):
        return ()
    sensitive = is_sensitive(request.classes)
    return (_run_out(running, Reason.RULING_IGNORED, On.RESPONSE, request.provider, {}, sensitive=sensitive),)


def update_of(
    item: ItemState, change: InformationChange, rules_of: RulesOf, calendar: WorkingCalendar
) -> RunningDeadline | None:
    """The clock of Art. 15 for a notified change (4.10)."""
    if not item.marks.not_disowned(change.fact):
        return None
    updated = change.updated if change.updated is not None and item.marks.not_disowned(change.updated) else None
    return _update(item, change.fact, change.fact.time, rules_of, calendar, updated)


def proved_updates_of(
    item: ItemState, discrepancies: Iterable[DiscrepancyState], rules_of: RulesOf, calendar: WorkingCalendar
) -> tuple[RunningDeadline, ...]:
    """The clocks of changes without notice, from the earliest day on which a discrepancy proves them (4.10)."""
    return tuple(
        _update(item, fact, changed_at, rules_of, calendar, _carried(item, changed_at))
        for fact, changed_at in _proved(discrepancies)
    )


def _proved(discrepancies: Iterable[DiscrepancyState]) -> Iterator[tuple[Fact, datetime]]:
    """Yield the changes that discrepancies prove. A discrepancy proves a change if the source is wrong."""
    for discrepancy in discrepancies:
        for event, fact in discrepancy.verifications:
            if event.result in ("SOURCE_WRONG", "BOTH_WRONG") and discrepancy.marks.not_disowned(fact):
                proved = event.change_proved_on
                yield fact, start_of(proved) if proved is not None else discrepancy.fact.time
                break


def _carried(item: ItemState, changed_at: datetime) -> Fact | None:
    """Return the first update after the change. It carried the change; later updates do not matter."""
    since = (each for each in item.updates if each.time >= changed_at and item.marks.not_disowned(each))
    return min(since, key=lambda fact: fact.time, default=None)


def _update(
    item: ItemState,
    start: Fact,
    changed_at: datetime,
    rules_of: RulesOf,
    calendar: WorkingCalendar,
    updated: Fact | None,
) -> RunningDeadline:
    met_at = updated.time if updated is not None else None
    deadline = update_clock(changed_at, rules_of(changed_at), calendar, updated_at=met_at)
    return RunningDeadline(deadline, f"item/{item.item}", start, "UPDATE", updated)


def not_updated(clocks: Iterable[RunningDeadline | None]) -> tuple[ExpiredDeadline, ...]:
    """LATE_UPDATE: no update within 20 working days of the change (A15 ¶2)."""
    return tuple(
        _run_out(
            running,
            Reason.LATE_UPDATE,
            On.RECORD,
            running.start.by,
            {"change": f"{running.start.by} {running.start.id}"},
            sensitive=False,
        )
        for running in clocks
        if running is not None and _runs_out(running.deadline)
    )


def recollected(party: PartyState, items: Iterable[ItemState]) -> tuple[ExpiredDeadline, ...]:
    """RECOLLECTED: an organ collected data that the catalogue offered then, and no statute exempts it (A11 ¶1)."""
    offered = {item.item: item for item in items}
    return tuple(
        ExpiredDeadline(
            _raise(Reason.RECOLLECTED, On.RECORD, {"datum": each.item}, sensitive=False),
            party.uscc,
            f"act {each.fact.by} {each.fact.id}",
            (each.fact.index,),
            each.fact.time,
        )
        for each in party.declarations.values()
        if each.item in offered
        and (each.exempted is None or not party.marks.not_disowned(each.exempted))
        and party.marks.not_disowned(each.fact)
        and offered[each.item].offered_at(each.fact.time)
    )


def _runs_out(deadline: Deadline) -> bool:
    """Return whether the clock has a last day and was not stopped by then."""
    return deadline.ends_at is not None and (deadline.met_at is None or deadline.late(deadline.met_at))


def _run_out(
    running: RunningDeadline, reason: Reason, on: On, accused: str, params: dict[str, str], *, sensitive: bool
) -> ExpiredDeadline:
    deadline = running.deadline
    assert deadline.due is not None
    assert deadline.ends_at is not None
    raised = _raise(reason, on, params | {"due": deadline.due.latest.isoformat()}, sensitive=sensitive)
    evidence = tuple(fact.index for fact in (running.start, running.stop) if fact is not None)
    return ExpiredDeadline(raised, accused, running.about, evidence, deadline.ends_at, deadline)


def _raise(reason: Reason, on: On, params: dict[str, str], *, sensitive: bool) -> RaisedReason:
    entry = CATALOGUE[reason]
    return RaisedReason(reason, entry.severity, entry.limb_on(on, sensitive=sensitive), params)
