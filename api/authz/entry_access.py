"""How far a caller may look into one entry. It is the rule of ``api.authz.row_filters`` for a record whose stream is
known.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from sqlalchemy import select

from api.authz.row_filters import AccessScope
from api.authz.secret_views import is_secret_now
from api.server.reception import AppContext
from domain import events as e
from domain.act import Act
from domain.admission.sight import OPEN_FAMILIES
from domain.state import ItemState
from domain.vocabulary.sensitivity import is_sensitive
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.cases.projector import case

# Records in these streams are for their signer and for the caller that oversees the signer: reads, leaks, exports, and
# the posts of an organ (as ``AccessScope.may_read_register``).
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
    if act.stream.partition("/")[0] not in OPEN_FAMILIES or isinstance(act.event, CONFINED):
        return False
    if not isinstance(act.event, MARKS):
        return True
    refs = (act.event.event,) if isinstance(act.event, e.EventCorrected) else act.event.events
    marked = [store.find_record(ref.source, ref.id) for ref in refs]
    return all(each is not None and each.stream == act.stream and each.type not in CLOSED_TYPES for each in marked)


class EntryAccess(Enum):
    """How far a caller may look into one entry."""

    NOTHING = 0  # this caller does not see it
    METADATA = 1  # all but its free text
    STUB = 2  # as METADATA, because it is about a (claimed) state secret: no text of it
    WHOLE = 3


def entry_access_of(access_scope: AccessScope, act: Act, opening: Act, context: AppContext) -> EntryAccess:
    """``opening`` is the first act of the entry's stream. It names the organs of the stream."""
    if access_scope.auditor or act.by in access_scope.own:
        return EntryAccess.WHOLE
    entry_access = _access_of_others(access_scope, act, opening, context)
    return (
        EntryAccess.STUB
        if entry_access is not EntryAccess.NOTHING and is_secret_now(act, context.registry, context.store)
        else entry_access
    )


def _access_of_others(access_scope: AccessScope, act: Act, opening: Act, context: AppContext) -> EntryAccess:
    family, _, name = act.stream.partition("/")
    item = _item_of(opening, context)
    sides = set(_sides_of(act, opening, item))
    divisions = {held.division for uscc in sides if (held := context.registry.party(uscc)) is not None}
    mine = access_scope.is_party_to(sides) or access_scope.supervises(divisions)
    if is_for_everybody(act, context.store):
        published = item is None or item.ever_published
        return EntryAccess.WHOLE if published or mine else EntryAccess.NOTHING
    if not mine and not (family == "request" and name in access_scope.submitted):
        return EntryAccess.NOTHING
    sensitive = _sensitive(opening, item, context.store)
    return EntryAccess.WHOLE if access_scope.may_read_texts(sides, sensitive=sensitive) else EntryAccess.METADATA


def _item_of(opening: Act, context: AppContext) -> ItemState | None:
    """The item that a stream is about."""
    family, _, name = opening.stream.partition("/")
    code = name if family == "item" else getattr(opening.event, "item", None)
    state = context.registry.state(f"item/{code}") if code else None
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
