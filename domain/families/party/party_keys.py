"""Keys that sign for a party (Art. 30). Stream party/<uscc>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.values import Id, Jwk, Text


@event(
    "key.authorised",
    streams=("party",),
    law=("A30",),
    signed_by="who may register the party (its first key), organ (responsible post)",
)
class KeyAuthorised(Event):
    """A key may sign for the organ."""

    key: Jwk
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None


@event("key.rotated", streams=("party",), law=("A30",), signed_by="organ, authority")
class KeyRotated(Event):
    """A key ends; its successor, if any, begins."""

    kid: Id
    from_: dt.datetime
    key: Jwk | None = None
    reason: Text


@event("key.compromised", streams=("party",), law=("A30",), signed_by="organ, authority")
class KeyCompromised(Event):
    """Someone else may have held the key from a moment on."""

    kid: Id
    from_: dt.datetime
    how_known: Text
