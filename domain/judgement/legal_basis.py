"""The legal basis of a use or a delivery: parties, grant, class, agreements, and the state of the information.

The basis of a use is established once per interval of time in which no part of it changes. The cache finds it by the
identity of the facts. No basis is used outside its interval, so the judgements equal those without the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from domain.judgement.agreements import Examined, examine_agreements
from domain.judgement.context import JudgementContext
from domain.judgement.facts import Facts
from domain.judgement.grants import find_grant
from domain.judgement.information import Classed, check_information, classify
from domain.judgement.memo import IdentityMemo
from domain.judgement.parties import check_parties
from domain.judgement.reach import Reach, reach_of
from domain.judgement.validity import TracedDay, TracedInstant, ValidityInterval
from domain.judgement.verdict import RaisedReason
from domain.reasons.catalogue import On, Reason
from domain.rules.rule_set import RuleSet

BASES_KEPT: Final = 64  # per facts; a case with more changes is established again


class Cited(NamedTuple):
    """The requester and item of the judged access, and the cited request."""

    requester: str
    item: str
    request: str | None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The basis of one act.

    ``reach`` is None without a grant to compare with. ``agreements`` are empty unless the information is sensitive.
    """

    cited: Cited
    classed: Classed
    reach: Reach | None
    agreements: tuple[Examined, ...]


@dataclass(frozen=True, slots=True)
class ValidBasis:
    """A basis and its reasons, valid for every instant from ``since`` until before ``until``."""

    rules: RuleSet
    basis: LegalBasis
    since: datetime
    until: datetime
    reasons: dict[Reason, RaisedReason]
    cited_indexes: frozenset[int]
    doubtful_records: frozenset[str]
    classes: frozenset[str]
    level: str | None
    grant_version: int | None
    item_version: int | None


_BASES: IdentityMemo[Facts, list[ValidBasis]] = IdentityMemo(lambda facts: facts.request.id if facts.request else None)


def establish_basis(context: JudgementContext, cited: Cited, classed: Classed) -> LegalBasis:
    """Raise PARTY_OUT_OF_SCOPE, NO_GRANT, GRANT_* and the reasons about the information; return the basis."""
    request = context.facts.request
    # A delivering organ without a request, or in the provider's place, is a party too.
    delivers = context.on is On.DELIVERY
    provider = (context.act.by,) if delivers else (request.provider,) if request is not None else ()
    check_parties(context, cited.requester, *provider)
    version = find_grant(context, cited.requester, cited.item, cited.request)
    reach = reach_of(version.scope) if version is not None else None
    sensitive = reach is not None and context.sensitive
    agreements = examine_agreements(context, cited.requester, cited.item) if sensitive else ()
    check_information(context, classed)
    context.find_item_version()
    return LegalBasis(cited, classed, reach, agreements)


def basis_of_use(context: JudgementContext, cited: Cited) -> LegalBasis:
    """Return the basis for the act's interval. The context gets its class and its reasons."""
    bases = _BASES.get(context.facts)
    if bases is None:
        bases = _BASES.put(context.facts, [])
    instant, rules = context.instant, context.rules
    for each in bases:
        if each.rules is rules and each.basis.cited == cited and each.since <= instant < each.until:
            return _adopt(context, each)
    if len(bases) >= BASES_KEPT:
        bases.clear()
    worked_out = _work_out(context, cited)
    # Compared as at every later time, so that an instant that notes its comparisons notes these bounds as well.
    assert worked_out.since <= instant < worked_out.until, "it was worked out at this instant"
    bases.append(worked_out)
    return _adopt(context, worked_out)


def _work_out(context: JudgementContext, cited: Cited) -> ValidBasis:
    validity = ValidityInterval()
    traced = JudgementContext(context.act, context.facts, context.rules, context.on, context.judged_at)
    traced.instant, traced.day = TracedInstant.of(context.instant, validity), TracedDay.of(context.day, validity)
    classed = classify(traced)
    traced.of_class(*classed.undisputed(traced))
    basis = establish_basis(traced, cited, classed)
    return ValidBasis(
        rules=context.rules,
        basis=basis,
        since=validity.since,
        until=validity.until,
        reasons=traced.reasons,
        cited_indexes=frozenset(traced.cited),
        doubtful_records=frozenset(traced.doubtful_records),
        classes=traced.classes,
        level=traced.level,
        grant_version=traced.grant_version,
        item_version=traced.item_version,
    )


def _adopt(context: JudgementContext, valid: ValidBasis) -> LegalBasis:
    context.of_class(valid.classes, valid.level)
    context.cited.update(valid.cited_indexes)
    if valid.reasons:
        context.reasons.update(valid.reasons)
    if valid.doubtful_records:
        context.doubtful_records.update(valid.doubtful_records)
    context.grant_version, context.item_version = valid.grant_version, valid.item_version
    return valid.basis
