"""Who may read what (law 3.1), in one module: conditions in SQL for lists, and the same rule for one entry.

- requester, provider: the rows in which they, or organs whose functions passed to them, stand;
- authority: the rows in which either party stands in its division, and a province's in the divisions below it;
- people's government: also the requests that were submitted to it for a ruling;
- electronic monitoring and the operator: the metadata of everything;
- auditor: no question at all; entries, bundles and proofs.

What a caller may not see is not there for it: it is left out, or 404. Free text is shown to who stands in the row; to
an authority where the information is not sensitive, or under an open inspection of one of the organs; to monitoring
and operator never. Purpose and duty basis are shown to whoever sees the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, literal, or_, select

from api.callers import Caller
from api.problems import Problem
from api.reception import Reception
from domain import events as e
from domain.acts import Act
from domain.divisions import covers, stem
from domain.sensitivity import is_sensitive
from domain.states import InspectionState, ItemState, PartyState
from ledger.store import Store
from ledger.store.engine import reading
from ledger.store.schema import entry
from projections.access_rows import access
from projections.agreements import agreement, agreement_request
from projections.cases import case
from projections.pages import Visible, everything
from projections.parties import party
from projections.standing import Standing

OVERSEERS = frozenset({"MONITORING", "OPERATOR"})
# Streams that every party may read: whose key signed, what is published, and which rules and calendar are in force.
OPEN = frozenset({"party", "authority", "item", "ruleset", "calendar", "ledger"})
# Records in them that are for their signer and for whoever oversees it: who looked, what leaked, what was exported.
CONFINED = (
    e.SupervisionRead,
    e.ReportExported,
    e.EvidenceExported,
    e.IncidentReported,
    e.IncidentClosed,
    e.CollectionDeclared,
    e.CollectionExempted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one caller may see."""

    own: tuple[str, ...]  # itself, and organs whose functions passed to it
    divisions: tuple[str, ...] = ()  # of which it is the authority
    everything: bool = False
    submitted: tuple[str, ...] = ()  # requests submitted to it for a ruling
    inspected: frozenset[str] = frozenset()  # organs of the inspection under which it reads
    auditor: bool = False

    # --- lists: conditions on the rows of each table; a row that meets any of them is for the caller

    def access(self) -> tuple[Visible, ...]:
        return self._sides(access, access.c.request)

    def cases(self) -> tuple[Visible, ...]:
        return self._sides(case, case.c.id)

    def agreements(self) -> tuple[Visible, ...]:
        def of_submitted(standing: Standing) -> ColumnElement[bool]:
            named = agreement_request.c.request.in_(self.submitted)
            return agreement.c.id.in_(
                select(agreement_request.c.agreement).where(standing.holds(agreement_request), named)
            )

        return (*self._sides(agreement), *((of_submitted,) if self.submitted else ()))

    def parties(self) -> tuple[Visible, ...]:
        """The register is for every party: whose key signed, and who is whose counterpart, has to be known by all."""
        return (everything,)

    def _sides(self, table: Table, request: ColumnElement[Any] | None = None) -> tuple[Visible, ...]:
        """``requester`` or ``provider`` is one whose rows this caller sees.

        Each side of an organ has an index, newest first, so they are asked apart. An authority's division holds so many
        of all rows that the newest of them are found soonest by passing over the others.
        """
        sides = (table.c.requester, table.c.provider)
        if self.everything:
            return (everything,)
        if self.divisions:
            return (partial(self._inside, sides),)
        own = [side == self.own[0] if len(self.own) == 1 else side.in_(self.own) for side in sides]
        if self.submitted and request is not None:
            own.append(request.in_(self.submitted))
        return tuple(partial(_always, condition) for condition in own)

    def _inside(self, sides: Sequence[ColumnElement[Any]], standing: Standing) -> ColumnElement[bool]:
        inside = select(party.c.uscc).where(standing.holds(party), or_(*map(_within, self.divisions)))
        return or_(*(side.in_(self.own) | side.in_(inside) for side in sides))

    # --- one row, or one entry, whose sides are known

    def stands_in(self, sides: Collection[str | None]) -> bool:
        return not set(self.own).isdisjoint(sides)

    def oversees(self, divisions: Collection[str]) -> bool:
        return self.everything or any(covers(mine, each) for mine in self.divisions for each in divisions)

    def reads_texts(self, sides: Collection[str | None], *, sensitive: bool) -> bool:
        """Whether the free text of a row is for this caller, which may see the row."""
        if self.auditor or self.stands_in(sides):
            return True
        if self.divisions:
            return not sensitive or not self.inspected.isdisjoint(sides)
        return not self.everything and not sensitive

    def reads_register(self, uscc: str, division: str) -> bool:
        """Posts of a party, beyond its name and keys."""
        return uscc in self.own or self.oversees((division,))


