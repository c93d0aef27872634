"""Admission of the first two entries (design.md §11), and of the ledger's own records after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
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
from domain.state import FoundingState
from formats.refusal import Refusal


def founded(context: AdmissionContext, event: LedgerFounded, _state: None) -> Iterator[Refusal]:
    """ledger.founded (entry 0): the founding authority, with the key and post that the record names."""
    act, authority = context.act, event.authority
    if act.index != 0:
        yield wrong_state(context, f"the ledger is founded; this would be entry {act.index}", "Record nothing here.")
    if event.origin != context.settings.origin:
        yield invalid("/origin", f"this ledger is {context.settings.origin}", "Name its origin.")
    if act.stream != f"ledger/{event.origin}":
        yield wrong_stream("the founding record belongs in the ledger's own stream", f"ledger/{event.origin}")
    if authority.uscc == event.government.uscc:
        yield same_organ("/government/uscc", "the government appoints the authority: they are two organs")
    elif authority.key == event.government.key:
        yield invalid("/government/key", "that of the authority", "Give each of the two organs its own key.")
    if event.government.category != "GOVERNMENT":
        yield invalid("/government/category", "not a people's government", "State the category GOVERNMENT.")
    if act.by != authority.uscc:
        yield wrong_role(context, f"the founding authority {authority.uscc}")
    elif act.kid != authority.key.thumbprint():
        detail = "signed by another key than the founding authority's in this record"
        yield Refusal("SIGNER_UNAUTHORISED", "/data/authority/key", detail, "Sign with the key the record names.")
    if event.post != authority.responsible_post:
        detail = f"the only post known is {authority.responsible_post}"
        yield Refusal("SIGNER_UNAUTHORISED", "/data/post", detail, "Let the responsible post found the ledger.")


def first_two_entries(context: AdmissionContext) -> Iterator[Refusal]:
    """authority.appointed (entry 1): the founding government appoints the founding authority.

    No other act is admitted before it.
    """
    founding, event = context.founding, context.act.event
    if founding is None:
        yield wrong_state(context, "the ledger is not founded", "Record ledger.founded first.")
        return
    division = founding.parties[founding.authority].division
    if not isinstance(event, AuthorityAppointed):
        detail = f"entry 1 is the appointment of the authority in authority/{division}"
        yield wrong_state(context, detail, "Record authority.appointed first.")
        return
    if context.act.stream != f"authority/{division}":
        yield wrong_stream(f"the founding authority belongs to {division}", f"authority/{division}")
    if event.party != founding.authority:
        yield invalid("/party", "not the founding authority", f"Appoint {founding.authority}.")
    if context.act.by != founding.government:
        yield wrong_role(context, f"the founding government {founding.government}")


def key_rotated(context: AdmissionContext, event: LedgerKeyRotated, state: FoundingState) -> Iterator[Refusal]:
    """ledger.key_rotated: the founding authority; a new key; the ending key is one that still signs."""
    yield from authority_only(context, state.parties[state.authority].division)
    standing = {key.vkey for key in state.checkpoint_keys if key.to_size is None}
    if event.ends is not None and event.ends not in standing:
        yield invalid("/ends", "no checkpoint key that still signs", "Name the key that ends, as it is recorded here.")
    if event.vkey in {key.vkey for key in state.checkpoint_keys}:
        yield invalid("/vkey", "known already", "Name a new key.")


def operated(
    context: AdmissionContext, _event: WitnessAdded | EvidenceExported | BackupDrillPassed, _state: FoundingState
) -> Iterator[Refusal]:
    """witness.added, evidence.exported, backup.drill_passed: the operator."""
    yield from category_only(context, "OPERATOR")


RULES: Final[AdmissionRules] = {
    LedgerFounded: AdmissionRule(founded, Begins.OPENS),
    LedgerKeyRotated: AdmissionRule(key_rotated),
    WitnessAdded: AdmissionRule(operated),
    EvidenceExported: AdmissionRule(operated),
    BackupDrillPassed: AdmissionRule(operated),
}
