"""Which party each key was given to: an index at the writer's position, in memory.

A thumbprint is one party's for ever. Built from the log when the gate opens; it then follows what is let through.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.events import Event
from domain.families.founding.events import LedgerFounded
from domain.families.party.events import KeyAuthorised, KeyRotated
from domain.vocabulary.values import Jwk
from replay.log_source import ActLog

KEY_RECORDS = tuple(f"sharing.{each.event_name}.v1" for each in (LedgerFounded, KeyAuthorised, KeyRotated))


def public_jwk(jwk: Jwk) -> dict[str, str]:
    """The members of a public key as JSON."""
    members = {"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x}
    return members if jwk.y is None else members | {"y": jwk.y}


def keys_in(event: Event, owner: str) -> Iterable[tuple[str, Jwk]]:
    """The keys that an event makes somebody's; ``owner`` is the party whose stream it is in."""
    match event:
        case LedgerFounded():
            return [(party.uscc, party.key) for party in (event.authority, event.government)]
        case KeyAuthorised():
            return [(owner, event.key)]
        case KeyRotated() if event.key is not None:
            return [(owner, event.key)]
        case _:
            return []


class KeyHolders:
    """Owned by the writer thread. What was learnt since the last `keep` can be forgotten again."""

    def __init__(self) -> None:
        self._holders: dict[str, str] = {}  # thumbprint → the party that it was given to first
        self._fresh: list[str] = []  # learnt and not kept yet

    def get(self, kid: str) -> str | None:
        return self._holders.get(kid)

    def learn(self, kid: str, uscc: str) -> None:
        if kid not in self._holders:
            self._holders[kid] = uscc
            self._fresh.append(kid)

    @property
    def mark(self) -> int:
        """Where `forget` can go back to."""
        return len(self._fresh)

    def forget(self, mark: int = 0) -> None:
        for kid in self._fresh[mark:]:
            del self._holders[kid]
        del self._fresh[mark:]

    def keep(self) -> None:
        self._fresh.clear()


def read_keys(acts: ActLog, size: int) -> KeyHolders:
    """The index of a tree of this size."""
    holders = KeyHolders()
    for act in acts.of_types(KEY_RECORDS, 0, size) if size else ():
        for uscc, jwk in keys_in(act.event, act.stream.partition("/")[2]):
            holders.learn(jwk.thumbprint(), uscc)
    holders.keep()
    return holders
