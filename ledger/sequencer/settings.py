"""How much the sequencer takes on at once. docs/explanation/sequencer.md says what each bound protects."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.records.submission import MAX_LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencerSettings:
    """Counts are of records, except where they say otherwise."""

    batch_records: int = 2_000  # recorded in one transaction
    pool_records: int = 20_000  # waiting; more are turned away
    kept_streams: int = 20_000  # streams whose last position and hash stay in memory
    pause: float = 1.0  # seconds: a standby asks that often for the lead, an idle leader whether he still has it
    gather: float = 0.005  # seconds: after a round of several submissions the next waits so long for as many
    # Codes of refusals whose bytes are kept nowhere, not even as evidence of two records with one id.
    never_kept: frozenset[str] = frozenset({"CONTENT_FORBIDDEN"})

    def __post_init__(self) -> None:
        if self.pool_records < MAX_LINES:
            raise ValueError(f"pool_records must be at least {MAX_LINES}, or the largest submission never fits")
