"""What the sequencer asks before it writes: may this be recorded, now and at this place?

The log does not know the law. Whoever does stands behind this protocol, keeps what he needs to answer, and learns
through `commit` and `rollback` whether what he let through has become fact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from ledger.errors import Refusal
from ledger.records.record import Record
from ledger.records.submission import Submission


class Place(Protocol):
    """Where a record would stand: in the whole log, and in its stream."""

    @property
    def index(self) -> int: ...
    @property
    def position(self) -> int: ...


class Gate(Protocol):
    """Called by the writer thread only. A `Gate` may keep what it has read of the log: it is made afresh whenever the
    log has moved without it."""

    def examine(self, submission: Submission, places: Sequence[Place], recorded_at: datetime) -> Sequence[Refusal]:
        """Every reason why the submission may not be recorded now; none: it is let through, and later questions of the
        same transaction already see it."""
        ...

    def speaks_for(self, submission: Submission) -> bool:
        """Whether its key was ever its issuer's. Nobody else is told what the log holds under the issuer's ids, nor can
        he leave evidence against him."""
        ...

    def may_keep(self, record: Record, recorded: Record) -> bool:
        """Whether the bytes of a record may be kept as evidence that its id was used twice; `recorded` is what the log
        holds under that id."""
        ...

    def commit(self) -> None:
        """All that was let through since the last `commit` or `rollback` is in the log."""
        ...

    def rollback(self) -> None:
        """Nothing of it is."""
        ...


OpenGate = Callable[[], Gate]
"""A gate that knows nothing yet and will read the log as it is now."""
