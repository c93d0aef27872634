"""The parties of an act: entitlement to share (A2), competence to provide (A11, A14), and succession."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from domain.events import Successor
from domain.families.party.state import Succession
from domain.judgement.context import JudgementContext
from domain.reasons.catalogue import Reason
from domain.state import PartyState
from domain.vocabulary.values import Duty

IN_SCOPE: Final = frozenset({"ORGAN", "AUTHORISED", "ENTRUSTED"})


class GrantPosition(StrEnum):
    """The relation of an organ to a grant made to another organ."""

    HOLDER = "HOLDER"
    ENDED = "ENDED"  # the function did not pass to the organ, or has passed on from it
    STRANGER = "STRANGER"


def check_parties(context: JudgementContext, *parties: str) -> None:
    """PARTY_OUT_OF_SCOPE: only organs, and organisations authorised or entrusted at that time, may take part."""
    outside = [code for code in parties if not _in_scope(context, code)]
    if outside:
        context.add(Reason.PARTY_OUT_OF_SCOPE, {"parties": ", ".join(outside)})


def check_provider(context: JudgementContext, provider: str) -> None:
    """WRONG_PROVIDER_LEVEL, PROVIDER_NOT_SOURCE: is this the organ that should answer or deliver (A11, A14)?"""
    item = context.facts.item
    if item is None:
        return
    classification = item.classification_at(context.instant)
    party = context.facts.parties.get(provider)
    centralised = classification is not None and classification.centralised_level == "PROVINCE"
    if centralised and party is not None and party.level != "PROVINCE":
        context.add(Reason.WRONG_PROVIDER_LEVEL, {"provider": provider})
    source = item.source_of_record_at(context.instant)
    if source is not None and source != provider:
        context.add(Reason.PROVIDER_NOT_SOURCE, {"source": source})


def _in_scope(context: JudgementContext, code: str) -> bool:
    party = context.facts.parties.get(code)
    if party is None or party.category not in IN_SCOPE:
        return False
    if not party.bases and party.valid_to is None:
        return party.valid_from <= context.day
    return party.entitled_at(context.instant)


def grant_position(
    parties: Mapping[str, PartyState], granted_to: str, party: str, duties: tuple[Duty, ...], *, day: date
) -> tuple[GrantPosition, date | None]:
    """Return the relation of ``by`` to a grant of ``granted_to``, and the day since which it has ended.

    A grant passes to a successor only with its duty basis (A17). Otherwise it ends on the effect date.
    """
    succession = _succession(parties, granted_to, day)
    if succession is None:
        return (GrantPosition.HOLDER if party == granted_to else GrantPosition.STRANGER), None
    for heir in succession.successors:
        if not _passes(heir, duties):
            continue
        # In a split the organ may be its own successor: the duties that it keeps stay with it.
        found, since = grant_position(_without(parties, granted_to), heir.party, party, duties, day=day)
        if found is not GrantPosition.STRANGER:
            return found, since
    related = party == granted_to or any(heir.party == party for heir in succession.successors)
    return (GrantPosition.ENDED, succession.effective) if related else (GrantPosition.STRANGER, None)


def heirs_of(parties: Mapping[str, PartyState], code: str, day: date) -> frozenset[str]:
    """Return the organs in the organ's place on the day: itself, or all its successors."""
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
    """Return the parties without the organ, so that two organs that name each other as successors cause no cycle."""
    return {name: party for name, party in parties.items() if name != code}
