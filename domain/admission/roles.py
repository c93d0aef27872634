"""Roles of the signer (law 3.1, 3.2).

A role follows from the party register, from the authority's streams, and from the stream of the act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from domain.admission.context import AdmissionContext
from domain.admission.refusal_texts import wrong_level, wrong_role
from domain.deadlines.calendar import day_of
from domain.state import PartyState, RequestState
from domain.vocabulary.divisions import province_of
from formats.refusal import Refusal


def stands_for(context: AdmissionContext, organ: str) -> bool:
    """Return whether the signer is the organ or its successor on the day of the act.

    Succession (``party.succeeded``) may pass through several organs.
    """
    return succeeds(context.act.by, organ, day_of(context.act.time), context.party)


def succeeds(heir: str, organ: str, day: date, party: Callable[[str], PartyState | None]) -> bool:
    """Return whether the heir is the organ or its successor on the day. ``party`` looks parties up."""
    seen, todo = {organ}, [organ]
    while todo and heir not in seen:
        state = party(todo.pop())
        heirs = set() if state is None else state.heirs_on(day) - seen
        seen |= heirs
        todo += heirs
    return heir in seen


def only(context: AdmissionContext, organ: str, role: str) -> Iterator[Refusal]:
    """Yield WRONG_ROLE unless the signer is the organ or its successor."""
    if not stands_for(context, organ):
        yield wrong_role(context, f"the {role} {organ}")


def requester_only(context: AdmissionContext, state: RequestState) -> Iterator[Refusal]:
    yield from only(context, state.requester, "requester")


def provider_only(context: AdmissionContext, state: RequestState) -> Iterator[Refusal]:
    yield from only(context, state.provider, "provider")


def either_side(context: AdmissionContext, state: RequestState) -> Iterator[Refusal]:
    """Yield WRONG_ROLE unless the signer is requester or provider."""
    if not (stands_for(context, state.requester) or stands_for(context, state.provider)):
        yield wrong_role(context, f"the requester {state.requester} or the provider {state.provider}")


def of_category(context: AdmissionContext, *categories: str) -> bool:
    return context.signer is not None and context.signer.category in categories


def category_only(context: AdmissionContext, *categories: str) -> Iterator[Refusal]:
    """Yield WRONG_ROLE unless the signer is of one of the categories."""
    if not of_category(context, *categories):
        yield wrong_role(context, f"a party of category {' or '.join(categories)}")


def seat(context: AdmissionContext, division: str) -> str:
    """Return the division whose authority acts for this division.

    That is the division itself, else its province, else the division of the founding authority.
    """
    if context.authority(division) is not None:
        return division
    if context.authority(province_of(division)) is not None:
        return province_of(division)
    founding = context.founding
    return division if founding is None else founding.parties[founding.authority].division


def authority_for(context: AdmissionContext, division: str) -> str | None:
    """Return the holder of the authority's role at the time of the act (3.2)."""
    state = context.authority(seat(context, division))
    return None if state is None else state.holder_at(context.act.time).party


def is_authority(context: AdmissionContext, division: str) -> bool:
    """Return whether the signer holds the authority's role for the division."""
    return context.act.by == authority_for(context, division)


def authority_only(context: AdmissionContext, division: str, *, instead: bool = False) -> Iterator[Refusal]:
    """Yield a refusal unless the signer is the authority of the division.

    ``instead`` is set where other roles may sign as well. The refusal then names them.
    """
    if is_authority(context, division):
        return
    who = f"the authority of {division}" + (" or another role of this event" if instead else "")
    signer = context.signer
    elsewhere = signer is not None and is_authority(context, signer.division)
    yield wrong_level(context, who) if elsewhere else wrong_role(context, who)


def authority_of(context: AdmissionContext, organ: str) -> Iterator[Refusal]:
    """Yield a refusal unless the signer is the authority of the organ's division."""
    party = context.party(organ)
    if party is not None:
        yield from authority_only(context, party.division)


def is_authority_of(context: AdmissionContext, organ: str) -> bool:
    party = context.party(organ)
    return party is not None and is_authority(context, party.division)


def is_government(context: AdmissionContext, division: str) -> bool:
    return of_category(context, "GOVERNMENT") and context.signer is not None and context.signer.division == division


def government_only(context: AdmissionContext, division: str) -> Iterator[Refusal]:
    """Yield a refusal unless the signer is the people's government of the division."""
    if is_government(context, division):
        return
    who = f"the people's government of {division}"
    yield wrong_level(context, who) if of_category(context, "GOVERNMENT") else wrong_role(context, who)
