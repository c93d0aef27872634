"""What a refusal may rest on: the streams that its signer may see (law 3.1). To it the others are not there.

The record is judged on all that is recorded. Only where it is refused the refusals are made again, on this view: so
they are those of a ledger without the streams that the signer does not see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Final

from domain.admission.context import WriterStates
from domain.admission.roles import succeeds
from domain.deadlines.calendar import day_of
from domain.families.party.state import POWERFUL
from domain.state import (
    AgreementState,
    AuthorityState,
    DemandState,
    DiscrepancyState,
    DisputeState,
    Fact,
    InspectionState,
    ItemState,
    PartyState,
    RequestState,
    State,
    StatisticsState,
    UseState,
    ViolationState,
)
from domain.vocabulary.divisions import covers
from formats.refusal import Refusal

# Streams that every party may read: keys of signers, items that were ever published, rules and calendar.
OPEN_FAMILIES: Final = frozenset({"party", "authority", "item", "ruleset", "calendar", "ledger"})

_NEXT: Final = "Choose another id for a new stream, read what is recorded, and leave out texts of a state secret."


def unexplained(event_name: str, stream: str) -> Refusal:
    """Return the refusal of a record whose every reason lies in streams that its signer does not see."""
    detail = f"{event_name}: it cannot be recorded in {stream} by this organ"
    return Refusal("WRONG_STATE", "/subject", detail, _NEXT)


@dataclass(frozen=True, slots=True)
class StatesInSight:
    """The states of the streams that one organ may see (``domain.admission.context.WriterStates``)."""

    states: WriterStates
    organ: str

    @property
    def now(self) -> datetime:
        """Return the instant of recording."""
        return self.states.now

    def state(self, stream: str) -> State | None:
        """Return the state of the stream, or None if it is empty or not for the organ."""
        state = self.states.state(stream)
        return state if state is None or self._sees(stream, state) else None

    def claims_on(self, item: str) -> Collection[str]:
        """Return all of them: the catalogue shows every party that an item is claimed to be a state secret."""
        return self.states.claims_on(item)

    def key_holder(self, kid: str) -> str | None:
        """Return the party that a key was given to: the register is open."""
        return self.states.key_holder(kid)

    def _sees(self, stream: str, state: State) -> bool:
        is_open = not isinstance(state, ItemState) or state.ever_published
        if is_open and stream.partition("/")[0] in OPEN_FAMILIES:
            return True
        signer = self._party(self.organ)
        if signer is None:
            return False
        if signer.category in POWERFUL and signer.may_act:
            return True
        return any(self._is_own(side, signer) for side in self._sides(state)) or _acted(self.organ, state)

    def _is_own(self, side: str, signer: PartyState) -> bool:
        """Whether the side is the organ, one that it succeeded, or one in the division of which it is the authority."""
        if succeeds(self.organ, side, day_of(self.now), self._party):
            return True
        party = self._party(side)
        return party is not None and covers(signer.division, party.division) and self._is_authority(signer)

    def _is_authority(self, signer: PartyState) -> bool:
        state = self.states.state(f"authority/{signer.division}")
        return isinstance(state, AuthorityState) and state.holder_at(self.now).party == self.organ

    def _party(self, uscc: str) -> PartyState | None:
        state = self.states.state(f"party/{uscc}")
        return state if isinstance(state, PartyState) else None

    def _sides(self, state: State) -> Iterator[str]:
        """Yield the organs of the stream, and the holders of the item that it is about."""
        yield from _named(state)
        item = state.item if isinstance(state, RequestState | DisputeState | DiscrepancyState | UseState) else None
        held = self.states.state(f"item/{item}") if item is not None else None
        if isinstance(held, ItemState):
            yield from _named(held)


def _named(state: State) -> Iterator[str]:
    """Yield the organs that the state names as its sides."""
    match state:
        case RequestState():
            yield from (state.requester, state.provider)
        case AgreementState():
            yield from (state.requester, state.provider)
        case DisputeState():
            yield from filter(None, (state.opener, state.opened.counterparty, state.originator))
        case DiscrepancyState():
            yield state.reporter
        case DemandState():
            yield state.requester
        case ViolationState():
            yield state.accused
        case StatisticsState():
            yield state.provider
        case InspectionState():
            yield from (state.inspector, *state.opened.inspected)
        case UseState():
            yield from (state.by, *(() if state.delivery is None else (state.delivery.event.requester,)))
        case ItemState():
            yield from (uscc for uscc, _ in state.providers)
            yield from (each.party for each in state.sources)
        case _:
            return


def _acted(organ: str, part: object) -> bool:
    """Return whether the organ recorded anything that the state still shows."""
    if isinstance(part, Fact):
        return part.by == organ
    if is_dataclass(part):
        return any(_acted(organ, getattr(part, each.name)) for each in fields(part))
    if isinstance(part, Mapping):
        return any(_acted(organ, each) for each in part.values())
    return isinstance(part, tuple) and any(_acted(organ, each) for each in part)
