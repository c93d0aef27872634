"""How much is measured: enough for a figure that counts, or just enough to see that it can still be measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPlan:
    """Counts and seconds of a run. Every measurement is bounded in both."""

    name: str
    warmed: bool  # the embedded PostgreSQL is first brought to where some days of use bring it
    underway: int  # matters of the diverse population that have begun before anything is measured
    entries: int  # in the log when questions are asked of it
    rounds: int  # of the timed ingest
    batches: int  # submissions of `per_batch` records in each
    per_batch: int
    senders: int  # keep-alive connections of the batch ingest
    singles: int  # submissions of one record each
    clients: int  # keep-alive connections of the single submissions
    questions: int
    proofs: int
    floor: int  # entries that the floor is measured on
    plain: int  # events that the plain library is given
    sqlite: int  # records that are sent to a ledger on SQLite
    seconds: float  # longest that a rebuild, or a part of the plain library, is let run


FULL = BenchPlan(
    name="full",
    warmed=True,
    underway=3_000,
    entries=1_000_000,
    rounds=3,
    batches=120,
    per_batch=500,
    senders=24,
    singles=20_000,
    clients=32,
    questions=400,
    proofs=2_000,
    floor=60_000,
    plain=40_000,
    sqlite=100_000,
    seconds=60.0,
)
QUICK = BenchPlan(
    name="quick",
    warmed=False,
    underway=300,
    entries=6_000,
    rounds=2,
    batches=3,
    per_batch=500,
    senders=8,
    singles=320,
    clients=32,
    questions=24,
    proofs=50,
    floor=2_000,
    plain=1_000,
    sqlite=1_500,
    seconds=5.0,
)
