"""A refusal says nothing about streams that its signer does not see (law 3.1, 5.2.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from domain import events as e
from domain.act import Act
from domain.admission.admit import admit
from domain.admission.context import AdmissionSettings
from domain.admission.secret_claims import claim_of
from domain.admission.sight import OPEN_FAMILIES, StatesInSight
from domain.evolve import evolve
from domain.state import ItemState, PartyState, State
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import key_of, received, submitted, used
from tests.support.random_multi_party_case import RandomMultiPartyCase
from tests.support.story import AUTHORITY, DOC, GOVERNMENT, PROVIDER, REQUESTER, SECRECY, THIRD

STRANGER = "113200000000000617"
SETTINGS = AdmissionSettings("ledger.example.cn/test")


@dataclass
class Recorded:
    """What acts have made of the streams, whether or not admission would have taken them."""

    now: datetime
    states: dict[str, State | None] = field(default_factory=dict)

    def state(self, stream: str) -> State | None:
        return self.states.get(stream)

    def claims_on(self, item: str) -> list[str]:
        claims = {stream: claim_of(state) for stream, state in self.states.items()}
        return [stream for stream, claim in claims.items() if claim is not None and claim.item == item]

    def key_holder(self, kid: str) -> str | None:
        parties = (each for each in self.states.values() if isinstance(each, PartyState))
        return next((each.uscc for each in parties if kid in each.keys), None)

    def without_private(self) -> Recorded:
        """The same ledger without the streams that a stranger does not see; the catalogue shows every claim."""

        def is_open(stream: str, state: State | None) -> bool:
            published = not isinstance(state, ItemState) or state.ever_published
            return stream.partition("/")[0] in OPEN_FAMILIES and published

        kept = Recorded(self.now, {stream: each for stream, each in self.states.items() if is_open(stream, each)})
        kept.claims_on = self.claims_on  # type: ignore[method-assign]
        return kept


def recorded(seed: int, acts: int = 120) -> tuple[Recorded, list[Act]]:
    """The streams, and the acts that changed them."""
    case = RandomMultiPartyCase(seed)
    case.party(STRANGER)
    case.party(SECRECY, category="SECRECY")
    case.record(f"party/{SECRECY}", GOVERNMENT, "2026-01-06", e.PartyConfirmed(post="岗-01", instrument=DOC))
    case.record_random_acts(acts)
    made = Recorded(max(act.recorded_at for act in case.acts) + timedelta(hours=1))
    fitting = []
    for act in case.acts:
        before = made.states.get(act.stream)
        made.states[act.stream] = evolve(before, act)
        if made.states[act.stream] is not before:
            fitting.append(act)
    return made, fitting


def sent_again(acts: list[Act], by: str | None, now: datetime) -> Iterator[Act]:
    """Each act again as a new record, by its own signer or by another one."""
    for number, act in enumerate(acts):
        signer = act.by if by is None else by
        yield Act(
            event=act.event,
            by=signer,
            id=f"again-{number}",
            stream=act.stream,
            time=act.time,
            recorded_at=now,
            index=10_000 + number,
            position=500,
            kid=key_of(signer).thumbprint(),
        )


@pytest.mark.parametrize("seed", range(12))
def test_a_stranger_is_refused_as_on_a_ledger_without_those_streams(seed: int) -> None:
    made, acts = recorded(seed)
    without, compared = made.without_private(), 0
    for act in sent_again(acts, STRANGER, made.now.astimezone(UTC)):
        if act.stream == f"party/{STRANGER}":
            continue
        told = admit(act, StatesInSight(made, STRANGER), SETTINGS)
        assert told == admit(act, without, SETTINGS)
        compared += 1
    assert compared > 60


@pytest.mark.parametrize("seed", range(12))
def test_who_may_record_in_a_stream_is_told_every_reason(seed: int) -> None:
    made, acts = recorded(seed)
    for act in sent_again(acts, None, made.now.astimezone(UTC)):
        if refusals := admit(act, made, SETTINGS):
            assert admit(act, StatesInSight(made, act.by), SETTINGS) == refusals, act


def in_sight(ledger: AdmittedStates, organ: str) -> StatesInSight:
    return StatesInSight(ledger, organ)


def test_a_case_is_for_its_two_sides_and_the_authority_over_either() -> None:
    ledger = admitted_states().submitted()
    seen = {who: in_sight(ledger, who).state("request/1") is not None for who in (REQUESTER, PROVIDER, AUTHORITY)}
    assert seen == {REQUESTER: True, PROVIDER: True, AUTHORITY: True}
    assert in_sight(ledger, GOVERNMENT).state("request/1") is not None  # it may have to rule
    assert in_sight(ledger, THIRD).state("request/1") is None


@pytest.mark.parametrize("made", [lambda _: received(), lambda name: used(request_id=name), lambda _: submitted()])
def test_a_case_of_others_is_refused_as_one_that_is_not_there(made: Callable[[str], e.Event]) -> None:
    ledger = admitted_states().submitted()

    def told(name: str) -> list[tuple[str, str | None, str]]:
        act = ledger.act(f"request/{name}", THIRD, made(name))
        found = admit(act, in_sight(ledger, THIRD), SETTINGS)
        return [
            (each.code, each.pointer, each.detail.replace(f"request/{name}", "it").replace(name, "N")) for each in found
        ]

    assert told("1") == told("2")
