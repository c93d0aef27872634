"""The rows behind findings: clocks that no act met, and the authority's files that take findings up.

A finding from an act is a reason's row of the access trail. A finding from silence has a row here as soon as its clock
runs: ``holds_from`` is the instant at which it will hold if no act follows, and bounds the ``at`` of the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Integer, Text

from domain.deadlines.deadline import end_of_term
from domain.deadlines.expiry import ExpiredDeadline
from domain.families.violation.state import CorrectionReport
from domain.findings.derive import Finding, derive_from_silence
from domain.findings.file_stage import Stage, stage_of
from domain.rules.rule_set import RuleSet
from domain.state import Fact, ViolationState
from projections.engine.interval_table import CODE, interval_table
from projections.engine.row_buffer import Rows
from replay.instants import to_micros

expired_deadline = interval_table(
    "finding_silence_v1",
    of="findings",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("holds_from", BigInteger, nullable=False),
        Column("reason", CODE, nullable=False),
        Column("severity", CODE, nullable=False),
        Column("limb", CODE, nullable=False),
        Column("accused", CODE, nullable=False),
        Column("about", CODE, nullable=False),
        Column("stream", CODE, nullable=False),  # the stream whose state it follows from
        Column("entry", BigInteger, nullable=False),  # the entry that started the clock, or the act
        Column("stopped", BigInteger),  # the entry that stopped the clock, too late
        Column("requester", CODE),
        Column("provider", CODE),
        Column("item", CODE),
        Column("request", CODE),
        Column("params", Text, nullable=False),
        Column("rule_set", CODE, nullable=False),
        Column("rule_set_version", Integer, nullable=False),
    ),
    indexes=[("holds_from", "id"), ("accused", "holds_from", "id"), ("stream",)],
)
violation = interval_table(
    "violation_v1",
    of="findings",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("accused", CODE, nullable=False),
        Column("suspected_by", CODE, nullable=False),
        Column("limb", CODE, nullable=False),  # as found; until it is found, as suspected
        Column("finding", CODE),  # the finding that the file names
        Column("stage", CODE, nullable=False),
        Column("stage_index", BigInteger, nullable=False),  # the entry that changed the file last
        Column("rank", Integer, nullable=False),  # of several files on one finding, the highest gives its status
        Column("opened_at", BigInteger, nullable=False),
        Column("ordered_at", BigInteger),  # of the order to correct
        Column("limit_at", BigInteger),  # the first instant after its limit
        Column("reported_at", BigInteger),  # of the report that was not rejected
        Column("corrected_at", BigInteger),
        Column("closed", Boolean(create_constraint=False), nullable=False),
        Column("referred_crime", Boolean(create_constraint=False), nullable=False),
    ),
    indexes=[("opened_at", "id"), ("accused", "opened_at", "id")],
)
taken_up = interval_table(
    "violation_finding_v1",
    of="findings",
    key=(Column("finding", CODE, primary_key=True), Column("violation", CODE, primary_key=True)),
    values=(),
    indexes=[("violation",)],
)
named = interval_table(
    "finding_relation_v1",
    of="findings",
    key=(
        Column("kind", CODE, primary_key=True),
        Column("named", CODE, primary_key=True),
        Column("by", CODE, primary_key=True),
    ),
    values=(),
)

_RANKS: Final = {Stage.OPEN: 0, Stage.DISMISSED: 1, Stage.TAKEN_UP: 2}
DECIDED: Final = 3


class Sides(NamedTuple):
    """The subject of a silence: the organs and the item."""

    requester: str | None
    provider: str | None
    item: str | None
    request: str | None = None


def rows_of(silences: Iterable[ExpiredDeadline], stream: str, sides: Sides, rules: RuleSet) -> Rows:
    return {(found.id,): _row(found, each, stream, sides, rules) for found, each in derive_from_silence(silences)}


def _row(found: Finding, held: ExpiredDeadline, stream: str, sides: Sides, rules: RuleSet) -> tuple[Any, ...]:
    return (
        to_micros(held.since),
        found.reason,
        held.raised.severity,
        found.limb,
        found.accused,
        found.about,
        stream,
        found.evidence[0],
        found.evidence[1] if len(found.evidence) > 1 else None,
        *sides,
        orjson.dumps(dict(held.raised.params)).decode(),
        rules.id,
        rules.version,
    )


def of_file(file: ViolationState, rules: RuleSet) -> Rows:
    stage, order = stage_of(file), file.order
    ordered = order is not None and file.marks.not_disowned(order.fact)
    report = next((each for each in reversed(file.reports) if _waits_or_stands(file, each)), None)
    row = (
        file.accused,
        file.fact.by,
        file.found.limb if file.found is not None else file.limb,
        file.finding,
        stage,
        _last(file).index,
        _RANKS.get(stage, DECIDED),
        to_micros(file.fact.time),
        to_micros(order.fact.time) if order is not None and ordered else None,
        to_micros(end_of_term(order.limit, rules.settings.end_of_day)) if order is not None and ordered else None,
        to_micros(report.fact.time) if report is not None else None,
        to_micros(report.accepted.time) if report is not None and report.accepted is not None else None,
        file.closed is not None and file.marks.not_disowned(file.closed),
        file.referred_crime is not None and file.marks.not_disowned(file.referred_crime),
    )
    return {(file.id,): row}


def _waits_or_stands(file: ViolationState, report: CorrectionReport) -> bool:
    return report.rejected is None and file.marks.not_disowned(report.fact)


def _last(file: ViolationState) -> Fact:
    facts = (file.status_by, file.correction_by, file.sanction_by)
    return max((fact for fact in facts if fact is not None), key=lambda fact: fact.index)
