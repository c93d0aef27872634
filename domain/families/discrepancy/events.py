"""Two sources differ (Art. 11). Stream discrepancy/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.codes import Severity, Verification
from domain.vocabulary.values import Digest, Item, Ref, Text


@event("discrepancy.reported", streams=("discrepancy",), law=("A11 ¶2",), signed_by="the comparing organ")
class DiscrepancyReported(Event):
    """An organ's own value and the shared one differ. The record holds digests and never values."""

    item: Item
    datum: Text
    own: Digest
    shared: Digest
    severity: Severity
    noticed_on: dt.date


@event("discrepancy.verified", streams=("discrepancy",), law=("A11 ¶2",), signed_by="source")
class DiscrepancyVerified(Event):
    """The source of record states which value is right."""

    result: Verification
    change_proved_on: dt.date | None = None


@event("discrepancy.explained", streams=("discrepancy",), law=("A11 ¶2",), signed_by="source")
class DiscrepancyExplained(Event):
    """The source of record explains the difference, even if its value was right."""

    explanation: Text
    update: Ref | None = None


@event("discrepancy.closed", streams=("discrepancy",), law=("A11 ¶2",), signed_by="reporter, authority")
class DiscrepancyClosed(Event):
    """The reporter or the authority closes the matter."""

    result: Text
