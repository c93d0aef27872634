"""Exit codes, defined once: scripts rely on them (docs/reference/cli.md)."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """5: conflict or refused; 7: a file, directory or port cannot be used; 8: the database; 10, 11, 12: verification
    failed, was inconclusive, or had no trust root; 14 to 17: the database is none of this ledger.
    """

    OK = 0
    USAGE = 2
    CALLER = 3
    NOT_FOUND = 4
    REFUSED = 5
    NETWORK = 6
    ENVIRONMENT = 7
    DATABASE = 8
    VERIFICATION_FAILED = 10
    INCONCLUSIVE = 11
    TRUST_ROOT_MISSING = 12
    PARTIAL = 13
    DATABASE_MISSING = 14
    DATABASE_NEWER = 15
    DATABASE_CORRUPT = 16
    DATABASE_UNREADABLE = 17


class Stop(Exception):
    """Ends the command with a code and a sentence on stderr that says what to do."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code


def of_status(status: int) -> Exit:
    """The exit code for an HTTP answer that is an error."""
    if status in {401, 403}:
        return Exit.CALLER
    if status == 404:
        return Exit.NOT_FOUND
    if status in {409, 413, 415, 422, 400}:
        return Exit.REFUSED
    return Exit.NETWORK
