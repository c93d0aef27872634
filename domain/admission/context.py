"""The input of admission: the act, the states before the act, and the settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from domain.act import Act
from domain.events import Event
from domain.lifecycle import Transition
from domain.state import AgreementState, AuthorityState, FoundingState, ItemState, PartyState, RequestState, State
from formats.refusal import Refusal


class StateLookup(Protocol):
    """The states of all streams at the writer's position.

    Earlier lines of the same submission count as recorded. The streams of the two founding parties begin with
    ``domain.families.founding.bootstrap.begin``.
    """

    @property
    def now(self) -> datetime:
        """Return the instant of recording."""
        ...

    def state(self, stream: str) -> State | None:
        """Return the state of the stream, or None if it is empty."""
        ...

    def claims_on(self, item: str) -> Collection[str]:
        """Return the streams that may hold a claim on the item, usually none.

        The collection contains every stream in which ``domain.admission.secret_claims.claim_of`` finds a claim on the
        item. It may contain more.
        """
        ...


class WriterStates(StateLookup, Protocol):
    """What the writer knows besides of the whole log."""

    def key_holder(self, kid: str) -> str | None:
        """Return the party that a key was given to, by its thumbprint; None for a key that no party has had."""
        ...


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """The settings of admission; none of them is in law.

    ``ahead`` is the largest allowed difference between a claimed instant and the ledger's clock, when the claim is
    later (design.md §6).
    """

    origin: str
    ahead: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class AdmissionContext:
    """One act before its admission. ``founding`` is None only before entry 0."""

    act: Act
    states: WriterStates
    settings: AdmissionSettings

    @property
    def id(self) -> str:
        """Return the part of the stream's name after the family."""
        return self.act.stream.partition("/")[2]

    @property
    def founding(self) -> FoundingState | None:
        """Return the ledger's own state, or None before entry 0."""
        state = self.states.state(f"ledger/{self.settings.origin}")
        return state if isinstance(state, FoundingState) else None

    def party(self, uscc: str) -> PartyState | None:
        state = self.states.state(f"party/{uscc}")
        return state if isinstance(state, PartyState) else None

    @property
    def signer(self) -> PartyState | None:
        """Return the signer's party state, or None if it is not registered."""
        return self.party(self.act.by)

    def item(self, code: str) -> ItemState | None:
        state = self.states.state(f"item/{code}")
        return state if isinstance(state, ItemState) else None

    def request(self, name: str) -> RequestState | None:
        state = self.states.state(f"request/{name}")
        return state if isinstance(state, RequestState) else None

    def agreement(self, name: str) -> AgreementState | None:
        state = self.states.state(f"agreement/{name}")
        return state if isinstance(state, AgreementState) else None

    def authority(self, division: str) -> AuthorityState | None:
        state = self.states.state(f"authority/{division}")
        return state if isinstance(state, AuthorityState) else None


AdmissionCheck = Callable[
    [AdmissionContext, Any, Any], Iterator[Refusal]
]  # arguments: the case, its event, the stream's state


class Begins(Enum):
    """Whether an event opens its stream, continues it, or may do either."""

    OPENS = "opens"
    FOLLOWS = "follows"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class AdmissionRule:
    """How one event class is admitted.

    ``check`` yields every refusal that it finds. ``cycle`` is the life cycle of the stream's state.
    """

    check: AdmissionCheck
    begins: Begins = Begins.FOLLOWS
    cycle: Mapping[str, Transition] | None = None


AdmissionRules = Mapping[type[Event], AdmissionRule]
