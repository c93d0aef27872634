"""How much is measured: enough for a figure that counts, or just enough to see that it can still be measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts and seconds of a run. Every measurement is bounded in both."""

    name: str
    warmed: bool  # the embedded PostgreSQL is first brought to where some days of use bring it
    entries: int  # in the log when questions are asked of it
    rounds: int  # of the timed ingest, each followed by the bare loop over the same rows
    batches: int  # submissions of `per_batch` uses in each
    per_batch: int
    senders: int  # keep-alive connections of the batch ingest
    singles: int  # submissions of one use each
    clients: int  # keep-alive connections of the single submissions
    questions: int
    proofs: int
    plain: int  # events that the plain library is given
    seconds: float  # longest that a rebuild, or a part of the plain library, is let run


FULL = Plan("full", True, 1_000_000, 3, 200, 500, 24, 20_000, 32, 400, 2_000, 40_000, 60.0)
QUICK = Plan("quick", False, 6_000, 2, 3, 500, 8, 320, 32, 24, 50, 1_000, 5.0)
