"""An act: an event with its circumstances."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.events import Event
from domain.vocabulary.values import URN, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An event and its circumstances, as recorded in the ledger.

    ``time`` is the instant of the act by its signer's claim. ``recorded_at`` is the instant at which the ledger
    recorded it. Both carry a time zone.
    """

    event: Event
    by: str  # USCC of the organ that signed, without urn:uscc:
    id: str  # record id; unique together with ``by``
    stream: str
    time: dt.datetime
    recorded_at: dt.datetime
    index: int  # index in the whole log, from 0
    position: int  # position in the stream, from 0
    kid: str = ""  # thumbprint of the signing key (RFC 7638)

    @property
    def ref(self) -> Ref:
        """Return the reference by which later events cite this act."""
        return Ref(source=URN + self.by, id=self.id)
