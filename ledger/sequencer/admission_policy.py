"""The interface of the admission policy, which the sequencer asks before it writes: may this be recorded here and now?

The log does not know the law (design.md §6). A class that knows it implements this protocol. It caches the states that
it requires, and learns through `commit` and `rollback` whether its admissions have become entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from formats.refusal import Refusal
from ledger.records.record import Record
from ledger.records.submission import Submission


class EntryPlace(Protocol):
    """The place that a record would have: its index in the log, and its position in its stream."""

    @property
    def index(self) -> int: ...
    @property
    def position(self) -> int: ...


class AdmissionPolicy(Protocol):
    """The admission policy. Only the writer thread calls it.

    An instance may cache anything that it has read of the log. A new instance is made whenever the log has grown
    through another process.
    """

    def check(self, submission: Submission, places: Sequence[EntryPlace], recorded_at: datetime) -> Sequence[Refusal]:
        """Return every reason why the submission may not be recorded now.

        With no reason the submission is admitted, and later calls in the same transaction see its records.
        """
        ...

    def issuer_ever_held_key(self, submission: Submission) -> bool:
        """Return whether the signing key was ever a key of the submission's issuer.

        A stranger learns nothing of the records under the issuer's ids, and leaves no evidence against the issuer.
        """
        ...

    def may_retain(self, record: Record, recorded: Record) -> bool:
        """Return whether the bytes of a record may be kept as evidence that its id was used twice.

        `recorded` is the record that the log holds under that id.
        """
        ...

    def commit(self) -> None:
        """Everything admitted since the last `commit` or `rollback` is in the log."""
        ...

    def rollback(self) -> None:
        """Nothing admitted since the last `commit` or `rollback` is in the log."""
        ...


AdmissionPolicyFactory = Callable[[], AdmissionPolicy]
"""Makes a new admission policy, which reads the log as it is now."""
