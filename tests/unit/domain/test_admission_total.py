"""Admission answers, whatever is asked: any act in any state gives refusals or none, never an error."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from domain.admission.admit import admit
from domain.admission.context import AdmissionSettings
from domain.event import FAMILIES
from domain.evolve import evolve
from domain.reasons.refusals import CODES
from tests.support.admitted import admitted_states
from tests.support.payloads import ORIGIN, key_of
from tests.support.random_events import random_act


@pytest.mark.parametrize("family", FAMILIES)
def test_any_act_in_any_state_is_answered_with_known_codes(family: str) -> None:
    rng = Random(f"admission {family}")
    ledger = admitted_states().approved()
    for index in range(100, 300):
        act = random_act(rng, family, index)
        act = replace(act, kid=key_of(act.by).thumbprint(), recorded_at=ledger.now)
        for refusal in admit(act, ledger, AdmissionSettings(ORIGIN)):
            assert refusal.code in CODES
        state = evolve(ledger.state(act.stream), act)
        if family not in ("party", "ledger", "authority"):  # the register stays as it is, so that signers stay known
            ledger.states[act.stream] = state
