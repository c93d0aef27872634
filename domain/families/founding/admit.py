"""Admission of the first two entries (design.md §11), and of the ledger's own records after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, same_organ, wrong_role, wrong_state, wrong_stream
from domain.admission.roles import authority_only, category_only
from domain.events import (
    AuthorityAppointed,
    BackupDrillPassed,
    EvidenceExported,
    LedgerFounded,
    LedgerKeyRotated,
    WitnessAdded,
)
from domain.reasons.refusals import Refusal
from domain.state import FoundingState


def founded(case: Case, event: LedgerFounded, _state: None) -> Iterator[Refusal]:
    """ledger.founded (entry 0): the founding authority, with the key and post that the record names."""
    act, authority = case.act, event.authority
    if act.index != 0:
        yield wrong_state(case, f"the ledger is founded; this would be entry {act.index}", "Record nothing here.")
    if event.origin != case.settings.origin:
        yield invalid("/origin", f"this ledger is {case.settings.origin}", "Name its origin.")
    if act.stream != f"ledger/{event.origin}":
        yield wrong_stream("the founding record belongs in the ledger's own stream", f"ledger/{event.origin}")
    if authority.uscc == event.government.uscc:
        yield same_organ("/government/uscc", "the government appoints the authority: they are two organs")
    if event.government.category != "GOVERNMENT":
        yield invalid("/government/category", "not a people's government", "State the category GOVERNMENT.")
    if act.by != authority.uscc:
        yield wrong_role(case, f"the founding authority {authority.uscc}")
    elif act.kid != authority.key.thumbprint():
        detail = "signed by another key than the founding authority's in this record"
        yield Refusal("SIGNER_UNAUTHORISED", "/data/authority/key", detail, "Sign with the key the record names.")
    if event.post != authority.responsible_post:
        detail = f"the only post known is {authority.responsible_post}"
        yield Refusal("SIGNER_UNAUTHORISED", "/data/post", detail, "Let the responsible post found the ledger.")


def before_the_third(case: Case) -> Iterator[Refusal]:
    """authority.appointed (entry 1): the founding government appoints the founding authority.

    No other act is admitted before it.
    """
    founding, event = case.founding, case.act.event
    if founding is None:
        yield wrong_state(case, "the ledger is not founded", "Record ledger.founded first.")
        return
    division = founding.parties[founding.authority].division
    if not isinstance(event, AuthorityAppointed):
        detail = f"entry 1 is the appointment of the authority in authority/{division}"
        yield wrong_state(case, detail, "Record authority.appointed first.")
        return
    if case.act.stream != f"authority/{division}":
        yield wrong_stream(f"the founding authority belongs to {division}", f"authority/{division}")
    if event.party != founding.authority:
        yield invalid("/party", "not the founding authority", f"Appoint {founding.authority}.")
    if case.act.by != founding.government:
        yield wrong_role(case, f"the founding government {founding.government}")


def key_rotated(case: Case, event: LedgerKeyRotated, state: FoundingState) -> Iterator[Refusal]:
    """ledger.key_rotated: the founding authority; a new key; the ending key is one that still signs."""
    yield from authority_only(case, state.parties[state.authority].division)
    standing = {key.vkey for key in state.checkpoint_keys if key.to_size is None}
    if event.ends is not None and event.ends not in standing:
        yield invalid("/ends", "no checkpoint key that still signs", "Name the key that ends, as it is recorded here.")
    if event.vkey in {key.vkey for key in state.checkpoint_keys}:
        yield invalid("/vkey", "known already", "Name a new key.")


def operated(
    case: Case, _event: WitnessAdded | EvidenceExported | BackupDrillPassed, _state: FoundingState
) -> Iterator[Refusal]:
    """witness.added, evidence.exported, backup.drill_passed: the operator."""
    yield from category_only(case, "OPERATOR")


RULES: Final[Rules] = {
    LedgerFounded: Rule(founded, Begins.OPENS),
    LedgerKeyRotated: Rule(key_rotated),
    WitnessAdded: Rule(operated),
    EvidenceExported: Rule(operated),
    BackupDrillPassed: Rule(operated),
}