def _always(condition: ColumnElement[bool], _: Standing) -> ColumnElement[bool]:
    return condition


def _within(division: str) -> ColumnElement[bool]:
    """A division covers those below it; its stem is digits only, so that nothing in it is a pattern."""
    return party.c.division.like(f"{stem(division)}%")


# --- who the caller is


def sight_of(caller: Caller, reception: Reception, *, inspection: str | None = None) -> Sight:
    """What the caller may see now; 403 for one who may ask nothing."""
    if caller.auditor:
        raise Problem("CALLER_FORBIDDEN", "An auditor gets entries, bundles and proofs, and asks no questions.")
    held = reception.register.party(caller.uscc)
    assert held is not None, "a key in force is a registered party's"
    division = reception.register.authority_over(caller.uscc, reception.clock())
    sight = Sight(
        own=(caller.uscc, *_predecessors(caller.uscc, reception.store)),
        divisions=() if division is None else (division,),
        everything=held.category in OVERSEERS,
        submitted=_submitted_to(held, reception.store),
    )
    return sight if inspection is None else replace(sight, inspected=_inspected(inspection, caller, reception))


def _predecessors(uscc: str, store: Store) -> list[str]:
    """Organs whose functions passed to this one (``party.succeeded``): it answers for their streams."""
    named = (literal(" ") + party.c.successors + " ").contains(f" {uscc} ", autoescape=True)
    rows = select(party.c.uscc).distinct().where(party.c.ledger == store.ledger, party.c.to_size.is_(None), named)
    with reading(store.engine) as connection:
        return list(connection.scalars(rows))


def _submitted_to(held: PartyState, store: Store) -> tuple[str, ...]:
    """Requests whose file was submitted to this people's government for a ruling (A13 ¶1)."""
    if held.category != "GOVERNMENT":
        return ()
    # Only what stands in no catalogue is ruled on, and such requests are few.
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


# --- one entry


class View(Enum):
    """How far a caller may look into one entry."""

    NOTHING = 0  # for this caller it is not there
    METADATA = 1  # all but its free text
    WHOLE = 2


def view_of(sight: Sight, act: Act, opening: Act, reception: Reception) -> View:
    """``opening`` is the first act of the entry's stream: it names who stands in it."""
    if sight.auditor or act.by in sight.own:
        return View.WHOLE
    family, _, name = act.stream.partition("/")
    item = _item_of(opening, reception)
    sides = set(_sides_of(act, opening, item))
    divisions = {held.division for uscc in sides if (held := reception.register.party(uscc)) is not None}
    mine = sight.stands_in(sides) or sight.oversees(divisions)
    if family in OPEN and not isinstance(act.event, CONFINED):
        published = item is None or item.ever_published
        return View.WHOLE if published or mine else View.NOTHING
    if not mine and not (family == "request" and name in sight.submitted):
        return View.NOTHING
    sensitive = _sensitive(opening, item, reception.store)
    return View.WHOLE if sight.reads_texts(sides, sensitive=sensitive) else View.METADATA


def _item_of(opening: Act, reception: Reception) -> ItemState | None:
    """The item that a stream is about."""
    family, _, name = opening.stream.partition("/")
    code = name if family == "item" else getattr(opening.event, "item", None)
    state = reception.register.state(f"item/{code}") if code else None
    return state if isinstance(state, ItemState) else None


def _sides_of(act: Act, opening: Act, item: ItemState | None) -> Iterator[str]:
    """The organs that stand in the stream, as the record that opened it names them."""
    yield from (opening.by, act.by)
    for name in ("requester", "provider", "counterparty", "accused"):
        uscc = getattr(opening.event, name, None)
        if uscc:
            yield uscc
    yield from getattr(opening.event, "inspected", ())
    family, _, name = opening.stream.partition("/")
    if family in {"party", "statistics"}:
        yield name
    if item is not None and item.provider is not None:
        yield item.provider


def _sensitive(opening: Act, item: ItemState | None, store: Store) -> bool:
    """By what either side claimed, when the stream began or on receipt, and by the item's classes since."""
    claimed = {*getattr(opening.event, "classes_acknowledged", ()), *getattr(opening.event, "classes", ())}
    classes = item.classifications[-1].classes if item is not None and item.classifications else frozenset()
    if is_sensitive(claimed | classes) or isinstance(opening.event, e.DisputeOpened):
        return True
    family, _, name = opening.stream.partition("/")
    return family == "request" and _sensitive_case(name, store)


def _sensitive_case(request: str, store: Store) -> bool:
    """The stricter of what both sides claimed (4.3)."""
    rows = select(case.c.sensitive).where(case.c.ledger == store.ledger, case.c.to_size.is_(None), case.c.id == request)
    with reading(store.engine) as connection:
        return any(connection.scalars(rows))
