"""Finding the facts of an act's case.

Where nothing changed since the last use in the case, the same facts are returned: what was worked out from them
then still holds (``domain.judgement.legal_basis``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from operator import is_
from typing import Final, TypeVar

from domain.act import Act
from domain.deadlines.calendar import WorkingCalendar
from domain.events import (
    DeliveryRecorded,
    ReleaseRecorded,
    RequestApproved,
    RequestPartlyApproved,
    RequestRefused,
    UseRecorded,
)
from domain.facts import NO_ANNOTATIONS, NOTHING
from domain.judgement.corrections import as_corrected
from domain.judgement.facts import Facts, Sources
from domain.judgement.memo import IdentityMemo
from domain.state import (
    AgreementState,
    AuthorityState,
    DiscrepancyState,
    DisputeState,
    Fact,
    ItemState,
    PartyState,
    RequestState,
    State,
    StatisticsState,
    ViolationState,
)

S = TypeVar("S", bound=State)
SUCCESSIONS_FOLLOWED: Final = 8  # from the requester named in a request to the organ that acts in its place
_LAST: IdentityMemo[RequestState, Facts] = IdentityMemo(lambda request: request.id)


def gather(act: Act, sources: Sources, calendar: WorkingCalendar) -> Facts:
    """All facts of the act's case, as the sources know them now."""
    own = sources.state(act.stream)
    act = as_corrected(act, own.marks) if own is not None and own.marks.corrected else act
    event = act.event
    if isinstance(event, UseRecorded) and isinstance(own, RequestState):
        return _facts_of_use(act.by, event.item, own, sources, calendar)
    request, unknown = _request(act, own, sources)
    item_code = getattr(event, "item", None) or (request.item if request else None)
    item = _state(sources, f"item/{item_code}", ItemState) if item_code else None
    cited_agreement = getattr(event, "agreement", None)
    if cited_agreement and sources.state(f"agreement/{cited_agreement}") is None:
        unknown |= {f"agreement/{cited_agreement}"}
    disputes = sources.disputes_of(item_code) if item_code else ()
    discrepancies = sources.discrepancies_of(item_code) if item_code else ()
    provider = request.provider if request else (item.provider if item else None)
    delivers = isinstance(event, DeliveryRecorded)  # who delivers files (A14 ¶3), in the provider's place or not
    return Facts(
        calendar=calendar,
        parties=_parties(sources, _named(act, request, provider)),
        request=request,
        item=item,
        agreements=_all(sources, "agreement", sources.agreements_of(request.id), AgreementState) if request else (),
        disputes=_own_or(own, DisputeState) or _all(sources, "dispute", disputes, DisputeState),
        discrepancies=_own_or(own, DiscrepancyState) or _all(sources, "discrepancy", discrepancies, DiscrepancyState),
        violations=_violations(act, own, sources),
        statistics=_state(sources, f"statistics/{act.by}", StatisticsState) if delivers else None,
        authority=_authority(own, sources),
        reopened_at=_reopened_at(act, sources),
        marks=own.marks if own is not None else NO_ANNOTATIONS,
        unknown=frozenset(unknown),
    )


def _facts_of_use(
    party: str, item_code: str, request: RequestState, sources: Sources, calendar: WorkingCalendar
) -> Facts:
    """Uses are most of all acts, and of one case they mostly find what the one before them found."""
    item = _state(sources, f"item/{item_code}", ItemState)
    agreements = _all(sources, "agreement", sources.agreements_of(request.id), AgreementState)
    disputes = _all(sources, "dispute", sources.disputes_of(item_code), DisputeState)
    discrepancies = _all(sources, "discrepancy", sources.discrepancies_of(item_code), DiscrepancyState)
    parties = _parties(sources, {party, request.requester, request.provider})
    last = _LAST.get(request)
    if (
        last is not None
        and last.item is item
        and last.calendar is calendar
        and _identical(last.parties.values(), parties.values())
        and _identical(last.agreements, agreements)
        and _identical(last.disputes, disputes)
        and _identical(last.discrepancies, discrepancies)
    ):
        return last
    facts = Facts(
        calendar=calendar,
        parties=parties,
        request=request,
        item=item,
        agreements=agreements,
        disputes=disputes,
        discrepancies=discrepancies,
        marks=request.marks,
    )
    return _LAST.put(request, facts)


