"""Receipts under a published checkpoint: ``Prefer: wait=<seconds>`` (RFC 7240 §4.3) waits until there is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from time import monotonic

import msgspec
from starlette.requests import Request

from api.log.tile_cache import TileCache
from ledger.notes import note as notes
from ledger.notes.checkpoint import parse_checkpoint
from ledger.sequencer.outcomes import ReceiptItem
from ledger.store.store import Store
from ledger.tree import merkle

_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*([0-9]{1,6})(?=$|[,;\s])", re.IGNORECASE)
# A header that is no preference of ours is ignored (RFC 7240 §2), so that nothing reads it but ``preferred_wait``.
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=<seconds>`: wait so long for a published checkpoint; `Preference-Applied` says that there "
    "was one.",
    "schema": {"type": "string", "pattern": "^wait=[0-9]{1,3}$"},
    "example": "wait=1",
}
APPLIED = "Preference-Applied"
LOOK_AGAIN = 0.1  # seconds; the newest tree is published once a second


@dataclass(frozen=True, slots=True)
class Published:
    """A published checkpoint and the size of its tree."""

    note: bytes
    size: int


def preferred_wait(request: Request, longest: float) -> float:
    """How many seconds the caller would rather wait; 0: not at all."""
    preference = _WAIT.search(request.headers.get("prefer", ""))
    return min(float(preference[1]), longest) if preference else 0.0


def newest(store: Store) -> Published | None:
    note = store.published()
    return None if note is None else Published(note, parse_checkpoint(notes.parse_note(note).text).size)


def covering(store: Store, index: int, seconds: float) -> Published | None:
    """The newest published checkpoint, once it covers the entry; None if it does not after so many seconds.

    Nobody announces a publication, and it may be another process that publishes: so it is looked at again.
    """
    until = monotonic() + seconds
    while True:
        published = newest(store)
        if published is not None and published.size > index:
            return published
        left = until - monotonic()
        if left <= 0:
            return None
        Event().wait(min(LOOK_AGAIN, left))


def under(items: Sequence[ReceiptItem], published: Published, tiles: TileCache) -> list[ReceiptItem]:
    """The same records, proved in the published tree."""
    read = tiles.reader(published.size, *(item.index for item in items))
    paths = (tuple(merkle.prove_inclusion(item.index, published.size, read)) for item in items)
    return [msgspec.structs.replace(item, path=path) for item, path in zip(items, paths, strict=True)]
