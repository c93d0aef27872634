"""Cases, agreements and parties as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from api.authz.redaction import hide
from api.authz.row_filters import Sight
from api.read.acts import Row, moment
from domain.codec.encode import writer
from domain.codec.schema import object_shape, texts
from domain.families.agreement.state import AgreementVersion
from domain.state import AgreementState, Fact, RequestState
from domain.vocabulary.values import Scope
from projections.cases.query import AgreementFile, AgreementRow, CaseFile, CaseRow
from projections.deadlines.query import DeadlineRow
from projections.parties.query import KeyRow, PartyFile, PartyRow, PostRow

_SCOPE = object_shape(Scope)
_SCOPE_TEXTS = tuple(texts(_SCOPE))


# --- cases


def case_row(row: CaseRow) -> Row:
    return {
        "id": row.id,
        "status": str(row.status),
        "status_index": row.status_index,
        "requester": row.requester,
        "provider": row.provider,
        "item": row.item,
        "in_catalogue": row.in_catalogue,
        "classes": list(row.classes),
        "sensitive": row.sensitive,
        "opened_at": moment(row.opened_at),
        "received_at": moment(row.received_at),
        "answered_at": moment(row.answered_at),
        "overdue": row.overdue,
        "clocks": [clock_row(each) for each in row.clocks],
    }


def clock_row(clock: DeadlineRow) -> Row:
    return {
        "clock": str(clock.clock),
        "started_at": moment(clock.started_at),
        "days": clock.days,
        "basis": clock.basis,
        "certainty": str(clock.certainty),
        "earliest": _day(clock.earliest),
        "latest": _day(clock.latest),
        "provisional": clock.provisional,
        "met_at": moment(clock.met_at),
    }


def agreement_row(row: AgreementRow) -> Row:
    return {
        "id": row.id,
        "status": str(row.status),
        "status_index": row.status_index,
        "requester": row.requester,
        "provider": row.provider,
        "version": row.version,
        "text_digest": row.text_digest,
        "proposed_at": moment(row.proposed_at),
        "in_force_from": moment(row.in_force_from),
        "ends_at": moment(row.ends_at),
        "expired": row.expired,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def case_file(file: CaseFile, sight: Sight, *, stub: bool) -> Row:
    """A case whole, but for its entries. ``stub``: its item is shown without a word."""
    readable = sight.reads_texts((file.row.requester, file.row.provider), sensitive=file.row.sensitive)
    return {
        "case": case_row(file.row),
        "grant": _grant(file.state, readable, stub=stub),
        "agreements": [agreement_row(each) for each in file.agreements],
        "judged": [
            {"kind": kind, "verdict": verdict, "number": number}
            for (kind, verdict), number in sorted(file.judged.items())
        ],
    }


def _grant(state: RequestState, readable: bool, *, stub: bool) -> Row | None:
    """What the requester may do, by the version last in effect (law: 4.12)."""
    if state.grant is None:
        return None
    version = state.grant.current
    suspension, revocation = state.grant.suspension, state.grant.revocation
    return {
        "version": version.number,
        "effective": moment(version.effective),
        "basis_index": version.basis.index,
        "suspended_from": moment(suspension.effect) if suspension is not None else None,
        "revoked_from": moment(revocation.effect) if revocation is not None else None,
        **_scope(version.scope, readable, stub=stub),
    }


def _scope(scope: Scope, readable: bool, *, stub: bool) -> Row:
    written = writer(_SCOPE)(scope)
    assert isinstance(written, dict)
    withheld = hide(written, _SCOPE_TEXTS, stub=stub) if stub or not readable else []
    return {"scope": written, "withheld": [f"/scope{pointer}" for pointer in withheld]}


# --- agreements


def agreement_file(file: AgreementFile, sight: Sight, *, stub: bool) -> Row:
    """An agreement with every version, and what it was suspended or ended by. ``stub``: without a word."""
    state = file.state
    readable = sight.reads_texts((file.row.requester, file.row.provider), sensitive=True)
    end = state.termination
    return {
        "agreement": agreement_row(file.row),
        "requests": list(state.requests),
        "classes": sorted(state.classes),
        "level": state.level,
        "survives": state.survives,
        "versions": [_version(each, readable, stub=stub) for each in (*state.versions, *_pending(state))],
        "suspensions": [
            {
                "cause": str(each.cause),
                "effect": moment(each.effect),
                "resumed": moment(each.resumed_effect),
                "index": each.fact.index,
            }
            for each in state.suspensions
        ],
        "terminated": None if end is None else {"effect": end.effect.isoformat(), "index": end.fact.index},
    }


def _pending(state: AgreementState) -> tuple[AgreementVersion, ...]:
    return () if state.amendment is None else (state.amendment,)


def _version(version: AgreementVersion, readable: bool, *, stub: bool) -> Row:
    return {
        "version": version.number,
        "text_digest": version.text_digest,
        "effective_from": version.effective_from.isoformat(),
        "effective_to": version.effective_to.isoformat(),
        "in_force_from": moment(version.in_force_from),
        "proposed_index": version.fact.index,
        "signatures": _signatures(version.signatures),
        **_scope(version.scope, readable, stub=stub),
    }


def _signatures(signatures: Mapping[str, Fact]) -> list[Row]:
    return [
        {"by": uscc, "post": fact.post, "time": moment(fact.time), "index": fact.index}
        for uscc, fact in signatures.items()
    ]


# --- parties


def party_row(row: PartyRow) -> Row:
    return {
        "uscc": row.uscc,
        "name": row.name,
        "category": row.category,
        "level": row.level,
        "division": row.division,
        "unit": row.unit,
        "registered_index": row.registered_index,
        "valid_from": moment(row.valid_from),
        "valid_to": moment(row.valid_to),
        "successors": list(row.successors),
    }


def party_file(file: PartyFile, sight: Sight) -> Row:
    """A party with its keys, which are for everybody, and its posts, which are for itself and who oversees it."""
    open_ = sight.reads_register(file.row.uscc, file.row.division)
    return {
        "party": party_row(file.row),
        "keys": [_key(each) for each in file.keys],
        "posts": [_post(each) for each in file.posts] if open_ else None,
        "withheld": [] if open_ else ["/posts"],
    }


def _key(row: KeyRow) -> Row:
    return {
        "kid": row.kid,
        "jwk": dict(row.jwk),
        "valid_from": moment(row.valid_from),
        "valid_to": moment(row.valid_to),
        "ended_at": moment(row.ended_at),
        "compromised_from": moment(row.compromised_from),
        "by_index": row.by_index,
    }


def _post(row: PostRow) -> Row:
    return {
        "post": row.post,
        "unit": row.unit,
        "responsible": row.responsible,
        "held_from": moment(row.held_from),
        "held_to": moment(row.held_to),
        "by_index": row.by_index,
    }
