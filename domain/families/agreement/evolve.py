"""agreement/: proposed, signed by both organs, amended, suspended, ended, acceded to (4.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import (
    AgreementAmended,
    AgreementAmendmentProposed,
    AgreementProposed,
    AgreementResumed,
    AgreementSigned,
    AgreementSucceeded,
    AgreementSuspended,
    AgreementTerminated,
)
from domain.families.agreement.lifecycle import AGREEMENT
from domain.families.agreement.state import (
    Accession,
    AgreementStatus,
    AgreementSuspension,
    AgreementVersion,
    Termination,
)
from domain.state import AgreementState, Fact, fact_of, start_of
from domain.transition import Steps, add, fits


def evolve_agreement(state: AgreementState | None, act: Act) -> AgreementState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        return _proposed(act, event) if isinstance(event, AgreementProposed) else None
    step = _STEPS.get(type(event))
    if step is None or not fits(AGREEMENT, event, state.status):
        return state
    return step(state, act, event)


def _proposed(act: Act, event: AgreementProposed) -> AgreementState:
    fact = fact_of(act)
    first = AgreementVersion(
        number=1,
        scope=event.scope,
        text_digest=event.text_digest,
        effective_from=event.effective_from,
        effective_to=event.effective_to,
        fact=fact,
    )
    return AgreementState(
        id=act.stream.partition("/")[2],
        requests=event.requests,
        requester=event.requester,
        provider=event.provider,
        classes=frozenset(event.classes),
        level=event.level,
        obligations=event.obligations,
        survives=event.survives,
        status=AgreementStatus.PROPOSED,
        status_by=fact,
        fact=fact,
        versions=(first,),
    )


def signs(
    state: AgreementState, version: AgreementVersion, party: str, event: AgreementSigned | AgreementAmended
) -> bool:
    """Return whether the event gives a signature that the version still lacks."""
    same = event.version == version.number and event.text_digest == version.text_digest
    return same and party in state.organs and party not in version.signatures


def _with_signature(state: AgreementState, version: AgreementVersion, fact: Fact) -> AgreementVersion:
    """Add a signature. The second one brings the version into force at once, or on its first day if that is later."""
    signatures = add(version.signatures, fact.by, fact)
    if not state.organs <= signatures.keys():
        return replace(version, signatures=signatures)
    last = max(each.time for each in signatures.values())
    return replace(version, signatures=signatures, in_force_from=max(last, start_of(version.effective_from)))


def _signed(state: AgreementState, act: Act, event: AgreementSigned) -> AgreementState:
    if not signs(state, state.current, act.by, event):
        return state
    fact = fact_of(act)
    version = _with_signature(state, state.current, fact)
    status = AgreementStatus.SIGNED_BY_ONE if version.in_force_from is None else AgreementStatus.IN_FORCE
    return replace(state, status=status, status_by=fact, versions=(*state.versions[:-1], version))


def _amendment_proposed(state: AgreementState, act: Act, event: AgreementAmendmentProposed) -> AgreementState:
    fact = fact_of(act)
    amendment = AgreementVersion(
        number=state.current.number + 1,
        scope=event.scope,
        text_digest=event.text_digest,
        effective_from=event.effective_from,
        effective_to=event.effective_to,
        fact=fact,
    )
    return replace(state, status=AgreementStatus.AMENDMENT_PROPOSED, status_by=fact, amendment=amendment)


def _amended(state: AgreementState, act: Act, event: AgreementAmended) -> AgreementState:
    if state.amendment is None or not signs(state, state.amendment, act.by, event):
        return state
    fact = fact_of(act)
    version = _with_signature(state, state.amendment, fact)
    if version.in_force_from is None:
        return replace(state, amendment=version)
    versions = (*state.versions, version)
    return replace(state, status=AgreementStatus.IN_FORCE, status_by=fact, versions=versions, amendment=None)


def _suspended(state: AgreementState, act: Act, event: AgreementSuspended) -> AgreementState:
    fact = fact_of(act)
    suspension = AgreementSuspension(cause=event.cause, effect=event.effect, dispute=event.dispute, fact=fact)
    suspensions = (*state.suspensions, suspension)
    return replace(state, status=AgreementStatus.SUSPENDED, status_by=fact, suspensions=suspensions)


def _resumed(state: AgreementState, act: Act, event: AgreementResumed) -> AgreementState:
    if state.suspension is None:
        return state
    fact = fact_of(act)
    resumed = replace(state.suspension, resumed=fact, resumed_effect=event.effect)
    status = AgreementStatus.IN_FORCE if state.amendment is None else AgreementStatus.AMENDMENT_PROPOSED
    return replace(state, status=status, status_by=fact, suspensions=(*state.suspensions[:-1], resumed))


def _terminated(state: AgreementState, act: Act, event: AgreementTerminated) -> AgreementState:
    fact = fact_of(act)
    end = Termination(clause=event.clause, notice_on=event.notice_on, effect=event.effect, fact=fact)
    return replace(state, status=AgreementStatus.TERMINATED, status_by=fact, termination=end)


def _succeeded(state: AgreementState, act: Act, event: AgreementSucceeded) -> AgreementState:
    """The successor takes its predecessor's side under a new version with the same text and term."""
    if event.predecessor not in state.organs or act.by in state.organs:
        return state
    fact = fact_of(act)
    other = state.provider if state.requester == event.predecessor else state.requester
    version = replace(
        state.current,
        number=state.current.number + 1,
        text_digest=event.text_digest,
        fact=fact,
        signatures={other: state.current.signatures.get(other, fact), act.by: fact},
        in_force_from=max(act.time, start_of(state.current.effective_from)),
    )
    accession = Accession(
        predecessor=event.predecessor,
        successor=act.by,
        version=version.number,
        text_digest=event.text_digest,
        instrument=event.instrument,
        fact=fact,
    )
    if state.suspension is not None:  # the accession is a new beginning for the successor (4.5)
        ended = replace(state.suspension, resumed=fact, resumed_effect=act.time)
        state = replace(state, suspensions=(*state.suspensions[:-1], ended))
    return replace(
        state,
        requester=act.by if state.requester == event.predecessor else state.requester,
        provider=act.by if state.provider == event.predecessor else state.provider,
        status=AgreementStatus.IN_FORCE,
        status_by=fact,
        versions=(*state.versions, version),
        amendment=None,
        accessions=(*state.accessions, accession),
    )


_STEPS: Final[Steps[AgreementState]] = {
    AgreementSigned: _signed,
    AgreementAmendmentProposed: _amendment_proposed,
    AgreementAmended: _amended,
    AgreementSuspended: _suspended,
    AgreementResumed: _resumed,
    AgreementTerminated: _terminated,
    AgreementSucceeded: _succeeded,
}
