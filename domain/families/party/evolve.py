"""party/: registration, posts, keys, names, succession, and an organ's records about itself (4.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Final

from domain.act import Act
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
from domain.families.party.state import Declaration, Incident, Named, PartyBasis, PartyKey, PostHeld, Succession
from domain.state import PartyState, end_of, fact_of, start_of
from domain.transition import Steps, add


def evolve_party(state: PartyState | None, act: Act) -> PartyState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        return _registered(act, event) if isinstance(event, PartyRegistered) else None
    step = _STEPS.get(type(event))
    return state if step is None else step(state, act, event)


def _registered(act: Act, event: PartyRegistered) -> PartyState:
    fact = fact_of(act)
    post = PostHeld(post=event.responsible_post, unit=event.unit, responsible=True, from_=None, to=None, fact=fact)
    return PartyState(
        uscc=act.stream.partition("/")[2],
        fact=fact,
        names=(Named(event.name, event.division, event.valid_from, fact),),
        category=event.category,
        level=event.level,
        registered_basis=event.basis,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        unit=event.unit,
        posts={post.post: (post,)},
    )


def _confirmed(state: PartyState, act: Act, _event: PartyConfirmed) -> PartyState:
    return replace(state, confirmed=fact_of(act))


def _basis(state: PartyState, act: Act, event: PartyAuthorityBasisRecorded) -> PartyState:
    basis = PartyBasis(
        kind=event.kind,
        basis=event.basis,
        entrusted_by=event.entrusted_by,
        functions=event.functions,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        fact=fact_of(act),
    )
    return replace(state, bases=(*state.bases, basis))


def _renamed(state: PartyState, act: Act, event: PartyRenamed) -> PartyState:
    named = Named(event.name, event.division or state.division, event.from_, fact_of(act))
    return replace(state, names=(*state.names, named))


def _succeeded(state: PartyState, act: Act, event: PartySucceeded) -> PartyState:
    succession = Succession(event.mode, event.successors, event.effective, event.instrument, fact_of(act))
    return replace(state, successions=(*state.successions, succession))


def _appointed(state: PartyState, act: Act, event: PartyOfficerAppointed) -> PartyState:
    held = PostHeld(
        post=event.officer,
        unit=event.unit,
        responsible=event.responsible,
        from_=start_of(event.from_),
        to=None if event.to is None else end_of(event.to),
        fact=fact_of(act),
    )
    return replace(state, posts=add(state.posts, held.post, (*state.posts.get(held.post, ()), held)))


def _relieved(state: PartyState, act: Act, event: PartyOfficerRelieved) -> PartyState:
    """End every holding of the post that would last beyond the beginning of that day."""
    end, fact = start_of(event.from_), fact_of(act)

    def ended(held: PostHeld) -> PostHeld:
        return replace(held, to=end, relieved=fact) if held.to is None or end < held.to else held

    holdings = tuple(ended(held) for held in state.posts.get(event.officer, ()))
    return replace(state, posts=add(state.posts, event.officer, holdings)) if holdings else state


def _authorised(state: PartyState, act: Act, event: KeyAuthorised) -> PartyState:
    until = None if event.valid_to is None else event.valid_to.astimezone(UTC)
    valid_from = event.valid_from.astimezone(UTC)
    kid = event.key.thumbprint()
    key = PartyKey(kid, event.key, valid_from, until, fact_of(act), use=event.use, officer=event.officer)
    return replace(state, keys=_with_key(state.keys, key))


def _with_key(keys: Mapping[str, PartyKey], key: PartyKey) -> Mapping[str, PartyKey]:
    """Add a key. A known key keeps its history and is not authorised again with another validity."""
    return keys if key.kid in keys else add(keys, key.kid, key)


def _rotated(state: PartyState, act: Act, event: KeyRotated) -> PartyState:
    """A successor has the use and the post of the key that it replaces.

    A key that another organ gives to a powerful party asks for a new confirmation: it would have the party's power.
    """
    keys, fact, old = state.keys, fact_of(act), state.keys.get(event.kid)
    confirmed = state.confirmed
    if old is not None and old.rotated is None:
        keys = add(keys, event.kid, replace(old, ended_at=event.from_.astimezone(UTC), rotated=fact))
    if event.key is not None:
        use, officer = (None, None) if old is None else (old.use, old.officer)
        valid_from = event.from_.astimezone(UTC)
        new = PartyKey(event.key.thumbprint(), event.key, valid_from, None, fact, use=use, officer=officer)
        keys = _with_key(keys, new)
        if act.by != state.uscc:
            confirmed = None
    return replace(state, keys=keys, confirmed=confirmed)


def _compromised(state: PartyState, act: Act, event: KeyCompromised) -> PartyState:
    """Record a report. A second report can only move the start of doubt back."""
    key = state.keys.get(event.kid)
    if key is None:
        return state
    since = event.from_ if key.compromised_from is None else min(key.compromised_from, event.from_)
    key = replace(key, compromised_from=since, compromised=key.compromised or fact_of(act))
    return replace(state, keys=add(state.keys, event.kid, key))


def _node(state: PartyState, act: Act, event: NodeRegistered) -> PartyState:
    return replace(state, nodes=add(state.nodes, event.node_id, fact_of(act)))


def _declared(state: PartyState, act: Act, event: CollectionDeclared) -> PartyState:
    declaration = Declaration(event.declaration_id, event.item, event.catalogue_version, event.from_, fact_of(act))
    return replace(state, declarations=add(state.declarations, event.declaration_id, declaration))


def _exempted(state: PartyState, act: Act, event: CollectionExempted) -> PartyState:
    declaration = state.declarations.get(event.declaration_id)
    if declaration is None:
        return state
    exempted = replace(declaration, exempted=fact_of(act))
    return replace(state, declarations=add(state.declarations, event.declaration_id, exempted))


def _incident(state: PartyState, act: Act, event: IncidentReported) -> PartyState:
    incident = Incident(event.incident_id, event.kind, event.streams, fact_of(act))
    return replace(state, incidents=add(state.incidents, event.incident_id, incident))


def _incident_closed(state: PartyState, act: Act, event: IncidentClosed) -> PartyState:
    incident = state.incidents.get(event.incident_id)
    if incident is None:
        return state
    closed = replace(incident, closed=fact_of(act))
    return replace(state, incidents=add(state.incidents, event.incident_id, closed))


_STEPS: Final[Steps[PartyState]] = {
    PartyConfirmed: _confirmed,
    PartyAuthorityBasisRecorded: _basis,
    PartyRenamed: _renamed,
    PartySucceeded: _succeeded,
    PartyOfficerAppointed: _appointed,
    PartyOfficerRelieved: _relieved,
    KeyAuthorised: _authorised,
    KeyRotated: _rotated,
    KeyCompromised: _compromised,
    NodeRegistered: _node,
    CollectionDeclared: _declared,
    CollectionExempted: _exempted,
    IncidentReported: _incident,
    IncidentClosed: _incident_closed,
}
