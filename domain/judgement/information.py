"""The information of an act: its class, open disputes, updates and discrepancies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.deadlines.deadline import update_clock
from domain.families.item.state import Classification
from domain.judgement.context import JudgementContext
from domain.reasons.catalogue import On, Reason
from domain.state import DisputeState
from domain.vocabulary.sensitivity import became_stricter, rank

NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Classed:
    """The class of the information.

    ``then`` is the class as known at the act. ``now`` is the class by all classifications. ``disputed`` are the
    disputes open at the act. ``later`` is the stricter classification that followed.
    """

    then: Classification | None
    now: Classification | None
    later: Classification | None
    disputed: tuple[DisputeState, ...]

    def classes(self, context: JudgementContext) -> tuple[frozenset[str], str | None]:
        """Return classes and level by all classifications."""
        return _of(self.now, context)

    def classes_then(self, context: JudgementContext) -> tuple[frozenset[str], str | None]:
        """Return classes and level as known at the act."""
        return _of(self.then, context)

    def undisputed(self, context: JudgementContext) -> tuple[frozenset[str], str | None]:
        """Return the class in force without the disputed one. The tables for use start from it (5.3)."""
        classes, level = self.classes(context)
        if not self.disputed:
            return classes, level
        return classes.difference(dispute.opened.claimed_class for dispute in self.disputed), level

    def strictest(self, context: JudgementContext) -> tuple[frozenset[str], str | None]:
        """Return the interim class while a dispute is open (4.9): the union of both sides' claims."""
        classes, level = self.classes(context)
        levels = (level, *(dispute.opened.level for dispute in self.disputed))
        return classes.union(dispute.opened.claimed_class for dispute in self.disputed), max(levels, key=rank)


def _of(classification: Classification | None, context: JudgementContext) -> tuple[frozenset[str], str | None]:
    if classification is not None:
        return classification.classes, classification.level
    # Without a classification the item has the classes that the two organs stated (4.3).
    request = context.facts.request
    return (request.classes if request is not None else NONE), None


def classify(context: JudgementContext) -> Classed:
    """Return the last classification whose ``from`` is not after the act. A later finding of a class reaches back."""
    item = context.facts.item
    disputes = context.facts.disputes
    open_now = tuple(each for each in disputes if each.open_at(context.instant) and each.marks.not_disowned(each.fact))
    if item is None or not item.classifications:
        return Classed(None, None, None, open_now)
    then = now = None
    afterwards: list[Classification] = []
    for each in item.classifications:
        if not item.marks.not_disowned(each.fact):
            continue
        begun, known = each.from_ <= context.day, each.fact.recorded_at <= context.instant
        if begun and known:
            then = each
        if begun or (each.cause is not None and _stricter(now, each)):
            now = each
        if not (begun and known):
            afterwards.append(each)
    if now is not None:
        context.cite(now.fact, item.marks)
    # 5.4 excuses the act because the class became stricter after it, whether or not it was declassified since.
    later = next((each for each in reversed(afterwards) if _stricter(then, each)), None)
    return Classed(then or now, now, later, open_now)


def _stricter(before: Classification | None, after: Classification) -> bool:
    return before is not None and became_stricter(before.classes, before.level, after.classes, after.level)


def check_information(context: JudgementContext, classed: Classed) -> None:
    """CLASSIFICATION_DISPUTED, RECLASSIFIED_LATER, STALE_INFORMATION, DISCREPANCY_OPEN."""
    if classed.disputed and context.on is not On.DELIVERY:
        context.add(Reason.CLASSIFICATION_DISPUTED, {"disputes": ", ".join(each.id for each in classed.disputed)})
    for dispute in classed.disputed:
        context.cite(dispute.fact, dispute.marks)
    if classed.later is not None:
        context.add(Reason.RECLASSIFIED_LATER, {"classes": ", ".join(sorted(classed.later.classes))})
        context.cited.add(classed.later.fact.index)
    if context.on is not On.RELEASE:
        _check_up_to_date(context)
    if context.on is On.USE:
        _check_discrepancies(context)


def _check_up_to_date(context: JudgementContext) -> None:
    item = context.facts.item
    if item is None:
        return
    for change in item.changes:
        if not item.marks.not_disowned(change.fact):
            continue
        update = change.updated if change.updated is not None and item.marks.not_disowned(change.updated) else None
        updated = update.time if update is not None else None
        if change.fact.time <= context.instant and (updated is None or updated > context.instant):
            _check_change(context, change.fact.time)


def _check_change(context: JudgementContext, changed_at: datetime) -> None:
    deadline = update_clock(changed_at, context.rules, context.facts.calendar)
    if deadline.due is not None and deadline.overdue(context.instant):
        context.add(Reason.STALE_INFORMATION, {"due": deadline.due.latest.isoformat()})


def _check_discrepancies(context: JudgementContext) -> None:
    known = context.facts.discrepancies
    still_open = [each for each in known if each.open_at(context.instant) and each.marks.not_disowned(each.fact)]
    if still_open:
        context.add(Reason.DISCREPANCY_OPEN, {"discrepancies": ", ".join(each.id for each in still_open)})
        for each in still_open:
            context.cite(each.fact, each.marks)
