"""Parties and their keys as the log states them now: whose signature this is, and what role the signer has.

It follows the log by itself: a stream is folded on from where it was last read, and an unknown key makes it look for
new key records. So it serves the leading writer, a standby and a reader, and is never behind a receipt.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from domain.families.party.state import PartyKey
from domain.state import AuthorityState, FoundingState, PartyState, State
from ledger.keys.jwk import PublicKey, parse_jwk
from ledger.store.store import Store
from replay.key_holders import KEY_RECORDS, keys_in, public_jwk
from replay.log_source import ActLog
from replay.states import HeadStates


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key that is in force: the party as it is now, what the log says of the key, and the key itself."""

    party: PartyState
    held: PartyKey
    key: PublicKey


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
        self._holders: dict[str, str] = {}  # kid → the party that it was authorised for first, which keeps it
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
        return None if key is None else (self._holders[kid], key)

    def key_in_force(self, kid: str, instant: dt.datetime) -> HeldKey | None:
        """The key with its party, if it is good at that instant by what the log says now."""
        key = self.find_key(kid)
        party = None if key is None else self.party(self._holders[kid])
        held = None if party is None else party.keys.get(kid)
        if key is None or party is None or held is None or not held.valid_at(instant):
            return None
        return HeldKey(party, held, key)

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
                    self._holders.setdefault(key.kid, uscc)
                    self._keys[key.kid] = key
            self._keys_read = size
