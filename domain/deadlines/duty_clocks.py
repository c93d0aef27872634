"""The clocks outside requests: updates (A15), statistics (A14 ¶3), orders to correct (A33)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial

from domain.deadlines.calendar import WorkingCalendar, day_of, month_end
from domain.deadlines.clocks import DeadlineOfOrgan, Law, deadline_of_organ
from domain.deadlines.deadline import set_day, statistics_clock
from domain.deadlines.expiry import RulesOf, RunningDeadline, proved_updates_of, update_of
from domain.families.item.state import InformationChange
from domain.rules.rule_set import RuleSet
from domain.state import DiscrepancyState, Fact, ItemState, StatisticsState, ViolationState


def clocks_of_item(
    item: ItemState,
    discrepancies: Iterable[DiscrepancyState],
    law: Law,
    *,
    changes: Iterable[InformationChange] | None = None,
) -> Iterator[DeadlineOfOrgan]:
    """Yield the clocks of Art. 15: one per notified change, and one per change that a discrepancy proves (4.10).

    ``changes`` limits the notified changes to these.
    """
    for change in item.changes if changes is None else changes:
        yield from _updates(item, change.fact, law, partial(_notified, item, change))
    for discrepancy in discrepancies:
        for _, fact in discrepancy.verifications[:1]:
            yield from _updates(item, fact, law, partial(proved_updates_of, item, (discrepancy,)))


def _notified(
    item: ItemState, change: InformationChange, rules_of: RulesOf, calendar: WorkingCalendar
) -> tuple[RunningDeadline, ...]:
    running = update_of(item, change, rules_of, calendar)
    return () if running is None else (running,)


def _updates(
    item: ItemState, stated: Fact, law: Law, of: Callable[[RulesOf, WorkingCalendar], tuple[RunningDeadline, ...]]
) -> Iterator[DeadlineOfOrgan]:
    def rules_of(instant: datetime) -> RuleSet:
        classification = item.classification_at(instant)
        classes = classification.classes if classification is not None else frozenset()
        return law.rules_on(day_of(instant), classes, stated.by)

    for running in of(rules_of, law.calendar_of(stated.by, day_of(stated.time))):
        yield deadline_of_organ(running, stated.by, rules_of(running.deadline.started_at))


def clock_of_order(violation: ViolationState, law: Law) -> DeadlineOfOrgan | None:
    """The limit of an order to correct (A33). A report meets it, unless rejected; closing the file meets it too."""
    order = violation.order
    if order is None or not violation.marks.not_disowned(order.fact):
        return None
    reports = [each for each in violation.reports if each.fact.index > order.fact.index]
    ends = [each.fact for each in reports[-1:] if each.rejected is None]
    if violation.closed is not None:
        ends.append(violation.closed)
    met = min((fact.time for fact in ends if violation.marks.not_disowned(fact)), default=None)
    rules = law.rules_on(day_of(order.fact.time), frozenset(), violation.accused)
    deadline = set_day("CORRECTION", order.fact.time, order.limit, rules, met_at=met)
    stream = f"violation/{violation.id}"
    return DeadlineOfOrgan(
        deadline=deadline, stream=stream, start=order.fact, responsible=violation.accused, rules=rules
    )


def clocks_of_statistics(
    provider: str, deliveries: Iterable[Fact], filed: StatisticsState | None, law: Law
) -> Iterator[DeadlineOfOrgan]:
    """Yield one clock per calendar month with deliveries outside the platform (A14 ¶3), from the first such month.

    ``deliveries`` contains at least the first delivery of each day. A clock is met when filings cover each of these
    days.
    """
    months: dict[date, list[Fact]] = {}
    for fact in sorted(deliveries, key=lambda each: each.index):
        months.setdefault(month_end(day_of(fact.time)), []).append(fact)
    for end, facts in months.items():
        covered = [_covered(day_of(fact.time), filed) for fact in facts]
        known = [instant for instant in covered if instant is not None]
        met = max(known) if len(known) == len(covered) else None
        rules = law.rules_on(end, frozenset(), provider)
        deadline = statistics_clock(end, rules, law.calendar_of(provider, end), filed_at=met)
        stream = f"statistics/{provider}"
        yield DeadlineOfOrgan(deadline=deadline, stream=stream, start=facts[0], responsible=provider, rules=rules)


def _covered(day: date, filed: StatisticsState | None) -> datetime | None:
    """Return the instant of the first filing whose period contains the day."""
    for event, fact in filed.filings if filed is not None else ():
        if event.period.from_ <= day <= event.period.to and filed is not None and filed.marks.not_disowned(fact):
            return fact.time
    return None
