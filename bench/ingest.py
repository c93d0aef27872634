"""Batch ingest: signed submissions over HTTP until their receipts are there and every projection has read them.

Records are made and signed before the clock runs. Each round is printed; the figure is that of the slowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench import process
from bench.figures import BenchFigure
from bench.floor import Floor
from bench.site import Computed, Site

_GOAL, _GOAL_LAG = 8_000, 1.0
_GOAL_COMPUTED = 250.0  # µs: what two processors have for a record at that rate


@dataclass(frozen=True, slots=True)
class _Round:
    """Seconds of one round, and what went in."""

    records: int
    submissions: int
    bytes: int
    ingested: float  # from the first byte sent until the projections are at the end of the log
    received: float  # until the last receipt
    computed: Computed
    sender: float  # processor time of the load generator
    held: int

    @property
    def lag(self) -> float:
        """How far the projections are behind when the last receipt is there."""
        return self.ingested - self.received


def measure(site: Site) -> Iterator[BenchFigure]:
    plan = site.plan
    site.send(site.population.requests(plan.senders, plan.per_batch), clients=plan.senders)  # everybody is awake
    site.caught_up()
    process.reset_peak(site.server.pid)
    rounds = [_round(site) for _ in range(plan.rounds)]
    peak = process.peak(site.server.pid)
    floor, plain = site.floor(), site.plain("batches", plan.plain).get("rate")
    a_submission = sum(each.submissions for each in rounds) / sum(each.records for each in rounds)
    yield BenchFigure(
        name="ingest",
        what=f"batch ingest, {plan.per_batch} records a submission, projections caught up, slowest round",
        value=min(each.records / each.ingested for each in rounds),
        unit="records/s",
        goal=_GOAL,
        floor=None if floor is None else 1e6 / (floor.entry + floor.ed25519 * a_submission),
        plain=plain,
        peak_mib=peak,
        note=_note(rounds, plan.senders) + ("" if floor is None else f"; the floor: {floor.described()}"),
    )
    yield BenchFigure(
        name="ingest-lag",
        what="projections behind at the end of a round, longest",
        value=max(each.lag for each in rounds),
        unit="s",
        goal=_GOAL_LAG,
        note="each round: " + ", ".join(f"{each.lag:.2f} s" for each in rounds),
    )
    yield _processors(rounds, floor, a_submission)


def _round(site: Site) -> _Round:
    plan = site.plan
    requests = site.population.requests(plan.batches, plan.per_batch)
    before = site.computed()
    load = site.send(requests, clients=plan.senders)
    caught_up = site.caught_up()
    return _Round(
        records=load.records,
        submissions=len(requests),
        bytes=sum(len(request.data) for request in requests),
        ingested=caught_up - load.began,
        received=load.ended - load.began,
        computed=site.computed() - before,
        sender=load.computed,
        held=load.held,
    )


def _processors(rounds: Sequence[_Round], floor: Floor | None, a_submission: float) -> BenchFigure:
    count = sum(each.records for each in rounds)
    server, projections, postgres = (
        sum(getattr(each.computed, name) for each in rounds) / count * 1e6
        for name in ("server", "projections", "postgres")
    )
    least = None
    if floor is not None:
        least = floor.sha256 + floor.orjson + floor.ed25519 * a_submission + floor.copy_computed
    return BenchFigure(
        name="ingest-processors",
        what="the same, processor time a record",
        value=server + projections + postgres,
        unit="µs",
        goal=_GOAL_COMPUTED,
        floor=least,
        note=f"server {server:.0f} µs, projections {projections:.0f} µs, PostgreSQL {postgres:.0f} µs;"
        f" the load generator's {sum(each.sender for each in rounds) / count * 1e6:.1f} µs are not counted",
    )


def _note(rounds: Sequence[_Round], senders: int) -> str:
    count = sum(each.records for each in rounds)
    size = sum(each.bytes for each in rounds) / count
    receipts = count / sum(each.received for each in rounds)
    each_round = ", ".join(f"{one.records / one.ingested:,.0f}" for one in rounds)
    return (
        f"{count} records of {size:.0f} bytes over {senders} connections; each round: {each_round};"
        f" receipts came at {receipts:,.0f}/s; {sum(each.held for each in rounds)} times a client waited for another"
    )
