"""USE (5.3): was this organ allowed to use this information then, for this purpose?"""

from __future__ import annotations

from domain.events import UseRecorded
from domain.judgement.agreements import check_agreement
from domain.judgement.context import Case
from domain.judgement.legal_basis import Ground
from domain.judgement.reach import Reach, check_data, check_users
from domain.judgement.record_checks import check_emergency, check_record
from domain.judgement.tables import USE, cites_the_unknown, first_row
from domain.reasons.catalogue import Reason, Severity
from domain.vocabulary.sensitivity import rank


def examine_use(case: Case, event: UseRecorded, ground: Ground) -> str:
    """Collect every reason. Return the row of the table that gives the base verdict."""
    reach = ground.reach
    if reach is not None:
        check_data(case, reach, event.fields, event.divisions)
        check_users(case, reach, event.unit, event.officer, organ=case.facts.parties.get(case.act.by))
        if case.sensitive:
            check_agreement(case, ground.agreements, lambda own: _beyond(event, reach, own))
    _check_purpose(case, event, reach)
    check_network(case, event.network, event.system_level)
    _check_delivery(case, event)
    check_emergency(case, event.emergency_statute)
    check_record(case)
    return _row(case)


def _row(case: Case) -> str:
    base = "U9" if case.sensitive else "U5"
    if not case.reasons:
        return base
    row = first_row(case, USE)
    return "U2" if row != "U1" and cites_the_unknown(case) else row or base


def _check_purpose(case: Case, event: UseRecorded, reach: Reach | None) -> None:
    """PURPOSE_MISSING (blocking after the grace), PURPOSE_MISMATCH, NOT_DUTY_RELATED."""
    if event.purpose_code is None:
        grace = case.facts.calendar.add_working_days(case.day, case.rules.settings.purpose_grace_wd)
        over = case.passed(grace.latest)
        case.add(Reason.PURPOSE_MISSING, severity=Severity.BLOCKING if over else Severity.UNDETERMINED)
    elif reach is not None and event.purpose_code not in reach.purposes:
        granted = ", ".join(sorted(reach.purposes))
        case.add(Reason.PURPOSE_MISMATCH, {"purpose": event.purpose_code, "granted": granted})
    if event.duty is None or (reach is not None and event.duty not in reach.duties):
        case.add(Reason.NOT_DUTY_RELATED)


def _beyond(event: UseRecorded, granted: Reach, own: Reach) -> list[str]:
    """Return the parts in which the use goes beyond the agreement and not beyond the grant."""
    found = beyond_data(event.fields, event.divisions, granted, own)
    purpose, duty = event.purpose_code, event.duty
    if purpose not in own.purposes and purpose in granted.purposes:
        found.append(f"purpose {purpose}")
    if duty is not None and duty not in own.duties and duty in granted.duties:
        found.append("duty basis")
    users = own.users_beyond(event.unit, event.officer)
    if users:
        found += sorted(users - granted.users_beyond(event.unit, event.officer))
    return found


def beyond_data(fields: tuple[str, ...], divisions: tuple[str, ...] | None, granted: Reach, own: Reach) -> list[str]:
    """Return the fields and divisions that the grant covers and the agreement does not."""
    found: list[str] = []
    narrower = own.fields_beyond(fields)
    if narrower:
        found += sorted(narrower - granted.fields_beyond(fields))
    narrower = own.divisions_beyond(divisions)
    if narrower:
        found += sorted(narrower - granted.divisions_beyond(divisions))
    return found


def check_network(case: Case, network: str, system_level: str | None) -> None:
    """WRONG_NETWORK binds state secrets only (A18 ¶3): a classified network, and a system of at least the level."""
    if case.state_secret and (network != "CLASSIFIED" or rank(system_level) < rank(case.level)):
        case.add(Reason.WRONG_NETWORK, {"network": " ".join(filter(None, (network, system_level)))})


def _check_delivery(case: Case, event: UseRecorded) -> None:
    """USE_BEFORE_DELIVERY. A cited delivery that is unknown or disowned is a gap in the evidence."""
    request = case.facts.request
    if event.delivery_id is None or request is None:
        return
    delivery = request.deliveries.get(event.delivery_id)
    if delivery is None or not request.marks.stands(delivery.fact):
        case.missing.add(f"delivery {event.delivery_id}")
        return
    case.relied.add(delivery.fact.index)
    if case.instant < delivery.time:
        case.add(Reason.USE_BEFORE_DELIVERY, {"delivery": event.delivery_id})
