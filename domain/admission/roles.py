"""Roles of the signer (law 3.1, 3.2).

A role follows from the party register, from the authority's streams, and from the stream of the act.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.admission.context import Case
from domain.admission.refusal_texts import wrong_level, wrong_role
from domain.deadlines.calendar import day_of
from domain.reasons.refusals import Refusal
from domain.state import RequestState
from domain.vocabulary.divisions import province_of


def stands_for(case: Case, organ: str) -> bool:
    """Return whether the signer is the organ or its successor on the day of the act.

    Succession (``party.succeeded``) may pass through several organs.
    """
    if case.act.by == organ:
        return True
    day, seen, todo = day_of(case.act.time), {organ}, [organ]
    while todo:
        party = case.party(todo.pop())
        heirs = set() if party is None else party.heirs_on(day) - seen
        if case.act.by in heirs:
            return True
        seen |= heirs
        todo += heirs
    return False


def only(case: Case, organ: str, role: str) -> Iterator[Refusal]:
    """Yield WRONG_ROLE unless the signer is the organ or its successor."""
    if not stands_for(case, organ):
        yield wrong_role(case, f"the {role} {organ}")


def requester_only(case: Case, state: RequestState) -> Iterator[Refusal]:
    yield from only(case, state.requester, "requester")


def provider_only(case: Case, state: RequestState) -> Iterator[Refusal]:
    yield from only(case, state.provider, "provider")


def either_side(case: Case, state: RequestState) -> Iterator[Refusal]:
    """Yield WRONG_ROLE unless the signer is requester or provider."""
    if not (stands_for(case, state.requester) or stands_for(case, state.provider)):
        yield wrong_role(case, f"the requester {state.requester} or the provider {state.provider}")


def of_category(case: Case, *categories: str) -> bool:
    return case.signer is not None and case.signer.category in categories


def category_only(case: Case, *categories: str) -> Iterator[Refusal]:
    """Yield WRONG_ROLE unless the signer is of one of the categories."""
    if not of_category(case, *categories):
        yield wrong_role(case, f"a party of category {' or '.join(categories)}")


def seat(case: Case, division: str) -> str:
    """Return the division whose authority acts for this division.

    That is the division itself, else its province, else the division of the founding authority.
    """
    if case.authority(division) is not None:
        return division
    if case.authority(province_of(division)) is not None:
        return province_of(division)
    founding = case.founding
    return division if founding is None else founding.parties[founding.authority].division


def authority_for(case: Case, division: str) -> str | None:
    """Return the holder of the authority's role at the time of the act (3.2)."""
    state = case.authority(seat(case, division))
    return None if state is None else state.holder_at(case.act.time).party


def is_authority(case: Case, division: str) -> bool:
    """Return whether the signer holds the authority's role for the division."""
    return case.act.by == authority_for(case, division)


def authority_only(case: Case, division: str, *, instead: bool = False) -> Iterator[Refusal]:
    """Yield a refusal unless the signer is the authority of the division.

    ``instead`` is set where other roles may sign as well. The refusal then names them.
    """
    if is_authority(case, division):
        return
    who = f"the authority of {division}" + (" or another role of this event" if instead else "")
    signer = case.signer
    elsewhere = signer is not None and is_authority(case, signer.division)
    yield wrong_level(case, who) if elsewhere else wrong_role(case, who)


def authority_of(case: Case, organ: str) -> Iterator[Refusal]:
    """Yield a refusal unless the signer is the authority of the organ's division."""
    party = case.party(organ)
    if party is not None:
        yield from authority_only(case, party.division)


def is_authority_of(case: Case, organ: str) -> bool:
    party = case.party(organ)
    return party is not None and is_authority(case, party.division)


def is_government(case: Case, division: str) -> bool:
    return of_category(case, "GOVERNMENT") and case.signer is not None and case.signer.division == division


def government_only(case: Case, division: str) -> Iterator[Refusal]:
    """Yield a refusal unless the signer is the people's government of the division."""
    if is_government(case, division):
        return
    who = f"the people's government of {division}"
    yield wrong_level(case, who) if of_category(case, "GOVERNMENT") else wrong_role(case, who)
