"""The identity of a caller in the register, and the access that follows from it (law 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import literal, select

from api.authz.row_filters import AccessScope
from api.authz.tokens import Caller
from api.http.problems import Problem
from api.server.reception import AppContext
from domain import events as e
from domain.state import InspectionState, PartyState
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.store.tables import entry
from projections.cases.projector import case
from projections.parties.projector import party

OVERSEERS = frozenset({"MONITORING", "OPERATOR"})


def access_scope_of(
    caller: Caller, context: AppContext, *, inspection: str | None = None, size: int | None = None
) -> AccessScope:
    """The caller's present access. Raises 403 for a caller that may ask nothing. ``size``: of the log, if it was just
    read.
    """
    if caller.auditor:
        raise Problem("CALLER_FORBIDDEN", "An auditor gets entries, bundles and proofs, and asks no questions.")
    size = context.store.head().size if size is None else size
    held = context.registry.party(caller.uscc, size)
    assert held is not None, "a key in force is a registered party's"
    division = context.registry.authority_over(caller.uscc, context.clock(), size)
    access_scope = AccessScope(
        own=(caller.uscc, *_predecessors(caller.uscc, context.store)),
        divisions=() if division is None else (division,),
        everything=held.category in OVERSEERS,
        submitted=_submitted_to(held, context.store),
        secrecy=(held.level, held.division) if held.category == "SECRECY" else None,
    )
    return (
        access_scope if inspection is None else replace(access_scope, inspected=_inspected(inspection, caller, context))
    )


def _predecessors(uscc: str, store: Store) -> list[str]:
    """Organs whose functions passed to this one (``party.succeeded``). It answers for their streams."""
    named = (literal(" ") + party.c.successors + " ").contains(f" {uscc} ", autoescape=True)
    rows = select(party.c.uscc).distinct().where(party.c.ledger == store.ledger, party.c.to_size.is_(None), named)
    with reading(store.engine) as connection:
        return list(connection.scalars(rows))


def _submitted_to(held: PartyState, store: Store) -> tuple[str, ...]:
    """Requests whose file was submitted to this people's government for a ruling (A13 ¶1)."""
    if held.category != "GOVERNMENT":
        return ()
    # Only a request for an item outside every catalogue is ruled on, and such requests are few.
    outside = (case.c.ledger == store.ledger, case.c.to_size.is_(None), case.c.in_catalogue.is_(False))
    stream = (entry.c.ledger == store.ledger, entry.c.stream == literal("request/") + case.c.id)
    submissions = (
        select(case.c.id, entry.c.line)
        .distinct()
        .where(*outside, *stream, entry.c.type == f"sharing.{e.RulingSubmitted.event_name}.v1")
    )
    with reading(store.engine) as connection:
        rows = connection.execute(submissions).all()
    return tuple(row.id for row in rows if _data(row.line)["to"] == held.division)


def _data(line: bytes) -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads(orjson.loads(line)["record"])["data"]
    return data


def _inspected(number: str, caller: Caller, context: AppContext) -> frozenset[str]:
    """The organs whose sensitive texts an open inspection of this caller opens (A32)."""
    state = context.registry.state(f"inspection/{number}")
    if (
        not isinstance(state, InspectionState)
        or state.closed is not None
        or state.inspector != caller.uscc
        or not state.opened.sensitive_text
    ):
        raise Problem(
            "CALLER_FORBIDDEN", "No open inspection of this caller has that number and opens sensitive texts."
        )
    return frozenset(state.opened.inspected)
