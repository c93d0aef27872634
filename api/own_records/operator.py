"""The operator as a signer: the server's own records are signed with the operator's key, in one of its posts.

The server holds that key if it was given one. The operator is a party like any other, so the log must have authorised
the key, and the organ must hold the post.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.state import PartyState
from domain.vocabulary.values import URN
from formats import rfc3339
from ledger.keys.jwk import PrivateKey
from ledger.records.submission_signature import sign_submission
from replay.party_registry import PartyRegistry

CATEGORY = "OPERATOR"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement to be recorded. ``id`` is the same at every attempt, and so are the bytes as long as the post is."""

    id: str
    event: str  # its name, as ``supervision.read``
    stream: str
    time: dt.datetime
    data: Mapping[str, Any]  # without the acting post


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSigner:
    """``key`` is None on a server that has none; without ``post`` the operator's responsible one acts."""

    uscc: str
    origin: str
    registry: PartyRegistry
    key: PrivateKey | None
    post: str | None = None

    @property
    def source(self) -> str:
        return URN + self.uscc

    def unavailable_because(self, now: dt.datetime) -> str | None:
        """The reason why the server can sign no record that the log would take; None: it can."""
        if self.key is None:
            return "the server holds no key of the operator"
        party = self.registry.party(self.uscc)
        if party is None or party.category != CATEGORY:
            return f"the log knows no {CATEGORY} with the code {self.uscc}"
        if not party.may_act:
            return "the provincial government has not confirmed the operator (party.confirmed)"
        held = party.keys.get(self.key.kid)
        if held is None or not held.valid_at(now):
            return f"the operator's key {self.key.kid} is not in force"
        post = self._party_acting_as(party, now)
        if post is None or party.holds(post, now) is None:
            return f"the operator holds no post {self.post or 'that is responsible'} now"
        if not (held.signs and held.is_for(post)):
            return f"the operator's key {self.key.kid} does not sign for the post {post}"
        return None

    def line(self, statement: Statement, now: dt.datetime) -> bytes:
        """The record of the statement. Call it only while ``unavailable_because`` is None."""
        party = self.registry.party(self.uscc)
        assert party is not None, "somebody signs"
        record = {
            "specversion": "1.0",
            "id": statement.id,
            "source": self.source,
            "type": f"sharing.{statement.event}.v1",
            "subject": statement.stream,
            "time": rfc3339.format_milliseconds(statement.time),
            "datacontenttype": "application/json",
            "data": {"post": self._party_acting_as(party, now), **statement.data},
        }
        return orjson.dumps(record)

    def sign(self, line: bytes, now: dt.datetime) -> str:
        """The submission's signature over this one record."""
        assert self.key is not None, "somebody signs"
        return sign_submission([line], key=self.key, iss=self.uscc, aud=self.origin, iat=int(now.timestamp()))

    def _party_acting_as(self, party: PartyState, now: dt.datetime) -> str | None:
        if self.post is not None:
            return self.post
        held = (spell for spells in party.posts.values() for spell in spells if spell.responsible)
        return next((spell.post for spell in held if spell.held_at(now)), None)
