"""All findings as one table: reasons of judged acts, and clocks that ran out; each with the stage of its file."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from domain.findings.derive import SILENT
from domain.findings.file_stage import Stage
from domain.reasons.catalogue import Reason
from projections.access.tables import reason
from projections.engine.interval_table import PROJECTION
from projections.findings.tables import silence, taken_up, violation
from projections.query.snapshot import Standing

ACT: Final = "act"
SILENCE: Final = "silence"

_FROM_ACTS: Final = select(
    literal_column("'access'").label("origin"),
    reason.c.ledger,
    reason.c.build,
    reason.c.finding.label("id"),
    reason.c.reason,
    reason.c.severity,
    reason.c.limb,
    reason.c.against.label("accused"),
    reason.c.time,
    reason.c.entry,
    null().label("stopped"),
    reason.c.requester,
    reason.c.provider,
    reason.c.item,
    reason.c.request,
    reason.c.params,
    null().label("rule_set"),
    null().label("rule_set_version"),
    reason.c.holds_from,
    reason.c.holds_to,
    reason.c.from_size,
    reason.c.to_size,
).where(reason.c.finding.is_not(None))
_FROM_SILENCE: Final = select(
    literal_column("'findings'").label("origin"),
    silence.c.ledger,
    silence.c.build,
    silence.c.id,
    silence.c.reason,
    silence.c.severity,
    silence.c.limb,
    silence.c.accused,
    silence.c.holds_from.label("time"),
    silence.c.entry,
    silence.c.stopped,
    silence.c.requester,
    silence.c.provider,
    silence.c.item,
    silence.c.request,
    silence.c.params,
    silence.c.rule_set,
    silence.c.rule_set_version,
    silence.c.holds_from,
    null().label("holds_to"),
    silence.c.from_size,
    silence.c.to_size,
)
finding: Final = union_all(_FROM_ACTS, _FROM_SILENCE).subquery("finding")


def known(standing: Standing) -> ColumnElement[bool]:
    """The rows of the builds that answer, of any size up to the answer's tree size."""
    mine = [
        and_(finding.c.origin == table.info[PROJECTION], finding.c.build == standing.builds[table.info[PROJECTION]])
        for table in (reason, silence)
    ]
    return and_(finding.c.ledger == standing.ledger, or_(*mine), finding.c.from_size <= standing.as_of)


def asked(standing: Standing) -> ColumnElement[bool]:
    """The findings that hold at the instant of the question. A finding that several acts show is that of the
    first act.
    """
    at = standing.at_micros
    within = and_(finding.c.holds_from <= at, or_(finding.c.holds_to.is_(None), finding.c.holds_to > at))
    return and_(within, or_(finding.c.reason != Reason.STATISTICS_MISSING, ~_earlier(standing)))


def still_known(standing: Standing) -> ColumnElement[bool]:
    return or_(finding.c.to_size.is_(None), finding.c.to_size > standing.as_of)


def holds(standing: Standing) -> ColumnElement[bool]:
    """The findings of the answer."""
    return and_(known(standing), still_known(standing), asked(standing))


def _earlier(standing: Standing) -> ColumnElement[bool]:
    at, other = standing.at_micros, reason.alias("other")
    mine = and_(other.c.ledger == standing.ledger, other.c.build == standing.builds[reason.info[PROJECTION]])
    held = and_(other.c.from_size <= standing.as_of, or_(other.c.to_size.is_(None), other.c.to_size > standing.as_of))
    now = and_(other.c.holds_from <= at, or_(other.c.holds_to.is_(None), other.c.holds_to > at))
    same = and_(other.c.finding == finding.c.id, other.c.entry < finding.c.entry)
    return select(literal(1)).where(mine, held, now, same).correlate(finding).exists()


# --- the status of a finding


def stage_at(standing: Standing) -> ColumnElement[Any]:
    """A file's stage at the instant of the question: an order whose limit has passed is overdue."""
    late = and_(violation.c.stage == Stage.CORRECTION_ORDERED, violation.c.limit_at <= standing.at_micros)
    return case((late, literal(str(Stage.CORRECTION_OVERDUE))), else_=violation.c.stage)


def _file(standing: Standing, shown: ColumnElement[Any]) -> Select[Any]:
    """Of the files that take the finding up, the one that gives its status: the furthest, then the newest."""
    return (
        select(shown)
        .select_from(taken_up.join(violation, violation.c.id == taken_up.c.violation))
        .where(standing.holds(taken_up), standing.holds(violation), taken_up.c.finding == finding.c.id)
        .order_by(violation.c.rank.desc(), violation.c.opened_at.desc(), violation.c.id.desc())
        .limit(1)
        .correlate(finding)
    )


def status(standing: Standing, told: ColumnElement[bool]) -> ColumnElement[Any]:
    """NULL for callers that may not see the authority's file."""
    stage = func.coalesce(_file(standing, stage_at(standing)).scalar_subquery(), str(Stage.OPEN))
    return case((told, stage))


def file_of(standing: Standing, told: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((told, _file(standing, violation.c.id).scalar_subquery()))


def silent(yes: bool) -> ColumnElement[bool]:
    codes = sorted(SILENT)
    return finding.c.reason.in_(codes) if yes else finding.c.reason.not_in(codes)
