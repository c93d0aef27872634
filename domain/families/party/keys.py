"""party/: keys (A30). The first is the authority's to authorise, the others the organ's, by its responsible post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Case, Rule, Rules
from domain.admission.refusal_texts import invalid, told, wrong_role, wrong_state
from domain.admission.roles import authority_only
from domain.events import KeyAuthorised, KeyCompromised, KeyRotated
from domain.families.party.admit import own, own_or_authority
from domain.reasons.refusals import Refusal
from domain.state import PartyState


def responsible(case: Case) -> Iterator[Refusal]:
    """The responsible person authorises keys and stands by doubtful records (3.1)."""
    signer, act = case.signer, case.act
    held = signer.holds(act.event.post, act.recorded_at) if signer is not None else None
    if held is not None and not held.responsible:
        yield wrong_role(case, f"the responsible post of {act.by}")


def authorised(case: Case, event: KeyAuthorised, state: PartyState) -> Iterator[Refusal]:
    if not state.keys:
        yield from authority_only(case, state.division)
    else:
        yield from own(case, state)
        yield from responsible(case)
    yield from _new_key(event.key.thumbprint(), state)


def _new_key(kid: str, state: PartyState) -> Iterator[Refusal]:
    if kid in state.keys:
        detail = f"this key was authorised by {told(state.keys[kid].fact)}"
        yield invalid("/key", detail, "Authorise a new key.")


def rotated(case: Case, event: KeyRotated, state: PartyState) -> Iterator[Refusal]:
    """Naming a successor authorises it: from the organ, that takes the responsible post."""
    yield from own_or_authority(case, state)
    if event.key is not None:
        if case.act.by == state.uscc:
            yield from responsible(case)
        yield from _new_key(event.key.thumbprint(), state)
    key = state.keys.get(event.kid)
    if key is None:
        yield _unknown(event.kid, state)
    elif key.rotated is not None:
        yield wrong_state(case, f"the key ended with {told(key.rotated)}", "Name a key that still stands.")


def compromised(case: Case, event: KeyCompromised, state: PartyState) -> Iterator[Refusal]:
    yield from own_or_authority(case, state)
    if event.kid not in state.keys:
        yield _unknown(event.kid, state)


def _unknown(kid: str, state: PartyState) -> Refusal:
    return invalid("/kid", f"{state.uscc} has no key {kid}", "Name the thumbprint of one of its keys.")


RULES: Final[Rules] = {
    KeyAuthorised: Rule(authorised),
    KeyRotated: Rule(rotated),
    KeyCompromised: Rule(compromised),
}
