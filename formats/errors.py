"""The two errors of every format: the bytes are outside it, or they do not prove what they claim.

- ``Malformed``: the bytes do not follow the format (RFC 8259, CloudEvents 1.0, RFC 7515, C2SP).
- ``VerificationError``: well-formed evidence that does not prove what it claims.
"""

from __future__ import annotations


class VerificationError(Exception):
    """A signature, proof or hash does not hold."""


class Malformed(ValueError):
    """Bytes outside the format. ``line`` counts from 1, ``pointer`` is RFC 6901, ``next_step`` says what to do."""

    def __init__(
        self, code: str, detail: str, *, next_step: str, line: int | None = None, pointer: str | None = None
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.next_step = next_step
        self.line = line
        self.pointer = pointer

    def at(self, line: int) -> Malformed:
        """The same fault, placed at a line (from 1) of a submission."""
        return Malformed(self.code, self.detail, next_step=self.next_step, line=line, pointer=self.pointer)
