"""Why one record is not admitted: a value, and no exception, because every refusal of a submission is collected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason at one place.

    ``pointer`` is RFC 6901 into the record; empty: the whole record. ``next_step`` is one imperative sentence. ``line``
    counts the submission's lines from 1; None: the record is looked at by itself.
    """

    code: str
    pointer: str
    detail: str
    next_step: str
    line: int | None = None
