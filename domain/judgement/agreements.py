"""The confidentiality agreement of an act (A19): in force at its instant, and wide enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.families.agreement.state import AgreementVersion
from domain.judgement.context import JudgementContext
from domain.judgement.parties import heirs_of
from domain.judgement.reach import Reach, reach_of
from domain.reasons.catalogue import Reason
from domain.state import AgreementState, Fact, RequestState
from domain.vocabulary.sensitivity import SENSITIVE, rank
from domain.vocabulary.values import Scope

# The parts of an act that the grant covers and an agreement does not, by name of the part.
ScopeExcess = Callable[[Reach], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Examined:
    """One agreement at the act's instant: why it is not in force, and the parts of the act that it does not protect."""

    agreement: AgreementState
    version: AgreementVersion | None
    reason: Reason | None
    uncovered: tuple[str, ...] = ()
    reach: Reach | None = None


def examine_agreements(context: JudgementContext, requester: str, item: str) -> tuple[Examined, ...]:
    """Return the agreements of these two organs on this grant, newest first."""
    request = context.facts.request
    if request is None:
        return ()
    own = [each for each in context.facts.agreements if _between(context, request, each, requester)]
    own.sort(key=lambda each: each.fact.index, reverse=True)
    return tuple(_examine(context, each, item) for each in own)


def check_agreement(context: JudgementContext, examined: Sequence[Examined], beyond: ScopeExcess) -> None:
    """AGREEMENT_*: one agreement in force that covers the act is enough. Otherwise the newest gives the codes (5.1)."""
    if not examined:
        context.add(Reason.AGREEMENT_MISSING)
        return
    for each in examined:
        if each.reason is None and not _narrower(each, beyond):
            _settle(context, each)
            return
    newest = examined[0]
    _settle(context, newest)
    if newest.reason is not None:
        context.add(newest.reason, {"agreement": newest.agreement.id})
    else:
        context.add(
            Reason.AGREEMENT_SCOPE,
            {"agreement": newest.agreement.id, "beyond": ", ".join(_narrower(newest, beyond))},
        )


def _narrower(examined: Examined, beyond: ScopeExcess) -> Sequence[str]:
    """Return the parts of the act that an agreement in force does not protect."""
    narrower = beyond(examined.reach) if examined.reach is not None else ()
    return (*examined.uncovered, *narrower) if examined.uncovered else narrower


def _settle(context: JudgementContext, examined: Examined) -> None:
    """Judge the act by this agreement."""
    agreement, version = examined.agreement, examined.version
    context.agreement = agreement.id
    context.cited.add(agreement.fact.index)
    if version is not None:
        context.agreement_version = version.number
        for signature in version.signatures.values():
            context.cite(signature, agreement.marks)
        context.cite_backdated(version.signatures.values(), agreement.marks)


def _between(context: JudgementContext, request: RequestState, agreement: AgreementState, requester: str) -> bool:
    """Return whether the agreement binds the acting organ and the provider or its successor, by accession if needed."""
    if agreement.fact.key in agreement.marks.disowned:
        return False
    sides = (agreement.requester, agreement.provider)
    for accession in reversed(agreement.accessions):
        if accession.fact.time > context.instant:
            first, second = (accession.predecessor if side == accession.successor else side for side in sides)
            sides = (first, second)
    return requester in sides and not heirs_of(context.facts.parties, request.provider, context.day).isdisjoint(sides)


def _examine(context: JudgementContext, agreement: AgreementState, item: str) -> Examined:
    """Examine the version in force at the act.

    A termination, the end of its term, a suspension (in this order) stop it.
    """
    version = _version(agreement, context.instant)
    if version is None:
        return Examined(agreement, None, Reason.AGREEMENT_NOT_IN_FORCE)
    end = agreement.termination
    if end is not None and end.instant <= context.instant and not _disowned(agreement, end.fact):
        return Examined(agreement, version, Reason.AGREEMENT_TERMINATED)
    if version.effective_to < context.day:
        return Examined(agreement, version, Reason.AGREEMENT_EXPIRED)
    suspension = agreement.suspended_at(context.instant)
    if suspension is not None and not _disowned(agreement, suspension.fact):
        return Examined(agreement, version, Reason.AGREEMENT_SUSPENDED)
    uncovered = tuple(_uncovered(context, agreement, version.scope, item))
    return Examined(agreement, version, None, uncovered, reach_of(version.scope))


def _version(agreement: AgreementState, instant: datetime) -> AgreementVersion | None:
    """Return the last version in force by its dates and signed on record before the act, else the last version."""
    begun = [
        version
        for version in agreement.versions
        if version.in_force_from is not None and version.in_force_from <= instant and _signed(agreement, version)
    ]
    timely = [version for version in begun if all(fact.recorded_at <= instant for fact in version.signatures.values())]
    chosen = timely or begun
    return chosen[-1] if chosen else None


def _signed(agreement: AgreementState, version: AgreementVersion) -> bool:
    disowned = agreement.marks.disowned
    return not disowned or all(fact.key not in disowned for fact in version.signatures.values())


def _disowned(agreement: AgreementState, fact: Fact) -> bool:
    return fact.key in agreement.marks.disowned


def _uncovered(context: JudgementContext, agreement: AgreementState, scope: Scope, item: str) -> Iterator[str]:
    """Yield the parts that every act of this kind has and the agreement does not protect: item, day, class, level."""
    if scope.items is not None and item not in scope.items:
        yield f"item {item}"
    if not scope.term.from_ <= context.day <= scope.term.to:
        yield "term"
    for each in sorted(context.classes & SENSITIVE - agreement.classes):
        yield f"class {each}"
    if context.state_secret and rank(agreement.level) < rank(context.level):
        yield f"level {context.level}"
