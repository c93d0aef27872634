"""The grant of an act: the version that binds at its instant, and whether it had ended or was suspended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from domain.deadlines.calendar import day_of
from domain.families.request.grant.state import GrantRevocation, GrantState, GrantSuspension, GrantVersion
from domain.judgement.context import JudgementContext
from domain.judgement.parties import GrantPosition, grant_position
from domain.reasons.catalogue import On, Reason
from domain.state import DisputeState, RequestState

NARROWED: Final = "grant.narrowed"


def find_grant(context: JudgementContext, requester: str, item: str, cited: str | None) -> GrantVersion | None:
    """Return the grant version to compare the act with, even if ended.

    The grant is that of the cited request, if requester (or successor) and item are the act's (5.1). None: NO_GRANT, or
    the request is unknown here.
    """
    request = context.facts.request
    if request is None:
        if cited is None:
            context.add(Reason.NO_GRANT)
        return None
    versions = _versions(request)
    if request.grant is None or not versions or request.item != item:
        context.add(Reason.NO_GRANT)
        return None
    duties = versions[-1].scope.duty_bases
    held, ended = grant_position(context.facts.parties, request.requester, requester, duties, day=context.day)
    if held is GrantPosition.STRANGER:
        context.add(Reason.NO_GRANT)
        return None
    if ended is not None:
        context.add(Reason.GRANT_EXPIRED, {"to": ended.isoformat()})
    return _examine(context, request, request.grant, versions)


def _versions(request: RequestState) -> Sequence[GrantVersion]:
    """Return the versions whose basis was not disowned. A disowned approval has no force."""
    if request.grant is None:
        return ()
    disowned = request.marks.disowned
    if not disowned:
        return request.grant.versions
    return tuple(version for version in request.grant.versions if version.basis.key not in disowned)


def _examine(
    context: JudgementContext, request: RequestState, grant: GrantState, versions: Sequence[GrantVersion]
) -> GrantVersion:
    begun = [version for version in versions if version.effective <= context.instant]
    if not begun:
        first = versions[0]
        context.add(Reason.GRANT_NOT_YET_EFFECTIVE, {"from": day_of(first.effective).isoformat()})
        context.cite(first.basis, request.marks)
        context.grant_version = first.number
        return first
    version = _binding(context, request, grant, begun)
    context.grant_version = version.number
    context.cite(version.basis, request.marks)
    if not _in_time(context, version):
        context.cite_backdated([version.basis], request.marks)
    _check_term(context, version)
    _check_oral(context, version)
    for revocation in grant.revocations:
        if _ends(revocation, version, request, context.instant):
            _stop(context, Reason.GRANT_REVOKED, revocation, {"effect": _day(revocation.effect)}, request)
    _check_suspensions(context, request, grant)
    _check_ends(context, request, version)
    return version


def _binding(
    context: JudgementContext, request: RequestState, grant: GrantState, begun: Sequence[GrantVersion]
) -> GrantVersion:
    """Return the latest version in effect that was recorded in time. A narrowing binds a use only from its notice."""
    if len(begun) == 1:
        return begun[0]
    candidates = list(begun)
    if context.on is On.USE:
        unnoticed = [version for version in begun if not _noticed(request, grant, version, context.instant)]
        candidates = [version for version in begun if version not in unnoticed] or candidates
        if unnoticed and _latest(begun) in unnoticed:
            effect = {"effect": _day(_latest(begun).effective)}
            context.add(Reason.REVOKED_UNNOTIFIED, effect)
    timely = [version for version in candidates if _in_time(context, version)]
    version = _latest(timely or candidates)
    if any(_ends(each, version, request, context.instant) for each in grant.revocations):
        # An answer after a revocation may be recorded late. The act can cite it, in doubt.
        version = _latest(candidates)
    return version


def _latest(versions: Iterable[GrantVersion]) -> GrantVersion:
    return max(versions, key=lambda version: (version.effective, version.number))


def _noticed(request: RequestState, grant: GrantState, version: GrantVersion, instant: datetime) -> bool:
    """Return whether the requester knew of the version. Both know a paired narrowing; a one-sided one needs notice."""
    if version.basis.event != NARROWED:
        return True
    narrowing = next((each for each in grant.narrowings if each.version == version.number), None)
    if narrowing is None or narrowing.paired is not None:
        return True
    notice = narrowing.notice
    return notice is not None and notice.time <= instant and request.marks.not_disowned(notice)


def _in_time(context: JudgementContext, version: GrantVersion) -> bool:
    """Return whether the version was recorded before the act.

    An oral grant under an emergency statute counts from its day if recorded soon after it.
    """
    if version.basis.recorded_at <= context.instant:
        return True
    if version.oral_given_at is None or version.emergency_statute is None:
        return False
    lag = context.facts.calendar.working_days_between(day_of(version.oral_given_at), day_of(version.basis.recorded_at))
    return lag <= context.rules.settings.oral_grant_recorded_within_wd


def _check_oral(context: JudgementContext, version: GrantVersion) -> None:
    statute = version.emergency_statute
    if statute is not None and version.basis.recorded_at > context.instant:
        context.add(Reason.EMERGENCY_CLAIMED, {"statute": f"{statute.law} {statute.article}"})


def _check_term(context: JudgementContext, version: GrantVersion) -> None:
    term = version.scope.term
    if context.day < term.from_:
        context.add(Reason.GRANT_NOT_YET_EFFECTIVE, {"from": term.from_.isoformat()})
    elif context.day > term.to:
        context.add(Reason.GRANT_EXPIRED, {"to": term.to.isoformat()})


def _ends(revocation: GrantRevocation, version: GrantVersion, request: RequestState, instant: datetime) -> bool:
    """Return whether the revocation ends the version. An answer after the revocation begins again."""
    after = revocation.fact.index > version.basis.index
    return after and revocation.effect <= instant and revocation.fact.key not in request.marks.disowned


def _check_suspensions(context: JudgementContext, request: RequestState, grant: GrantState) -> None:
    for suspension in grant.suspensions:
        resumed = suspension.resumed_effect
        stopped = suspension.effect <= context.instant and (resumed is None or context.instant < resumed)
        if stopped and suspension.fact.key not in request.marks.disowned:
            params = {"effect": _day(suspension.effect), "cause": suspension.cause}
            _stop(context, Reason.GRANT_SUSPENDED, suspension, params, request)


def _stop(
    context: JudgementContext,
    reason: Reason,
    change: GrantRevocation | GrantSuspension,
    params: Mapping[str, str],
    request: RequestState,
) -> None:
    """Raise the reason of a stop. A use before the notice is flagged, a delivery is bound at once (5.4)."""
    context.cite(change.fact, request.marks)
    notice = change.notice if change.notice is not None and request.marks.not_disowned(change.notice) else None
    if context.on is On.USE and (notice is None or notice.time > context.instant):
        context.add(Reason.REVOKED_UNNOTIFIED, {"effect": params["effect"]})
        return
    if notice is not None:
        context.cite(notice, request.marks)
    context.add(reason, params)


def _check_ends(context: JudgementContext, request: RequestState, version: GrantVersion) -> None:
    """A later ruling not to share, or a determination as state secret, ends the grant as well (4.12)."""
    ruling = request.ruling
    later = ruling is not None and version.basis.index < ruling.fact.index and ruling.fact.time <= context.instant
    if ruling is not None and later and not ruling.event.share and request.marks.not_disowned(ruling.fact):
        context.cite(ruling.fact, request.marks)
        context.add(Reason.GRANT_REVOKED, {"effect": _day(ruling.fact.time)})
    for dispute in context.facts.disputes:
        effect = _determined(dispute, version)
        if effect is not None and effect <= context.day:
            _stop_by_determination(context, request, dispute, effect)


def _determined(dispute: DisputeState, version: GrantVersion) -> date | None:
    """Return the first day on which a determination ends a grant made while the item was no state secret."""
    standing = [each for each in dispute.determinations if dispute.marks.not_disowned(each[1])]
    if not standing or "state_secret" in version.classes:
        return None
    event, fact = standing[-1]
    return event.effective if event.result == "IS_STATE_SECRET" and fact.index > version.basis.index else None


def _stop_by_determination(
    context: JudgementContext, request: RequestState, dispute: DisputeState, effect: date
) -> None:
    """End the grant by a determination.

    The parties to the dispute know it from its record, another requester from the provider's notice.
    """
    fact = dispute.determinations[-1][1]
    context.cite(fact, dispute.marks)
    informed = (
        request.requester in (dispute.opener, dispute.opened.counterparty) and fact.recorded_at <= context.instant
    )
    if context.on is On.USE and not informed:
        context.add(Reason.REVOKED_UNNOTIFIED, {"effect": effect.isoformat()})
    else:
        context.add(Reason.GRANT_REVOKED, {"effect": effect.isoformat()})


def _day(instant: datetime) -> str:
    return day_of(instant).isoformat()
