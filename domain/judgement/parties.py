"""Whether those who act may take part in sharing at all (A2), and who stands in whose place after a reorganisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from domain.events import Successor
from domain.families.party.state import Succession
from domain.judgement.context import Case
from domain.reasons.catalogue import Reason
from domain.state import PartyState
from domain.vocabulary.values import Duty

IN_SCOPE: Final = frozenset({"ORGAN", "AUTHORISED", "ENTRUSTED"})


class Standing(StrEnum):
    """How an organ stands towards a grant made to another name."""

    HOLDER = "HOLDER"
    ENDED = "ENDED"  # the function did not pass to it, or has passed away from it
    STRANGER = "STRANGER"


def check_parties(case: Case, *parties: str) -> None:
    """PARTY_OUT_OF_SCOPE: only organs, and organisations authorised or entrusted at that time."""
    outside = [code for code in parties if not _in_scope(case, code)]
    if outside:
        case.add(Reason.PARTY_OUT_OF_SCOPE, {"parties": ", ".join(outside)})


def _in_scope(case: Case, code: str) -> bool:
    party = case.facts.parties.get(code)
    if party is None or party.category not in IN_SCOPE:
        return False
    if not party.bases and party.valid_to is None:
        return party.valid_from <= case.day
    return party.entitled_at(case.instant)


def standing(
    parties: Mapping[str, PartyState], granted_to: str, by: str, duties: tuple[Duty, ...], *, day: date
) -> tuple[Standing, date | None]:
    """How ``by`` stands towards what was granted to ``granted_to``, and since when if it has ended.

    A grant passes to a successor only with its duty basis (A17); otherwise it ends on the effect date.
    """
    succession = _succession(parties, granted_to, day)
    if succession is None:
        return (Standing.HOLDER if by == granted_to else Standing.STRANGER), None
    for heir in succession.successors:
        if not _passes(heir, duties):
            continue
        # Of a split an organ may itself be an heir: what it keeps stays with it.
        found, since = standing(_without(parties, granted_to), heir.party, by, duties, day=day)
        if found is not Standing.STRANGER:
            return found, since
    related = by == granted_to or any(heir.party == by for heir in succession.successors)
    return (Standing.ENDED, succession.effective) if related else (Standing.STRANGER, None)


def heirs_of(parties: Mapping[str, PartyState], code: str, day: date) -> frozenset[str]:
    """Who stands in the organ's place on the day: itself, or all that succeeded it."""
    succession = _succession(parties, code, day)
    if succession is None:
        return frozenset({code})
    rest = _without(parties, code)
    return frozenset().union(*(heirs_of(rest, heir.party, day) for heir in succession.successors))


def _succession(parties: Mapping[str, PartyState], code: str, day: date) -> Succession | None:
    party = parties.get(code)
    if party is None or not party.successions:
        return None
    return next((each for each in reversed(party.successions) if each.effective <= day), None)


def _passes(heir: Successor, duties: tuple[Duty, ...]) -> bool:
    return any(duty in heir.duty_bases for duty in duties)


def _without(parties: Mapping[str, PartyState], code: str) -> Mapping[str, PartyState]:
    """Each organ is followed once: two that name each other as successors do not send us in circles."""
    return {name: party for name, party in parties.items() if name != code}
