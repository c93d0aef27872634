"""An act: an event with the circumstances the ledger knows about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.events import Event
from domain.vocabulary.values import URN, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """``time``: when it happened, by its signer's word; ``recorded_at``: when the ledger took it."""

    event: Event
    by: str  # bare USCC of the organ that signed
    id: str  # record id, unique with ``by``
    stream: str
    time: dt.datetime
    recorded_at: dt.datetime
    index: int  # place in the whole log, from 0
    position: int  # place in the stream, from 0
    kid: str = ""  # thumbprint of the signing key

    @property
    def ref(self) -> Ref:
        """How later events cite this act."""
        return Ref(source=URN + self.by, id=self.id)
