"""The legal basis of a use or a delivery: parties, grant, class, agreements, and the state of the information.

The basis of a use is established once per interval of time in which no part of it changes. The cache finds it by the
identity of the facts. No basis is used outside its interval, so the judgements equal those without the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from domain.judgement.agreements import Examined, examine_agreements
from domain.judgement.context import Case
from domain.judgement.facts import Facts
from domain.judgement.grants import find_grant
from domain.judgement.information import Classed, check_information, classify
from domain.judgement.memo import Kept
from domain.judgement.parties import check_parties
from domain.judgement.reach import Reach, reach_of
from domain.judgement.validity import Bounds, Moment, MomentDay
from domain.judgement.verdict import Raised
from domain.reasons.catalogue import On, Reason
from domain.rules.rule_set import RuleSet

STRETCHES_KEPT: Final = 64  # per facts; a case with more changes is established again


class Cited(NamedTuple):
    """The requester and item of the judged access, and the cited request."""

    requester: str
    item: str
    request: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """The basis of one act.

    ``reach`` is None without a grant to compare with. ``agreements`` are empty unless the information is sensitive.
    """

    cited: Cited
    classed: Classed
    reach: Reach | None
    agreements: tuple[Examined, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A basis and its reasons, valid for every instant from ``since`` until before ``until``."""

    rules: RuleSet
    ground: Ground
    since: datetime
    until: datetime
    reasons: dict[Reason, Raised]
    relied: frozenset[int]
    doubts: frozenset[str]
    classes: frozenset[str]
    level: str | None
    grant_version: int | None
    item_version: int | None


_STRETCHES: Kept[Facts, list[Stretch]] = Kept(lambda facts: facts.request.id if facts.request else None)


def lay_ground(case: Case, cited: Cited, classed: Classed) -> Ground:
    """Raise PARTY_OUT_OF_SCOPE, NO_GRANT, GRANT_* and the reasons about the information; return the basis."""
    request = case.facts.request
    # A delivering organ without a request, or in the provider's place, is a party too.
    delivers = case.on is On.DELIVERY
    provider = (case.act.by,) if delivers else (request.provider,) if request is not None else ()
    check_parties(case, cited.requester, *provider)
    version = find_grant(case, cited.requester, cited.item, cited.request)
    reach = reach_of(version.scope) if version is not None else None
    sensitive = reach is not None and case.sensitive
    agreements = examine_agreements(case, cited.requester, cited.item) if sensitive else ()
    check_information(case, classed)
    case.find_item_version()
    return Ground(cited, classed, reach, agreements)


def ground_of_use(case: Case, cited: Cited) -> Ground:
    """Return the basis for the act's interval. The context gets its class and its reasons."""
    stretches = _STRETCHES.get(case.facts)
    if stretches is None:
        stretches = _STRETCHES.put(case.facts, [])
    instant, rules = case.instant, case.rules
    for each in stretches:
        if each.rules is rules and each.ground.cited == cited and each.since <= instant < each.until:
            return _adopt(case, each)
    if len(stretches) >= STRETCHES_KEPT:
        stretches.clear()
    found = _work_out(case, cited)
    # Compared as at every later time, so that an instant that notes its comparisons notes these bounds as well.
    assert found.since <= instant < found.until, "it was worked out at this instant"
    stretches.append(found)
    return _adopt(case, found)


def _work_out(case: Case, cited: Cited) -> Stretch:
    bounds = Bounds()
    noting = Case(case.act, case.facts, case.rules, case.on, case.at)
    noting.instant, noting.day = Moment.of(case.instant, bounds), MomentDay.of(case.day, bounds)
    classed = classify(noting)
    noting.of_class(*classed.undisputed(noting))
    ground = lay_ground(noting, cited, classed)
    return Stretch(
        rules=case.rules,
        ground=ground,
        since=bounds.since,
        until=bounds.until,
        reasons=noting.reasons,
        relied=frozenset(noting.relied),
        doubts=frozenset(noting.doubts),
        classes=noting.classes,
        level=noting.level,
        grant_version=noting.grant_version,
        item_version=noting.item_version,
    )


def _adopt(case: Case, stretch: Stretch) -> Ground:
    case.of_class(stretch.classes, stretch.level)
    case.relied.update(stretch.relied)
    if stretch.reasons:
        case.reasons.update(stretch.reasons)
    if stretch.doubts:
        case.doubts.update(stretch.doubts)
    case.grant_version, case.item_version = stretch.grant_version, stretch.item_version
    return stretch.ground
