"""Which earlier acts a later fact may have judged again, and from which instant on.

What begins later cannot take anything from an earlier act that was judged clean. So of the acts that a fact concerns,
those at or after the earliest instant that it states are judged again, and of the earlier ones those whose judgement
still leaves something open. What reaches further back says so here. To name too many costs time; to name too few
would leave standing what is no longer the judgement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final

from domain import events as e
from domain.act import Act
from domain.reasons.catalogue import Reason
from domain.state import (
    AgreementState,
    AuthorityState,
    DiscrepancyState,
    DisputeState,
    ItemState,
    PartyState,
    RequestState,
    StatisticsState,
    UseState,
    ViolationState,
    start_of,
)
from domain.vocabulary.values import Period, Ref, Term
from projections.engine.projector import AppliedAct
from replay.instants import to_micros

FROM_THE_FIRST: Final = -(1 << 62)
BEFORE_ALL: Final = FROM_THE_FIRST - 1  # the latest instant of no acts: no instant from which on is at or before it
NEVER: Final = 1 << 62
ALL: Final = frozenset(str(reason) for reason in Reason)
NONE: Final[frozenset[str]] = frozenset()

# Reasons that compare an act with itself, or with what held at its time: nothing later in its case answers them.
SETTLED: Final = frozenset(
    str(reason)
    for reason in (
        Reason.LATE_RECORD,
        Reason.EMERGENCY_CLAIMED,
        Reason.DISCLOSER_NOT_ORIGINATOR,
        Reason.OFF_PLATFORM_NO_REASON,
    )
)
DOUBTING: Final = e.EventReaffirmed | e.EventDisowned


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedActs:
    """Acts of these requests, items or parties from ``since`` on, and earlier ones of the requests with an open reason
    among ``open_with``; and the acts of ``indexes`` and ``refs``, whenever they were.

    ``cited`` is a stream or record that acts may have cited in vain; ``criticisms``: all notices of criticism.
    ``counted_from``: the law or the working days are others from this day on, so acts recorded since, and acts that
    silence turns later.
    """

    requests: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    deliverers: tuple[str, ...] = ()  # organs of which only the deliveries are reached
    posts: tuple[tuple[str, str], ...] = ()  # organ and post, of which only the uses are reached
    everyone: bool = False
    since: int = NEVER
    open_with: frozenset[str] = NONE
    indexes: tuple[int, ...] = ()
    refs: tuple[Ref, ...] = ()
    cited: str | None = None
    criticisms: bool = False
    counted_from: date | None = None


def affected_acts(applied: AppliedAct) -> AffectedActs | None:
    """None: the entry leaves every earlier judgement as it is."""
    if applied.after is applied.before or (applied.before is None and not isinstance(applied.after, OPENERS)):
        return None
    event = applied.act.event
    if isinstance(event, e.EventCorrected):
        return AffectedActs(
            refs=(event.event,)
        )  # a state keeps the event as it was; only the corrected act reads otherwise
    if isinstance(event, DOUBTING):
        reached = _of_state(applied, FROM_THE_FIRST) or AffectedActs()
        return replace(reached, refs=(*reached.refs, *event.events))  # what they say of themselves, wherever they are
    return _of_state(applied, earliest(applied.act))


def _of_state(applied: AppliedAct, since: int) -> AffectedActs | None:
    event = applied.act.event
    match applied.after:
        case RequestState():
            return _of_request(applied.after, event, FROM_THE_FIRST if _says_what(applied) else since)
        case AgreementState(id=name, requests=requests):
            cited = f"agreement/{name}" if applied.before is None else None
            return AffectedActs(requests=requests, since=since, open_with=ALL, cited=cited)
        case ItemState(item=item):
            return AffectedActs(items=(item,), since=FROM_THE_FIRST if _reaches_back(applied) else since)
        case DisputeState(item=item, fact=fact):
            return AffectedActs(items=(item,), since=min(since, to_micros(fact.time)), cited=_reopener(applied.act))
        case DiscrepancyState(item=item, fact=fact):
            return AffectedActs(items=(item,), since=min(since, to_micros(fact.time)))
        case ViolationState():
            return _of_violation(applied)
        case PartyState(uscc=uscc):
            return _of_party(applied, uscc, since)
        case StatisticsState(provider=provider):
            return AffectedActs(deliverers=(provider,), since=since)  # nothing else is judged by them (A14 ¶3)
        case UseState(fact=fact):
            return AffectedActs(indexes=(fact.index,))
        case AuthorityState():
            return AffectedActs(criticisms=True)
        case _:
            return None


# What opens a stream concerns earlier acts only where they can have been judged without it.
OPENERS: Final = (AgreementState, AuthorityState, DisputeState, DiscrepancyState, ViolationState, StatisticsState)


def earliest(act: Act) -> int:
    """The earliest instant that the act states: its own time, or a day from which it says something to hold."""
    return min(map(to_micros, (act.time, *_stated(act.event))))


def _stated(event: e.Event) -> Iterator[datetime]:
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, Period | Term):
            value = value.from_
        if isinstance(value, datetime):
            yield value
        elif isinstance(value, date):
            yield start_of(value)


def _says_what(applied: AppliedAct) -> bool:
    """What is asked for, or of which class both say it is, is known only now: of everything in the request."""
    before, after = applied.before, applied.after
    assert isinstance(after, RequestState)
    if not isinstance(before, RequestState) or before is after:
        return False
    return before.item != after.item or before.receipt is not after.receipt or before.item_named is not after.item_named


def _of_request(state: RequestState, event: e.Event, since: int) -> AffectedActs | None:
    own = (state.id,)
    match event:
        case e.DeliveryRecorded():  # uses that cite it without knowing it
            return AffectedActs(requests=own, open_with=frozenset({Reason.EVIDENCE_GAP}))
        case e.DeliveryAcknowledged() | e.DeliveryRejected():
            return AffectedActs(requests=own, open_with=frozenset({Reason.NOT_ACKNOWLEDGED}))
        case e.ChargeReported():
            return AffectedActs(indexes=tuple(delivery.fact.index for delivery in state.deliveries.values()))
        case e.RatificationRecorded() | e.ReleaseRecorded() | e.ReleaseRetracted():
            return None
        case e.DeliveryRecalled() | e.DestructionRecorded():
            return None
        case _:
            return AffectedActs(requests=own, since=since, open_with=ALL)


def _reaches_back(applied: AppliedAct) -> bool:
    """Another provider files other statistics; that the class became stricter, or less so again, shows on every act."""
    before, after = applied.before, applied.after
    assert isinstance(after, ItemState)
    if not isinstance(before, ItemState) or before.provider != after.provider:
        return True
    classes = {(each.classes, each.level) for each in after.classifications}
    return isinstance(applied.act.event, e.ResourceClassified) and len(classes) > 1


def _of_violation(applied: AppliedAct) -> AffectedActs | None:
    """Whether a release lay in the disclosure scope is contested, or decided, by violations of limb c2 (5.3)."""
    state, cited = applied.after, _reopener(applied.act)
    assert isinstance(state, ViolationState)
    limbs = {state.limb, state.found.limb if state.found is not None else None}
    if "c2" not in limbs:
        return AffectedActs(cited=cited) if cited is not None else None
    return AffectedActs(refs=state.evidence + (state.found.evidence if state.found is not None else ()), cited=cited)


def _reopener(act: Act) -> str | None:
    """An order, determination or outcome that an answer given again may have cited already."""
    reopens = isinstance(act.event, e.CorrectionOrdered | e.DeterminationIssued | e.DisputeOutcomeRecorded)
    return f"{act.by} {act.id}" if reopens else None


def _of_party(applied: AppliedAct, uscc: str, since: int) -> AffectedActs | None:
    match applied.act.event:
        case e.KeyCompromised() | e.EventReaffirmed() | e.EventDisowned():
            # Every organ that relied on a record of this one is in doubt with it, and any may have.
            return AffectedActs(everyone=True, since=FROM_THE_FIRST)
        case e.PartySucceeded(successors=successors):
            return AffectedActs(parties=(uscc, *(heir.party for heir in successors)), since=since)
        case e.PartyAuthorityBasisRecorded():
            return AffectedActs(parties=(uscc,), since=since)
        case e.PartyOfficerAppointed(officer=officer) | e.PartyOfficerRelieved(officer=officer):
            return AffectedActs(posts=((uscc, officer),), since=since)  # no other act is judged by who held a post
        case e.PartyRenamed():
            return AffectedActs(criticisms=True)  # which authority is whose follows from a party's division
        case _:
            return None
