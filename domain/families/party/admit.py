"""party/: registration, names, succession, posts (A2, A30), and an organ's records about itself (4.13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, missing, same_organ, wrong_level, wrong_role, wrong_state
from domain.admission.roles import (
    authority_only,
    government_only,
    is_authority,
    is_government,
    of_category,
)
from domain.events import (
    CollectionDeclared,
    CollectionExempted,
    IncidentClosed,
    IncidentReported,
    KeyAuthorised,
    KeyCompromised,
    KeyRotated,
    NodeRegistered,
    PartyAuthorityBasisRecorded,
    PartyConfirmed,
    PartyOfficerAppointed,
    PartyOfficerRelieved,
    PartyRegistered,
    PartyRenamed,
    PartySucceeded,
)
from domain.families.party.state import NATION, POWERFUL
from domain.state import PartyState
from domain.vocabulary.codes import LEVELS
from domain.vocabulary.divisions import common_division, province_of
from formats.refusal import Refusal


def own(context: AdmissionContext, state: PartyState) -> Iterator[Refusal]:
    """Yield a refusal unless the organ itself signs."""
    if context.act.by != state.uscc:
        yield wrong_role(context, f"the organ {state.uscc} itself")


def own_or_authority(context: AdmissionContext, state: PartyState) -> Iterator[Refusal]:
    """Yield a refusal unless the organ or its registrar signs."""
    if context.act.by != state.uscc:
        yield from registrar_only(context, state.division, powerful=state.powerful, instead=True)


def registrar_only(
    context: AdmissionContext, division: str, *, powerful: bool, instead: bool = False
) -> Iterator[Refusal]:
    """Yield a refusal unless the signer may register such a party.

    That is the authority of its division (A5). For a party with power over others it is the provincial one.
    """
    yield from authority_only(context, province_of(division) if powerful else division, instead=instead)


def registered(context: AdmissionContext, event: PartyRegistered, _state: None) -> Iterator[Refusal]:
    """party.registered: the authority of the division, else the provincial authority.

    The level of the party is not above that of its registrar. A level of the nation needs a confirmation instead.
    """
    powerful = event.category in POWERFUL or event.level == NATION
    refusals = tuple(registrar_only(context, event.division, powerful=powerful))
    yield from refusals
    signer = None if refusals or event.level == NATION else context.signer
    if signer is not None and LEVELS.index(event.level) < LEVELS.index(signer.level):
        yield wrong_level(context, f"an authority of level {event.level}", "/data/level")


def confirmed(context: AdmissionContext, _event: PartyConfirmed, state: PartyState) -> Iterator[Refusal]:
    """party.confirmed: the provincial government, for a party that needs it."""
    yield from government_only(context, province_of(state.division))
    if context.act.by == state.uscc:
        yield same_organ("/party", "a government does not confirm itself")
    if state.may_act:
        detail = "the party needs no confirmation" if state.confirmed is None else describe(state.confirmed)
        yield wrong_state(context, f"nothing is to be confirmed: {detail}", "Record nothing here.")


def basis_recorded(
    context: AdmissionContext, _event: PartyAuthorityBasisRecorded, state: PartyState
) -> Iterator[Refusal]:
    """party.authority_basis_recorded: the authority of the division."""
    yield from authority_only(context, state.division)


def renamed(context: AdmissionContext, event: PartyRenamed, state: PartyState) -> Iterator[Refusal]:
    """party.renamed: the organ, or the authority of its division.

    Another division is other power, so it takes the authority over both.
    """
    if event.division in (None, state.division):
        yield from own_or_authority(context, state)
    else:
        yield from registrar_only(context, common_division(state.division, event.division), powerful=state.powerful)


def succeeded(context: AdmissionContext, event: PartySucceeded, state: PartyState) -> Iterator[Refusal]:
    """party.succeeded: the government or the authority of the division."""
    if not is_government(context, state.division):
        yield from authority_only(context, state.division, instead=True)
    for place, successor in enumerate(event.successors):
        if successor.party == state.uscc:
            yield same_organ(f"/successors/{place}/party", "an organ does not succeed itself")


def appointed(context: AdmissionContext, _event: PartyOfficerAppointed, state: PartyState) -> Iterator[Refusal]:
    """party.officer_appointed: the organ."""
    yield from own(context, state)


def relieved(context: AdmissionContext, event: PartyOfficerRelieved, state: PartyState) -> Iterator[Refusal]:
    """party.officer_relieved: the organ, for a post that it appointed."""
    yield from own(context, state)
    if event.officer not in state.posts:
        yield invalid("/officer", f"{event.officer} was never appointed", "Name a post of the organ.")


def node_registered(context: AdmissionContext, _event: NodeRegistered, state: PartyState) -> Iterator[Refusal]:
    """node.registered: the organ."""
    yield from own(context, state)


def declared(context: AdmissionContext, event: CollectionDeclared, state: PartyState) -> Iterator[Refusal]:
    """collection.declared: the organ; a new declaration id."""
    yield from own(context, state)
    known = state.declarations.get(event.declaration_id)
    if known is not None:
        detail = f"{event.declaration_id} was declared by {describe(known.fact)}"
        yield wrong_state(context, detail, "Give the new declaration its own id.")


def exempted(context: AdmissionContext, event: CollectionExempted, state: PartyState) -> Iterator[Refusal]:
    """collection.exempted: the organ, for its declaration."""
    yield from own(context, state)
    if event.declaration_id not in state.declarations:
        detail = f"no declaration {event.declaration_id}"
        yield invalid("/declaration_id", detail, "Record collection.declared first.")


def incident_reported(context: AdmissionContext, event: IncidentReported, state: PartyState) -> Iterator[Refusal]:
    """incident.reported: the organ or the operator; a new incident id."""
    if not of_category(context, "OPERATOR"):
        yield from own(context, state)
    known = state.incidents.get(event.incident_id)
    if known is not None:
        detail = f"{event.incident_id} was reported by {describe(known.fact)}"
        yield wrong_state(context, detail, "Give the new incident its own id.")


def incident_closed(context: AdmissionContext, event: IncidentClosed, state: PartyState) -> Iterator[Refusal]:
    """incident.closed: the organ, the operator or the authority, for an open incident."""
    if not of_category(context, "OPERATOR") and not is_authority(context, state.division):
        yield from own(context, state)
    known = state.incidents.get(event.incident_id)
    if known is None:
        yield invalid("/incident_id", f"no incident {event.incident_id}", "Record incident.reported first.")
    elif known.closed is not None:
        yield wrong_state(context, f"closed by {describe(known.closed)}", "Report a new incident.")


def responsible(context: AdmissionContext) -> Iterator[Refusal]:
    """The post of the responsible person authorises keys and reaffirms doubtful records (3.1)."""
    signer, act = context.signer, context.act
    held = signer.holds(act.event.post, act.recorded_at) if signer is not None else None
    if held is not None and not held.responsible:
        yield wrong_role(context, f"the responsible post of {act.by}")


def authorised(context: AdmissionContext, event: KeyAuthorised, state: PartyState) -> Iterator[Refusal]:
    """key.authorised: the registrar for the first key, then the organ's responsible post; a new key.

    Who holds the first key shows it (``possession``): otherwise another organ's key could be registered as one's own.
    """
    if not state.keys:
        yield from registrar_only(context, state.division, powerful=state.powerful)
        if event.possession is None:
            next_step = "Let the holder of the key sign it (docs/reference/formats/keys.md)."
            yield missing("/possession", "the first key of a party comes with the proof of its possession", next_step)
        if event.use == "READ":
            yield invalid(
                "/use", "the first key of a party signs, because the party authorises the others", "Leave it out."
            )
    else:
        yield from own(context, state)
        yield from responsible(context)
    if event.officer is not None and state.holds(event.officer, context.act.recorded_at) is None:
        yield invalid("/officer", f"{state.uscc} does not hold the post {event.officer} now", "Appoint the post first.")
    yield from _new_key(context, event.key.thumbprint(), state)


def _new_key(context: AdmissionContext, kid: str, state: PartyState) -> Iterator[Refusal]:
    """A thumbprint belongs to one party for ever: a signature then says whose it is."""
    if kid in state.keys:
        detail = f"this key was authorised by {describe(state.keys[kid].fact)}"
        yield invalid("/key", detail, "Authorise a new key.")
    elif context.states.key_holder(kid) is not None:
        yield invalid("/key", "this key is that of another party", "Authorise a new key.")


def rotated(context: AdmissionContext, event: KeyRotated, state: PartyState) -> Iterator[Refusal]:
    """key.rotated: the organ, or the authority of its division; a key that has not ended.

    A rotation that names a successor authorises a key. The organ needs its responsible post for that.
    """
    yield from own_or_authority(context, state)
    if event.key is not None:
        if context.act.by == state.uscc:
            yield from responsible(context)
        elif state.category == "GOVERNMENT" and state.division == province_of(state.division):
            yield wrong_role(context, f"the government {state.uscc} itself, because nobody confirms its keys")
        yield from _new_key(context, event.key.thumbprint(), state)
    key = state.keys.get(event.kid)
    if key is None:
        yield _unknown(event.kid, state)
    elif key.rotated is not None:
        yield wrong_state(context, f"the key ended with {describe(key.rotated)}", "Name a key that is still valid.")


def compromised(context: AdmissionContext, event: KeyCompromised, state: PartyState) -> Iterator[Refusal]:
    """key.compromised: the organ, or the authority of its division; a known key."""
    yield from own_or_authority(context, state)
    if event.kid not in state.keys:
        yield _unknown(event.kid, state)


def _unknown(kid: str, state: PartyState) -> Refusal:
    return invalid("/kid", f"{state.uscc} has no key {kid}", "Name the thumbprint of one of its keys.")


RULES: Final[AdmissionRules] = {
    PartyRegistered: AdmissionRule(registered, Begins.OPENS),
    PartyConfirmed: AdmissionRule(confirmed),
    PartyAuthorityBasisRecorded: AdmissionRule(basis_recorded),
    PartyRenamed: AdmissionRule(renamed),
    PartySucceeded: AdmissionRule(succeeded),
    PartyOfficerAppointed: AdmissionRule(appointed),
    PartyOfficerRelieved: AdmissionRule(relieved),
    NodeRegistered: AdmissionRule(node_registered),
    CollectionDeclared: AdmissionRule(declared),
    CollectionExempted: AdmissionRule(exempted),
    IncidentReported: AdmissionRule(incident_reported),
    IncidentClosed: AdmissionRule(incident_closed),
    KeyAuthorised: AdmissionRule(authorised),
    KeyRotated: AdmissionRule(rotated),
    KeyCompromised: AdmissionRule(compromised),
}
