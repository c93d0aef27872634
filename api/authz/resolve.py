"""The identity of a caller in the register, and the access that follows from it (law 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import literal, select

from api.authz.row_filters import Sight
from api.authz.tokens import Caller
from api.http.problems import Problem
from api.server.reception import Reception
from domain import events as e
from domain.state import InspectionState, PartyState
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.store.tables import entry
from projections.cases.projector import case
from projections.parties.projector import party

OVERSEERS = frozenset({"MONITORING", "OPERATOR"})


def sight_of(caller: Caller, reception: Reception, *, inspection: str | None = None, size: int | None = None) -> Sight:
    """The caller's present access. Raises 403 for a caller that may ask nothing. ``size``: of the log, if it was just
    read.
    """
    if caller.auditor:
        raise Problem("CALLER_FORBIDDEN", "An auditor gets entries, bundles and proofs, and asks no questions.")
    size = reception.store.head().size if size is None else size
    held = reception.register.party(caller.uscc, size)
    assert held is not None, "a key in force is a registered party's"
    division = reception.register.authority_over(caller.uscc, reception.clock(), size)
    sight = Sight(
        own=(caller.uscc, *_predecessors(caller.uscc, reception.store)),
        divisions=() if division is None else (division,),
        everything=held.category in OVERSEERS,
        submitted=_submitted_to(held, reception.store),
        secrecy=(held.level, held.division) if held.category == "SECRECY" else None,
    )
    return sight if inspection is None else replace(sight, inspected=_inspected(inspection, caller, reception))


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
        found = connection.execute(submissions).all()
    return tuple(row.id for row in found if _data(row.line)["to"] == held.division)


def _data(line: bytes) -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads(orjson.loads(line)["record"])["data"]
    return data


def _inspected(number: str, caller: Caller, reception: Reception) -> frozenset[str]:
    """The organs whose sensitive texts an open inspection of this caller opens (A32)."""
    state = reception.register.state(f"inspection/{number}")
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
