"""How far a caller may look into one entry. It is the rule of ``api.authz.row_filters`` for a record whose stream is
known.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from sqlalchemy import select

from api.authz.row_filters import Sight
from api.authz.secret_views import is_secret_now
from api.server.reception import Reception
from domain import events as e
from domain.act import Act
from domain.state import ItemState
from domain.vocabulary.sensitivity import is_sensitive
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.cases.projector import case

# Streams that every party may read: the keys of signers, the published items, and the rules and calendar in force.
OPEN = frozenset({"party", "authority", "item", "ruleset", "calendar", "ledger"})
# Records in these streams are for their signer and for the caller that oversees the signer: reads, leaks, exports, and
# the posts of an organ (as ``Sight.reads_register``).
CONFINED = (
    e.SupervisionRead,
    e.ReportExported,
    e.EvidenceExported,
    e.IncidentReported,
    e.IncidentClosed,
    e.CollectionDeclared,
    e.CollectionExempted,
    e.PartyOfficerAppointed,
    e.PartyOfficerRelieved,
)
MARKS = (e.EventCorrected, e.EventReaffirmed, e.EventDisowned)
CLOSED_TYPES = frozenset(f"sharing.{each.event_name}.v1" for each in (*CONFINED, *MARKS))


def is_for_everybody(act: Act, store: Store) -> bool:
    """Whether every party may read the act, except where an item is not published.

    A correction, reaffirmation or disavowal may repeat the text of the records that it names. It is for everybody if
    all records that it names are in the same stream and are for everybody. A record that names another such record is
    not for everybody, so that no chain of them is followed.
    """
    if act.stream.partition("/")[0] not in OPEN or isinstance(act.event, CONFINED):
        return False
    if not isinstance(act.event, MARKS):
        return True
    refs = (act.event.event,) if isinstance(act.event, e.EventCorrected) else act.event.events
    marked = [store.find_record(ref.source, ref.id) for ref in refs]
    return all(each is not None and each.stream == act.stream and each.type not in CLOSED_TYPES for each in marked)


class View(Enum):
    """How far a caller may look into one entry."""

    NOTHING = 0  # this caller does not see it
    METADATA = 1  # all but its free text
    STUB = 2  # as METADATA, because it is about a (claimed) state secret: no text of it
    WHOLE = 3


def view_of(sight: Sight, act: Act, opening: Act, reception: Reception) -> View:
    """``opening`` is the first act of the entry's stream. It names the organs of the stream."""
    if sight.auditor or act.by in sight.own:
        return View.WHOLE
    view = _view_of_another_s(sight, act, opening, reception)
    return View.STUB if view is not View.NOTHING and is_secret_now(act, reception.store) else view


def _view_of_another_s(sight: Sight, act: Act, opening: Act, reception: Reception) -> View:
    family, _, name = act.stream.partition("/")
    item = _item_of(opening, reception)
    sides = set(_sides_of(act, opening, item))
    divisions = {held.division for uscc in sides if (held := reception.register.party(uscc)) is not None}
    mine = sight.stands_in(sides) or sight.oversees(divisions)
    if is_for_everybody(act, reception.store):
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
    """The organs of the stream, as the record that opened it names them."""
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
    """Whether either side claimed it when the stream began or on receipt, or the item's classes say it since."""
    claimed = {*getattr(opening.event, "classes_acknowledged", ()), *getattr(opening.event, "classes", ())}
    classes = item.classifications[-1].classes if item is not None and item.classifications else frozenset()
    if is_sensitive(claimed | classes) or isinstance(opening.event, e.DisputeOpened):
        return True
    family, _, name = opening.stream.partition("/")
    return family == "request" and _sensitive_case(name, store)


def _sensitive_case(request: str, store: Store) -> bool:
    """The stricter of the classes that both sides claimed (4.3)."""
    rows = select(case.c.sensitive).where(case.c.ledger == store.ledger, case.c.to_size.is_(None), case.c.id == request)
    with reading(store.engine) as connection:
        return any(connection.scalars(rows))
