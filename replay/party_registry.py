"""Parties and their keys as the log states them now: whose signature this is, and what role the signer has.

It follows the log by itself: a stream is folded on from where it was last read, and an unknown key makes it look for
new key records. So it serves the leading writer, a standby and a reader, and is never behind a receipt.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable

from domain.events import Event
from domain.families.founding.events import LedgerFounded
from domain.families.party.events import KeyAuthorised, KeyRotated
from domain.state import AuthorityState, FoundingState, PartyState, State
from domain.vocabulary.values import Jwk
from ledger.keys.jwk import PublicKey, parse_jwk
from ledger.store.store import Store
from replay.log_source import ActLog
from replay.states import HeadStates

KEY_RECORDS = tuple(f"sharing.{each.event_name}.v1" for each in (LedgerFounded, KeyAuthorised, KeyRotated))


class PartyRegistry:
    """Safe to ask from any thread. ``size`` is that of the log as the asker has just read it, who asks several things
    of one moment; without, it is read.
    """

    def __init__(self, store: Store, *, kept: int = 10_000) -> None:
        """``kept``: how many folded streams stay in memory; the others are folded again when they are asked for."""
        self._store = store
        self._acts = ActLog(store)  # used while holding the lock
        self._lock = threading.Lock()
        self._keys: dict[str, PublicKey] = {}  # by kid; this and the next only grow
        self._holders: dict[str, list[str]] = {}  # kid → the parties that it was authorised for, in the log's order
        self._keys_read = 0  # tree size up to which key records were read
        self._states = HeadStates(store, capacity=kept)

    def find_key(self, kid: str) -> PublicKey | None:
        """Any key that the log has ever known; whether it is in force is admission's question."""
        if kid not in self._keys:
            self._read_keys()
        return self._keys.get(kid)

    def known_key(self, kid: str) -> PublicKey | None:
        """A key that was met already: no look at the log, so it may be asked for on an event loop."""
        return self._keys.get(kid)

    def holder(self, kid: str) -> tuple[str, PublicKey] | None:
        """The party that a key was authorised for first: nobody takes it over by having it authorised again."""
        key = self.find_key(kid)
        return None if key is None else (self._holders[kid][0], key)

    def key_in_force(self, kid: str, instant: dt.datetime) -> tuple[str, PublicKey] | None:
        """The party and key, if the key is good for signing at that instant by what the log says now."""
        key = self.find_key(kid)
        for uscc in self._holders.get(kid, ()) if key else ():
            party = self.party(uscc)
            held = party.keys.get(kid) if party else None
            if key is not None and held is not None and held.valid_at(instant):
                return uscc, key
        return None

    def party(self, uscc: str, size: int | None = None) -> PartyState | None:
        state = self.state(f"party/{uscc}", size)
        return state if isinstance(state, PartyState) else None

    def authority_over(self, uscc: str, instant: dt.datetime, size: int | None = None) -> str | None:
        """The division whose authority this party is at that instant (Art. 5); None if it is no authority."""
        party = self.party(uscc, size)
        if party is None:
            return None
        state = self.state(f"authority/{party.division}", size)
        if isinstance(state, AuthorityState) and state.holder_at(instant).party == uscc:
            return party.division
        return None

    def founding(self) -> FoundingState | None:
        state = self.state(f"ledger/{self._store.origin}")
        return state if isinstance(state, FoundingState) else None

    def state(self, stream: str, size: int | None = None) -> State | None:
        """A stream folded up to now."""
        return self._states.state(stream, size)

    def _read_keys(self) -> None:
        with self._lock:
            size = self._store.head().size
            for act in self._acts.of_types(KEY_RECORDS, self._keys_read, size) if size > self._keys_read else ():
                for uscc, jwk in keys_in(act.event, act.stream.partition("/")[2]):
                    key = parse_jwk(public_jwk(jwk))
                    holders = self._holders.setdefault(key.kid, [])
                    holders += [] if uscc in holders else [uscc]
                    self._keys[key.kid] = key
            self._keys_read = size


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
