"""The whole audit of a ledger, with the key authorised for each party at each entry, and its report as one object."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from domain.act import Act
from domain.evolve import evolve, fold
from domain.families.founding.bootstrap import begin
from domain.state import FoundingState, PartyState, State
from ledger.audit.audit import audit
from ledger.audit.report import Report
from ledger.audit.rows import require_database
from ledger.keys.jwk import PublicKey, parse_jwk
from ledger.notes.log_keys import verifier_for
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.store.tables import entry
from replay.key_holders import public_jwk
from replay.log_source import ActLog, UnreadableEntry

ProgressTold = Callable[[int, int], None]  # entries done, of so many


def verified(store: Store, vkeys: list[str], on_progress: ProgressTold | None = None) -> Report:
    """Re-hashes and re-checks every entry. ``vkeys`` are pinned from outside the database."""
    return audit(
        store,
        verifiers=[verifier_for(vkey) for vkey in vkeys],
        find_key=KeysThen(store),
        progress=on_progress,
    )


class KeysThen:
    """The party for which a key was authorised at an index of the log. Asked in the order of the log.

    An entry that cannot be read authorises no key; the audit, not this class, reports that it cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._acts = ActLog(store)
        self._founding: FoundingState | None = None
        self._parties: dict[str, tuple[State | None, list[Act]]] = {}  # folded so far, and the acts still to come
        self._keys: dict[str, PublicKey] = {}

    def __call__(self, kid: str, uscc: str, index: int, instant: dt.datetime) -> PublicKey | None:
        party = self._party(uscc, index)
        held = party.keys.get(kid) if isinstance(party, PartyState) else None
        if held is None or not held.signs or not held.valid_at(instant):
            return None
        if kid not in self._keys:
            self._keys[kid] = parse_jwk(public_jwk(held.jwk))
        return self._keys[kid]

    def _party(self, uscc: str, index: int) -> State | None:
        state, coming = self._parties.get(uscc) or self._begin(uscc)
        while coming and coming[-1].index < index:
            state = evolve(state, coming.pop())
        self._parties[uscc] = (state, coming)
        return state

    def _begin(self, uscc: str) -> tuple[State | None, list[Act]]:
        stream = f"party/{uscc}"
        if self._founding is None:
            founding = fold(self._readable([0]))
            self._founding = founding if isinstance(founding, FoundingState) else None
        acts = self._readable(self._indexes(stream))
        return begin(stream, self._founding), acts[::-1]

    def _indexes(self, stream: str) -> list[int]:
        """The stream's indexes without the rows' texts, because a damaged row must not hide the others."""
        chosen = select(entry.c.index).where(entry.c.ledger == self._store.ledger, entry.c.stream == stream)
        with reading(self._store.engine) as connection:
            return list(connection.scalars(chosen.order_by(entry.c.position)))

    def _readable(self, indexes: list[int]) -> list[Act]:
        acts: list[Act] = []
        for index in indexes:
            try:
                acts += self._acts.from_index(index, 1)
            except DBAPIError:
                require_database(self._store.engine)
            except (UnreadableEntry, ValueError, KeyError, TypeError, AssertionError):
                continue
        return acts


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON, the verdict first. The text for people is made from this same object."""
    first = report.first_fault
    return {
        "verdict": report.verdict,
        "origin": report.origin,
        "size": report.size,
        "root": report.root.hex(),
        "first_fault": None if first is None else _fault(first),
        "steps": [
            {
                "number": step.number,
                "name": step.name,
                "verdict": step.verdict,
                "checked": step.checked,
                "fault_count": step.fault_count,
                "faults": [_fault(fault) for fault in step.faults],
                "note": step.note,
            }
            for step in report.steps
        ],
    }


def _fault(fault: Any) -> dict[str, Any]:
    return {"step": fault.step, "code": fault.code, "where": fault.where, "entry": fault.index, "detail": fault.detail}
