"""What arises from silence: clocks that ran out with nothing done. Each holds only after its last day (5.1).

Functions of states and an instant ``at``; the projections keep the deadlines and ask at the time of the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import WorkingCalendar
from domain.codes import Clock
from domain.deadlines import Deadline, end_of_term, response_clock, update_clock
from domain.events import RequestPartlyApproved, RequestRefused
from domain.judgement.refusal import CLAIMED_CLASS, grounds_of
from domain.judgement.responses import clock_stops, late_by, share_type_at
from domain.judgement.verdicts import Raised
from domain.reasons import CATALOGUE, On, Reason
from domain.rulesets import RuleSet
from domain.scopes import beyond
from domain.sensitivity import is_sensitive
from domain.states import DiscrepancyState, Fact, ItemState, PartyState, RequestState, start_of


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline and the fact that started it."""

    deadline: Deadline
    stream: str
    start: Fact
    clock: Clock

    @property
    def about(self) -> str:
        return about_clock(self.stream, self.clock, self.start)


@dataclass(frozen=True, slots=True)
class Silence:
    """A reason that stands on a clock, not on an act."""

    raised: Raised
    accused: str
    about: str
    evidence: tuple[int, ...]


def about_clock(stream: str, clock: str, start: Fact) -> str:
    return f"clock {stream} {clock} {start.index}"


def response_of(
    request: RequestState, rules: RuleSet, calendar: WorkingCalendar, *, item: ItemState | None = None
) -> Running | None:
    """The clock of Art. 18: from receipt to the first answer, or to agreement, failure or withdrawal (4.3, 4.4).

    ``rules`` are those of the day of receipt; ``item`` the one received for, which says how it is shared.
    """
    receipt = request.receipt
    if receipt is None:
        return None
    stops = sorted(fact.time for fact in clock_stops(request))
    deadline = response_clock(
        receipt.fact.time,
        classes_of(request),
        rules,
        calendar,
        share_type=share_type_at(item, receipt.fact.time),
        answered_at=stops[0] if stops else None,
    )
    return Running(deadline, f"request/{request.id}", receipt.fact, "RESPONSE")


def classes_of(request: RequestState) -> frozenset[str]:
    """The stricter of what both claim; a first refusal that claims a stricter class counts too (4.3)."""
    claimed: set[str] = set()
    first = request.responses[0].event if request.responses else None
    if isinstance(first, RequestRefused | RequestPartlyApproved):
        claimed |= {CLAIMED_CLASS[ground] for ground, _ in grounds_of(first) if ground in CLAIMED_CLASS}
    return request.classes | claimed


def unanswered(
    request: RequestState, rules: RuleSet, calendar: WorkingCalendar, *, at: datetime, item: ItemState | None = None
) -> tuple[Silence, ...]:
    """LATE_RESPONSE: not answered by the due date, still open or answered after it. Silence is no approval."""
    running = response_of(request, rules, calendar, item=item)
    if running is None or not running.deadline.late(at):
        return ()
    params = late_by(running.deadline, rules)
    raised = _raise(Reason.LATE_RESPONSE, On.RESPONSE, params, sensitive=is_sensitive(classes_of(request)))
    return (Silence(raised, request.provider, running.about, (running.start.index,)),)


def ruling_ignored(request: RequestState, rules: RuleSet, *, at: datetime) -> tuple[Silence, ...]:
    """RULING_IGNORED: by the ruling's ``comply_by`` the provider has not approved, or more narrowly (A13 ¶1)."""
    ruling = request.ruling
    if ruling is None or not ruling.event.share or ruling.event.comply_by is None:
        return ()
    ends_at = end_of_term(ruling.event.comply_by, rules.settings.end_of_day)
    if at < ends_at:
        return ()
    wanted = ruling.event.scope
    for response in request.responses:
        enough = response.scope is not None and (wanted is None or not beyond(wanted, response.scope))
        if enough and response.fact.index > ruling.fact.index and response.fact.time < ends_at:
            return ()
    due = {"due": ruling.event.comply_by.isoformat()}
    raised = _raise(Reason.RULING_IGNORED, On.RESPONSE, due, sensitive=is_sensitive(request.classes))
    about = about_clock(f"request/{request.id}", "RULING", ruling.fact)
    return (Silence(raised, request.provider, about, (ruling.fact.index,)),)


def updates_of(
    item: ItemState, discrepancies: Iterable[DiscrepancyState], rules: RuleSet, calendar: WorkingCalendar
) -> tuple[Running, ...]:
    """The clocks of Art. 15: each change, from the earliest day on which it is proved (4.10)."""
    stream = f"item/{item.item}"
    running = [
        _update(stream, change.fact, change.fact.time, rules, calendar, change.updated) for change in item.changes
    ]
    for fact, changed_at in _proved(discrepancies):
        updated = item.last_update
        carried = updated if updated is not None and updated.time >= changed_at else None
        running.append(_update(stream, fact, changed_at, rules, calendar, carried))
    return tuple(running)


def _proved(discrepancies: Iterable[DiscrepancyState]) -> Iterator[tuple[Fact, datetime]]:
    """A discrepancy that shows the source to be wrong proves a change that nobody notified."""
    for discrepancy in discrepancies:
        for event, fact in discrepancy.verifications:
            if event.result in ("SOURCE_WRONG", "BOTH_WRONG"):
                proved = event.change_proved_on
                yield fact, start_of(proved) if proved is not None else discrepancy.fact.time
                break


def _update(
    stream: str, start: Fact, changed_at: datetime, rules: RuleSet, calendar: WorkingCalendar, updated: Fact | None
) -> Running:
    deadline = update_clock(changed_at, rules, calendar, updated_at=updated.time if updated is not None else None)
    return Running(deadline, stream, start, "UPDATE")


def not_updated(
    item: ItemState,
    discrepancies: Iterable[DiscrepancyState],
    rules: RuleSet,
    calendar: WorkingCalendar,
    *,
    at: datetime,
) -> tuple[Silence, ...]:
    """LATE_UPDATE: not updated within 20 working days of the change (A15 ¶2)."""
    found = []
    for running in updates_of(item, discrepancies, rules, calendar):
        deadline = running.deadline
        if deadline.due is not None and deadline.late(at):
            params = {"change": f"{running.start.by} {running.start.id}", "due": deadline.due.latest.isoformat()}
            raised = _raise(Reason.LATE_UPDATE, On.RECORD, params, sensitive=False)
            found.append(Silence(raised, running.start.by, running.about, (running.start.index,)))
    return tuple(found)


def recollected(party: PartyState, *, offered: Iterable[str]) -> tuple[Silence, ...]:
    """RECOLLECTED: a collection declared for what the catalogue offers, without a statute that exempts it (A11 ¶1)."""
    items = frozenset(offered)
    return tuple(
        Silence(
            _raise(Reason.RECOLLECTED, On.RECORD, {"datum": each.item or each.declaration_id}, sensitive=False),
            party.uscc,
            f"act {each.fact.by} {each.fact.id}",
            (each.fact.index,),
        )
        for each in party.declarations.values()
        if each.exempted is None and each.item in items
    )


def _raise(reason: Reason, on: On, params: dict[str, str], *, sensitive: bool) -> Raised:
    entry = CATALOGUE[reason]
    return Raised(reason, entry.severity, entry.limb_on(on, sensitive=sensitive), params)