def _identical(some: Collection[object], others: Collection[object]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


def _request(act: Act, own: State | None, sources: Sources) -> tuple[RequestState | None, set[str]]:
    if isinstance(own, RequestState):
        return own, set()
    cited = getattr(act.event, "request_id", None)
    if cited is None:
        return None, set()
    state = _state(sources, f"request/{cited}", RequestState)
    return state, set() if state else {f"request/{cited}"}


def _named(act: Act, request: RequestState | None, provider: str | None) -> set[str]:
    named = {act.by, getattr(act.event, "requester", None), provider}
    if request is not None:
        named |= {request.requester, request.provider}
    return {code for code in named if isinstance(code, str)}


def _parties(sources: Sources, named: set[str]) -> Mapping[str, PartyState]:
    """The named parties, and those who succeeded them."""
    by_code: dict[str, PartyState] = {}
    for _ in range(SUCCESSIONS_FOLLOWED):
        if not named:
            break
        states = (_state(sources, f"party/{code}", PartyState) for code in sorted(named))
        new = {state.uscc: state for state in states if state is not None}
        by_code |= new
        heirs = {heir.party for state in new.values() for each in state.successions for heir in each.successors}
        named = heirs - by_code.keys()
    return by_code or NOTHING


def _violations(act: Act, own: State | None, sources: Sources) -> tuple[ViolationState, ...]:
    """Suspicions matter to releases alone: an undecided one leaves the disclosure scope open (5.3)."""
    if isinstance(own, ViolationState):
        return (own,)
    if not isinstance(act.event, ReleaseRecorded):
        return ()
    return _all(sources, "violation", sources.violations_citing(act.by, act.id), ViolationState)


def _reopened_at(act: Act, sources: Sources) -> datetime | None:
    """When the order, determination or outcome was that a further answer cites."""
    if not isinstance(act.event, RequestApproved | RequestPartlyApproved | RequestRefused):
        return None
    reopener = act.event.reopened_by
    stream = sources.stream_of(reopener.by, reopener.id) if reopener else None
    state = sources.state(stream) if stream else None
    if reopener is None or state is None:
        return None
    return next((fact.time for fact in reopening(state) if fact.key == (reopener.by, reopener.id)), None)


def reopening(state: State) -> tuple[Fact, ...]:
    """The orders, determinations or outcomes of a stream: what a further answer may cite."""
    if isinstance(state, ViolationState):
        return (state.order.fact,) if state.order else ()
    if isinstance(state, DisputeState):
        outcome = (state.outcome[1],) if state.outcome else ()
        return (*(fact for _, fact in state.determinations), *outcome)
    return ()


def _authority(own: State | None, sources: Sources) -> AuthorityState | None:
    if not isinstance(own, ViolationState):
        return None
    accused = _state(sources, f"party/{own.accused}", PartyState)
    return _state(sources, f"authority/{accused.division}", AuthorityState) if accused else None


def _state(sources: Sources, stream: str, kind: type[S]) -> S | None:
    state = sources.state(stream)
    return state if isinstance(state, kind) else None


def _all(sources: Sources, family: str, names: Iterable[str], kind: type[S]) -> tuple[S, ...]:
    states = (_state(sources, f"{family}/{name}", kind) for name in names)
    return tuple(state for state in states if state is not None)


def _own_or(own: State | None, kind: type[S]) -> tuple[S, ...]:
    return (own,) if isinstance(own, kind) else ()
