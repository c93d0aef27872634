"""What admission is given: the act, the states as they stand before it, the settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from domain.act import Act
from domain.events import Event
from domain.lifecycle import Transition
from domain.reasons.refusals import Refusal
from domain.state import AgreementState, AuthorityState, FoundingState, ItemState, PartyState, RequestState, State


class World(Protocol):
    """The states of all streams at the writer's position, the submission's lines before this one included.

    The streams of the two founding parties begin with ``domain.families.founding.bootstrap.begin``.
    """

    @property
    def now(self) -> datetime:
        """The moment of recording."""
        ...

    def state(self, stream: str) -> State | None: ...

    def claims_on(self, item: str) -> Collection[str]:
        """At least the streams in which ``domain.admission.secret_claims.claim_of`` finds a claim on the item; mostly
        none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """``ahead``: how far a claimed instant may run ahead of the ledger's clock (design.md §6); not in law."""

    origin: str
    ahead: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Case:
    """One act before admission. ``founding`` is None only before entry 0."""

    act: Act
    world: World
    settings: Settings

    @property
    def id(self) -> str:
        """What the stream's name says after its family."""
        return self.act.stream.partition("/")[2]

    @property
    def founding(self) -> FoundingState | None:
        state = self.world.state(f"ledger/{self.settings.origin}")
        return state if isinstance(state, FoundingState) else None

    def party(self, uscc: str) -> PartyState | None:
        state = self.world.state(f"party/{uscc}")
        return state if isinstance(state, PartyState) else None

    @property
    def signer(self) -> PartyState | None:
        return self.party(self.act.by)

    def item(self, code: str) -> ItemState | None:
        state = self.world.state(f"item/{code}")
        return state if isinstance(state, ItemState) else None

    def request(self, name: str) -> RequestState | None:
        state = self.world.state(f"request/{name}")
        return state if isinstance(state, RequestState) else None

    def agreement(self, name: str) -> AgreementState | None:
        state = self.world.state(f"agreement/{name}")
        return state if isinstance(state, AgreementState) else None

    def authority(self, division: str) -> AuthorityState | None:
        state = self.world.state(f"authority/{division}")
        return state if isinstance(state, AuthorityState) else None


Check = Callable[[Case, Any, Any], Iterator[Refusal]]  # case, its event, the stream's state


class Begins(Enum):
    """Whether an event opens its stream, follows in it, or may do either."""

    OPENS = "opens"
    FOLLOWS = "follows"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Rule:
    """``check`` yields every refusal that it finds; ``cycle`` is the life cycle of the stream's state."""

    check: Check
    begins: Begins = Begins.FOLLOWS
    cycle: Mapping[str, Transition] | None = None


Rules = Mapping[type[Event], Rule]
