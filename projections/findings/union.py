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
from projections.findings.tables import expired_deadline, taken_up, violation
from projections.query.snapshot import Snapshot

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
    expired_deadline.c.ledger,
    expired_deadline.c.build,
    expired_deadline.c.id,
    expired_deadline.c.reason,
    expired_deadline.c.severity,
    expired_deadline.c.limb,
    expired_deadline.c.accused,
    expired_deadline.c.holds_from.label("time"),
    expired_deadline.c.entry,
    expired_deadline.c.stopped,
    expired_deadline.c.requester,
    expired_deadline.c.provider,
    expired_deadline.c.item,
    expired_deadline.c.request,
    expired_deadline.c.params,
    expired_deadline.c.rule_set,
    expired_deadline.c.rule_set_version,
    expired_deadline.c.holds_from,
    null().label("holds_to"),
    expired_deadline.c.from_size,
    expired_deadline.c.to_size,
)
finding: Final = union_all(_FROM_ACTS, _FROM_SILENCE).subquery("finding")


def known(snapshot: Snapshot) -> ColumnElement[bool]:
    """The rows of the builds that answer, of any size up to the answer's tree size."""
    mine = [
        and_(finding.c.origin == table.info[PROJECTION], finding.c.build == snapshot.builds[table.info[PROJECTION]])
        for table in (reason, expired_deadline)
    ]
    return and_(finding.c.ledger == snapshot.ledger, or_(*mine), finding.c.from_size <= snapshot.as_of)


def asked(snapshot: Snapshot) -> ColumnElement[bool]:
    """The findings that hold at the instant of the question. A finding that several acts show is that of the
    first act.
    """
    at = snapshot.instant_micros
    within = and_(finding.c.holds_from <= at, or_(finding.c.holds_to.is_(None), finding.c.holds_to > at))
    return and_(within, or_(finding.c.reason != Reason.STATISTICS_MISSING, ~_earlier(snapshot)))


def still_known(snapshot: Snapshot) -> ColumnElement[bool]:
    return or_(finding.c.to_size.is_(None), finding.c.to_size > snapshot.as_of)


def holds(snapshot: Snapshot) -> ColumnElement[bool]:
    """The findings of the answer."""
    return and_(known(snapshot), still_known(snapshot), asked(snapshot))


def _earlier(snapshot: Snapshot) -> ColumnElement[bool]:
    at, other = snapshot.instant_micros, reason.alias("other")
    mine = and_(other.c.ledger == snapshot.ledger, other.c.build == snapshot.builds[reason.info[PROJECTION]])
    held = and_(other.c.from_size <= snapshot.as_of, or_(other.c.to_size.is_(None), other.c.to_size > snapshot.as_of))
    now = and_(other.c.holds_from <= at, or_(other.c.holds_to.is_(None), other.c.holds_to > at))
    same = and_(other.c.finding == finding.c.id, other.c.entry < finding.c.entry)
    return select(literal(1)).where(mine, held, now, same).correlate(finding).exists()


# --- the status of a finding


def stage_at(snapshot: Snapshot) -> ColumnElement[Any]:
    """A file's stage at the instant of the question: an order whose limit has passed is overdue."""
    late = and_(violation.c.stage == Stage.CORRECTION_ORDERED, violation.c.limit_at <= snapshot.instant_micros)
    return case((late, literal(str(Stage.CORRECTION_OVERDUE))), else_=violation.c.stage)


def _file(snapshot: Snapshot, visible: ColumnElement[Any]) -> Select[Any]:
    """Of the files that take the finding up, the one that gives its status: the furthest, then the newest."""
    return (
        select(visible)
        .select_from(taken_up.join(violation, violation.c.id == taken_up.c.violation))
        .where(snapshot.valid_rows(taken_up), snapshot.valid_rows(violation), taken_up.c.finding == finding.c.id)
        .order_by(violation.c.rank.desc(), violation.c.opened_at.desc(), violation.c.id.desc())
        .limit(1)
        .correlate(finding)
    )


def status(snapshot: Snapshot, file_filter: ColumnElement[bool]) -> ColumnElement[Any]:
    """NULL for callers that may not see the authority's file."""
    stage = func.coalesce(_file(snapshot, stage_at(snapshot)).scalar_subquery(), str(Stage.OPEN))
    return case((file_filter, stage))


def file_of(snapshot: Snapshot, file_filter: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((file_filter, _file(snapshot, violation.c.id).scalar_subquery()))


def silent(yes: bool) -> ColumnElement[bool]:
    codes = sorted(SILENT)
    return finding.c.reason.in_(codes) if yes else finding.c.reason.not_in(codes)
