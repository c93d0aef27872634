"""What can go wrong at the log's door beside ``formats.errors``: one class per kind of "no".

- ``Refusal``: well-formed and proven, but the ledger may not take it now; a value, not a failure of ours.
- ``SubmissionFailed`` and its children: why a whole submission was not recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formats.errors import Malformed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one record may not be recorded now. ``line`` counts from 1."""

    code: str
    detail: str
    next_step: str
    line: int | None = None
    pointer: str | None = None


class SubmissionFailed(Exception):
    """Nothing of the submission entered the log."""


class MalformedSubmission(SubmissionFailed):
    """One or more lines, or the signature, are outside the format; all faults are listed."""

    def __init__(self, errors: Sequence[Malformed]) -> None:
        super().__init__("; ".join(error.detail for error in errors))
        self.errors = tuple(errors)


class SignatureRejected(SubmissionFailed):
    """The submission is unsigned, wrongly signed, or signed by a key the log has never known."""

    def __init__(self, code: str, detail: str, *, next_step: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.next_step = next_step


class Refused(SubmissionFailed):
    """Admission said no to at least one record; every refusal is listed by line."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(f"line {refusal.line}: {refusal.code}" for refusal in refusals))
        self.refusals = tuple(refusals)


class Equivocation(SubmissionFailed):
    """A ``(source, id)`` already recorded came again with other bytes (ID_REUSED)."""

    def __init__(self, conflicts: Sequence[tuple[int, str, str, int]]) -> None:
        super().__init__(f"{len(conflicts)} record id(s) already recorded with other bytes")
        self.conflicts = tuple(conflicts)  # (line from 1, source, id, index of the recorded entry)


class PartlyRecorded(SubmissionFailed):
    """Some lines are recorded already and others are new: the root could not be recomputed from its own entries."""

    def __init__(self, recorded: Sequence[tuple[int, str, str, int]]) -> None:
        super().__init__(f"{len(recorded)} of the lines are recorded already")
        self.recorded = tuple(recorded)  # (line from 1, source, id, index)


class Overloaded(SubmissionFailed):
    """The pool is full; try again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("the pool of waiting submissions is full")
        self.retry_after = retry_after


class NotLeader(SubmissionFailed):
    """This process is a standby, or has just lost the lead; another one writes."""


class OutcomeUnknown(SubmissionFailed):
    """The commit's outcome could not be read. Sent again, the submission gets its original receipts or is recorded."""
