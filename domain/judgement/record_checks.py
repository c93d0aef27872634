"""Reasons that any act can have: recorded late, signed by a doubtful key, disowned, citing an unknown record."""

from __future__ import annotations

from domain.deadlines.calendar import day_of
from domain.judgement.context import Case
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Cite


def check_record(case: Case) -> None:
    """LATE_RECORD, KEY_COMPROMISED, EVIDENCE_GAP. This check is the last, because it needs all cited facts."""
    act, facts = case.act, case.facts
    recorded_on = day_of(act.recorded_at)
    if recorded_on > case.day:
        lag = facts.calendar.working_days_between(case.day, recorded_on)
        if lag > case.rules.settings.recording_lag_wd:
            case.add(Reason.LATE_RECORD, {"lag": str(lag)})
    if case.doubtful(act.by, act.kid, act.recorded_at) and not case.stood_by((act.by, act.id), facts.marks):
        case.doubts.add(f"{act.by} {act.id}")
    if case.doubts:
        case.add(Reason.KEY_COMPROMISED, {"records": ", ".join(sorted(case.doubts))})
    missing = facts.unknown | case.missing
    if missing:
        case.add(Reason.EVIDENCE_GAP, {"missing": ", ".join(sorted(missing))})


def check_emergency(case: Case, statute: Cite | None) -> None:
    """Order 85 has no emergency exception: a claim is shown, and authorises nothing."""
    if statute is not None:
        case.add(Reason.EMERGENCY_CLAIMED, {"statute": f"{statute.law} {statute.article}"})


def disowned(case: Case) -> bool:
    """Return whether the signer disowned the act. A disowned act stays visible and has no force (5.4)."""
    marks = case.facts.marks
    return bool(marks.disowned) and (case.act.by, case.act.id) in marks.disowned
