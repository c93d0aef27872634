"""A founded ledger in memory behind real admission: acts are offered, refused or folded, as the writer would."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from domain import events as e
from domain.act import Act
from domain.admission.admit import admit
from domain.admission.context import AdmissionSettings
from domain.admission.secret_claims import claim_of
from domain.evolve import evolve
from domain.families.founding.bootstrap import begin
from domain.state import FoundingState, PartyState, State
from formats.refusal import Refusal
from tests.support.payloads import (
    CHIEF,
    CLERK,
    ORIGIN,
    SECOND,
    appointed,
    approved,
    classified,
    entry_proposed,
    entry_published,
    founded,
    key_of,
    proposed,
    received,
    registered,
    signed,
    submitted,
)
from tests.support.story import (
    AUTHORITY,
    DOC,
    GOVERNMENT,
    PROVIDER,
    REQUESTER,
    THIRD,
    at,
)

OPERATOR = "1232000000000006X5"


class AdmittedStates:
    """The clock stands until ``now`` is set; by default acts happen when they are recorded."""

    def __init__(self) -> None:
        self.now = at("2026-03-02")
        self.size = 0
        self.states: dict[str, State | None] = {}
        self._positions: dict[str, int] = defaultdict(int)

    def state(self, stream: str) -> Any:
        if stream in self.states:
            return self.states[stream]
        founding = self.states.get(f"ledger/{ORIGIN}")
        return begin(stream, founding if isinstance(founding, FoundingState) else None)

    def key_holder(self, kid: str) -> str | None:
        """Found by going through all: nothing kept that could be wrong."""
        parties = (state for stream, state in self.states.items() if stream.startswith("party/"))
        founding = self.states.get(f"ledger/{ORIGIN}")
        founders = founding.parties.values() if isinstance(founding, FoundingState) else ()
        having = [each.uscc for each in (*parties, *founders) if isinstance(each, PartyState) and kid in each.keys]
        return having[0] if having else None

    def claims_on(self, item: str) -> list[str]:
        """Found by going through all: nothing kept that could be wrong."""
        claims = {stream: claim_of(state) for stream, state in self.states.items()}
        return [stream for stream, claim in claims.items() if claim is not None and claim.item == item]

    def act(self, stream: str, party: str, event: e.Event, **circumstances: Any) -> Act:
        given: dict[str, Any] = {
            "event": event,
            "by": party,
            "id": f"r{self.size}",
            "stream": stream,
            "time": self.now,
            "recorded_at": self.now.astimezone(dt.UTC),
            "index": self.size,
            "position": self._positions[stream],
            "kid": key_of(party).thumbprint(),
        }
        return Act(**(given | circumstances))

    def refused(self, stream: str, party: str, event: e.Event, **circumstances: Any) -> tuple[Refusal, ...]:
        """What admission says; nothing is recorded."""
        return admit(self.act(stream, party, event, **circumstances), self, AdmissionSettings(ORIGIN))

    def codes(self, stream: str, party: str, event: e.Event, **circumstances: Any) -> list[str]:
        return [refusal.code for refusal in self.refused(stream, party, event, **circumstances)]

    def apply(self, stream: str, party: str, event: e.Event, **circumstances: Any) -> Act:
        """Record it; admission must not object."""
        act = self.act(stream, party, event, **circumstances)
        refusals = admit(act, self, AdmissionSettings(ORIGIN))
        assert refusals == (), refusals
        self.states[stream] = evolve(self.state(stream), act)
        self._positions[stream] += 1
        self.size += 1
        return act

    # how a ledger begins

    def founding(self) -> AdmittedStates:
        self.apply(f"ledger/{ORIGIN}", AUTHORITY, founded())
        self.apply("authority/320000", GOVERNMENT, appointed(AUTHORITY))
        return self

    def party(self, uscc: str, **changes: Any) -> AdmittedStates:
        """Registered, with a key, and with the posts of a clerk and of a second signer."""
        self.apply(f"party/{uscc}", AUTHORITY, registered(**changes))
        authorised = e.KeyAuthorised(post=CHIEF, key=key_of(uscc), valid_from=self.now, possession="shown")
        self.apply(f"party/{uscc}", AUTHORITY, authorised)
        if self.state(f"party/{uscc}").powerful:
            self.apply(f"party/{uscc}", GOVERNMENT, e.PartyConfirmed(post=CHIEF, instrument=DOC))
        return self.posts(uscc)

    def posts(self, uscc: str) -> AdmittedStates:
        for post in (CLERK, SECOND):
            event = e.PartyOfficerAppointed(
                post=CHIEF, officer=post, unit="办公室", responsible=False, from_=self.now.date()
            )
            self.apply(f"party/{uscc}", uscc, event)
        return self

    def cast(self) -> AdmittedStates:
        """The founded ledger with its usual parties."""
        self.founding()
        self.posts(AUTHORITY).posts(GOVERNMENT)
        self.party(REQUESTER).party(PROVIDER)
        self.party(THIRD, level="CITY", division="320100")
        return self.party(OPERATOR, category="OPERATOR")

    # the usual acts, each with what it needs before it

    def item(self, code: str = "C04", **changes: Any) -> AdmittedStates:
        self.apply(f"item/{code}", PROVIDER, classified(**changes))
        self.apply(f"item/{code}", PROVIDER, entry_proposed())
        self.apply(f"item/{code}", AUTHORITY, entry_published())
        return self

    def submitted(self, name: str = "1", **changes: Any) -> AdmittedStates:
        self.apply(f"request/{name}", REQUESTER, submitted(**changes))
        return self

    def received(self, name: str = "1") -> AdmittedStates:
        self.submitted(name)
        self.apply(f"request/{name}", PROVIDER, received())
        return self

    def approved(self, name: str = "1") -> AdmittedStates:
        self.received(name)
        self.apply(f"request/{name}", PROVIDER, approved())
        return self

    def agreed(self) -> AdmittedStates:
        """An agreement on request 1, in force."""
        self.apply("agreement/A-1", PROVIDER, proposed())
        for organ in (REQUESTER, PROVIDER):
            self.apply("agreement/A-1", organ, signed())
        return self


def admitted_states() -> AdmittedStates:
    """Parties, and item C04 of the provider in the catalogue."""
    return AdmittedStates().cast().item()
