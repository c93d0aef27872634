"""The information of an act: its class, open disputes, updates and discrepancies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.deadlines.deadline import update_clock
from domain.families.item.state import Classification
from domain.judgement.context import Case
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

    def classes(self, case: Case) -> tuple[frozenset[str], str | None]:
        """Return classes and level by all classifications."""
        return _of(self.now, case)

    def classes_then(self, case: Case) -> tuple[frozenset[str], str | None]:
        """Return classes and level as known at the act."""
        return _of(self.then, case)

    def undisputed(self, case: Case) -> tuple[frozenset[str], str | None]:
        """Return the class in force without the disputed one. The tables for use start from it (5.3)."""
        classes, level = self.classes(case)
        if not self.disputed:
            return classes, level
        return classes.difference(dispute.opened.claimed_class for dispute in self.disputed), level

    def strictest(self, case: Case) -> tuple[frozenset[str], str | None]:
        """Return the interim class while a dispute is open (4.9): the union of both sides' claims."""
        classes, level = self.classes(case)
        levels = (level, *(dispute.opened.level for dispute in self.disputed))
        return classes.union(dispute.opened.claimed_class for dispute in self.disputed), max(levels, key=rank)


def _of(classification: Classification | None, case: Case) -> tuple[frozenset[str], str | None]:
    if classification is not None:
        return classification.classes, classification.level
    # Without a classification the item has the classes that the two organs stated (4.3).
    request = case.facts.request
    return (request.classes if request is not None else NONE), None


def classify(case: Case) -> Classed:
    """Return the last classification whose ``from`` is not after the act. A later finding of a class reaches back."""
    item = case.facts.item
    disputes = case.facts.disputes
    open_now = tuple(each for each in disputes if each.open_at(case.instant) and each.marks.stands(each.fact))
    if item is None or not item.classifications:
        return Classed(None, None, None, open_now)
    then = now = None
    afterwards: list[Classification] = []
    for each in item.classifications:
        if not item.marks.stands(each.fact):
            continue
        begun, known = each.from_ <= case.day, each.fact.recorded_at <= case.instant
        if begun and known:
            then = each
        if begun or (each.cause is not None and _stricter(now, each)):
            now = each
        if not (begun and known):
            afterwards.append(each)
    if now is not None:
        case.rely(now.fact, item.marks)
    # 5.4 excuses the act because the class became stricter after it, whether or not it was declassified since.
    later = next((each for each in reversed(afterwards) if _stricter(then, each)), None)
    return Classed(then or now, now, later, open_now)


def _stricter(before: Classification | None, after: Classification) -> bool:
    return before is not None and became_stricter(before.classes, before.level, after.classes, after.level)


def check_information(case: Case, classed: Classed) -> None:
    """CLASSIFICATION_DISPUTED, RECLASSIFIED_LATER, STALE_INFORMATION, DISCREPANCY_OPEN."""
    if classed.disputed and case.on is not On.DELIVERY:
        case.add(Reason.CLASSIFICATION_DISPUTED, {"disputes": ", ".join(each.id for each in classed.disputed)})
    for dispute in classed.disputed:
        case.rely(dispute.fact, dispute.marks)
    if classed.later is not None:
        case.add(Reason.RECLASSIFIED_LATER, {"classes": ", ".join(sorted(classed.later.classes))})
        case.relied.add(classed.later.fact.index)
    if case.on is not On.RELEASE:
        _check_up_to_date(case)
    if case.on is On.USE:
        _check_discrepancies(case)


def _check_up_to_date(case: Case) -> None:
    item = case.facts.item
    if item is None:
        return
    for change in item.changes:
        if not item.marks.stands(change.fact):
            continue
        update = change.updated if change.updated is not None and item.marks.stands(change.updated) else None
        updated = update.time if update is not None else None
        if change.fact.time <= case.instant and (updated is None or updated > case.instant):
            _check_change(case, change.fact.time)


def _check_change(case: Case, changed_at: datetime) -> None:
    deadline = update_clock(changed_at, case.rules, case.facts.calendar)
    if deadline.due is not None and deadline.overdue(case.instant):
        case.add(Reason.STALE_INFORMATION, {"due": deadline.due.latest.isoformat()})


def _check_discrepancies(case: Case) -> None:
    known = case.facts.discrepancies
    still_open = [each for each in known if each.open_at(case.instant) and each.marks.stands(each.fact)]
    if still_open:
        case.add(Reason.DISCREPANCY_OPEN, {"discrepancies": ", ".join(each.id for each in still_open)})
        for each in still_open:
            case.rely(each.fact, each.marks)
