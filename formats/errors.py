"""The two errors of every format.

- ``Malformed``: the bytes do not follow the format (RFC 8259, CloudEvents 1.0, RFC 7515, C2SP).
- ``VerificationError``: well-formed evidence does not prove its claim.
"""

from __future__ import annotations


class VerificationError(Exception):
    """A signature, proof or hash is not valid."""


class Malformed(ValueError):
    """The bytes do not follow the format.

    ``line`` counts from 1, ``pointer`` is RFC 6901, ``next_step`` is the remedy.
    """

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
        """Return the same fault at a line (from 1) of a submission."""
        return Malformed(self.code, self.detail, next_step=self.next_step, line=line, pointer=self.pointer)
