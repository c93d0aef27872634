"""Reasons that any act can have: recorded late, signed by a doubtful key, disowned, citing an unknown record."""

from __future__ import annotations

from domain.deadlines.calendar import day_of
from domain.judgement.context import JudgementContext
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Cite


def check_record(context: JudgementContext) -> None:
    """LATE_RECORD, KEY_COMPROMISED, EVIDENCE_GAP. This check is the last, because it needs all cited facts."""
    act, facts = context.act, context.facts
    recorded_on = day_of(act.recorded_at)
    if recorded_on > context.day:
        lag = facts.calendar.working_days_between(context.day, recorded_on)
        if lag > context.rules.settings.recording_lag_wd:
            context.add(Reason.LATE_RECORD, {"lag": str(lag)})
    if context.doubtful(act.by, act.kid, act.recorded_at) and not context.stood_by((act.by, act.id), facts.marks):
        context.doubtful_records.add(f"{act.by} {act.id}")
    if context.doubtful_records:
        context.add(Reason.KEY_COMPROMISED, {"records": ", ".join(sorted(context.doubtful_records))})
    missing = facts.unknown | context.unknown_references
    if missing:
        context.add(Reason.EVIDENCE_GAP, {"missing": ", ".join(sorted(missing))})


def check_emergency(context: JudgementContext, statute: Cite | None) -> None:
    """Order 85 has no emergency exception: a claim is shown, and authorises nothing."""
    if statute is not None:
        context.add(Reason.EMERGENCY_CLAIMED, {"statute": f"{statute.law} {statute.article}"})


def disowned(context: JudgementContext) -> bool:
    """Return whether the signer disowned the act. A disowned act stays visible and has no force (5.4)."""
    marks = context.facts.marks
    return bool(marks.disowned) and (context.act.by, context.act.id) in marks.disowned
