"""Why a submission was not recorded: one class for each kind of refusal. `formats.errors` has the others.

``SubmissionFailed`` and its subclasses are exceptions for a whole submission. A submission is atomic (design.md §4), so
the attempt recorded nothing. Only ``OutcomeUnknown`` leaves that open.
"""

from __future__ import annotations

from collections.abc import Sequence

from formats.errors import Malformed
from formats.refusal import Refusal


class SubmissionFailed(Exception):
    """The submission was not recorded."""


class MalformedSubmission(SubmissionFailed):
    """One or more lines, or the signature, are outside the format. ``errors`` holds every fault."""

    def __init__(self, errors: Sequence[Malformed]) -> None:
        super().__init__("; ".join(error.detail for error in errors))
        self.errors = tuple(errors)


class SignatureRejected(SubmissionFailed):
    """The submission is unsigned, its signature does not hold, or the log has never known the signing key."""

    def __init__(self, code: str, detail: str, *, next_step: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.next_step = next_step


class Refused(SubmissionFailed):
    """Admission refused at least one record. ``refusals`` holds every refusal, by line."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(f"line {refusal.line}: {refusal.code}" for refusal in refusals))
        self.refusals = tuple(refusals)


class Equivocation(SubmissionFailed):
    """A recorded ``(source, id)`` was sent again with other bytes (ID_REUSED).

    CloudEvents 1.0, attribute ``id``: ``source`` and ``id`` together are unique for each distinct event.
    """

    def __init__(self, conflicts: Sequence[tuple[int, str, str, int]]) -> None:
        super().__init__(f"{len(conflicts)} record id(s) already recorded with other bytes")
        self.conflicts = tuple(conflicts)  # (line from 1, source, id, index of the recorded entry)


class PartlyRecorded(SubmissionFailed):
    """Some lines are recorded and others are new.

    One root covers all lines, so the new ones cannot be recorded alone.
    """

    def __init__(self, recorded: Sequence[tuple[int, str, str, int]]) -> None:
        super().__init__(f"{len(recorded)} of the lines are recorded already")
        self.recorded = tuple(recorded)  # (line from 1, source, id, index)


class Overloaded(SubmissionFailed):
    """The pool is full. The sender may try again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("the pool of waiting submissions is full")
        self.retry_after = retry_after


class NotLeader(SubmissionFailed):
    """This process is a standby, or it has just lost the leader lock. Another process writes."""


class OutcomeUnknown(SubmissionFailed):
    """The outcome of the commit could not be read.

    The sender sends the same submission again. The ledger then answers with the original receipts, or records it.
    """
