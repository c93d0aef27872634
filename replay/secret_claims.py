"""Which streams say that an item is a state secret: an index at the writer's position, in memory, since few do.

What such a stream says at present is ``domain.admission.secret_claims``' question; here it is only found. The index is
built from the log when the gate opens, and then follows what is let through.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, LargeBinary, func, literal, or_, select

from domain.admission.secret_claims import REFUSED_AS, claim_of
from domain.events import DisputeOpened, RequestPartlyApproved, RequestReceived, RequestRefused
from domain.evolve import fold
from domain.state import State
from domain.vocabulary.sensitivity import STATE_SECRET
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.store.tables import entry
from replay.log_source import ActLog

CLAIMING: Final = tuple(
    f"sharing.{each.event_name}.v1" for each in (RequestReceived, RequestRefused, RequestPartlyApproved, DisputeOpened)
)
# As an entry's line holds them; a record that writes a sign as \\u0061 hides words, so it is looked into as well.
_WORDS: Final = (STATE_SECRET.encode(), REFUSED_AS.encode(), rb"\\u")


class SecretClaims:
    """Owned by the writer thread. What was learnt since the last `keep` can be forgotten again."""

    def __init__(self) -> None:
        self._streams: dict[str, dict[str, None]] = {}  # item → the streams with a claim on it, then or now
        self._fresh: list[tuple[str, str]] = []  # learnt and not kept yet

    def on(self, item: str) -> Collection[str]:
        return self._streams.get(item, ())

    def learn(self, stream: str, state: State | None) -> None:
        """A stream has this state now."""
        claim = claim_of(state)
        if claim is None:
            return
        streams = self._streams.setdefault(claim.item, {})
        if stream not in streams:
            streams[stream] = None
            self._fresh.append((claim.item, stream))

    @property
    def mark(self) -> int:
        """Where `forget` can go back to."""
        return len(self._fresh)

    def forget(self, mark: int = 0) -> None:
        """What was learnt since is no fact."""
        for item, stream in self._fresh[mark:]:
            del self._streams[item][stream]
            if not self._streams[item]:
                del self._streams[item]
        del self._fresh[mark:]

    def keep(self) -> None:
        self._fresh.clear()


def read_claims(store: Store, acts: ActLog, size: int) -> SecretClaims:
    """The index of a tree of this size."""
    claims = SecretClaims()
    for stream in _claiming_streams(store, size):
        claims.learn(stream, fold(acts.changing(stream, size)))
    claims.keep()
    return claims


def _claiming_streams(store: Store, size: int) -> list[str]:
    """The streams that hold a record which may claim it; the others of these types are not fetched."""
    ours = (entry.c.ledger == store.ledger, entry.c.type.in_(CLAIMING), entry.c.index < size)
    named = or_(*(_holds(word, store.engine.dialect.name) for word in _WORDS))
    with reading(store.engine) as connection:
        return list(connection.scalars(select(entry.c.stream).distinct().where(*ours, named)))


def _holds(word: bytes, dialect: str) -> ColumnElement[bool]:
    """Whether the line has these bytes in it."""
    sought = literal(word, LargeBinary)
    if dialect == "postgresql":
        return func.position(sought.op("IN")(entry.c.line)) > 0
    return func.instr(entry.c.line, sought) > 0
