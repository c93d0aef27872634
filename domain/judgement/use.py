"""USE (5.3): was this organ allowed to use this information then, for this purpose?"""

from __future__ import annotations

from domain.events import UseRecorded
from domain.judgement.agreements import check_agreement
from domain.judgement.context import JudgementContext
from domain.judgement.legal_basis import LegalBasis
from domain.judgement.reach import Reach, check_data, check_users
from domain.judgement.record_checks import check_emergency, check_record
from domain.judgement.tables import USE, cites_the_unknown, first_row
from domain.reasons.catalogue import Reason, Severity
from domain.vocabulary.sensitivity import rank


def examine_use(context: JudgementContext, event: UseRecorded, basis: LegalBasis) -> str:
    """Collect every reason. Return the row of the table that gives the base verdict."""
    reach = basis.reach
    if reach is not None:
        check_data(context, reach, event.fields, event.divisions)
        check_users(context, reach, event.unit, event.officer, organ=context.facts.parties.get(context.act.by))
        if context.sensitive:
            check_agreement(context, basis.agreements, lambda own: _beyond(event, reach, own))
    _check_purpose(context, event, reach)
    check_network(context, event.network, event.system_level)
    _check_delivery(context, event)
    check_emergency(context, event.emergency_statute)
    check_record(context)
    return _row(context)


def _row(context: JudgementContext) -> str:
    base = "U9" if context.sensitive else "U5"
    if not context.reasons:
        return base
    row = first_row(context, USE)
    return "U2" if row != "U1" and cites_the_unknown(context) else row or base


def _check_purpose(context: JudgementContext, event: UseRecorded, reach: Reach | None) -> None:
    """PURPOSE_MISSING (blocking after the grace), PURPOSE_MISMATCH, NOT_DUTY_RELATED."""
    if event.purpose_code is None:
        grace = context.facts.calendar.add_working_days(context.day, context.rules.settings.purpose_grace_wd)
        over = context.passed(grace.latest)
        context.add(Reason.PURPOSE_MISSING, severity=Severity.BLOCKING if over else Severity.UNDETERMINED)
    elif reach is not None and event.purpose_code not in reach.purposes:
        granted = ", ".join(sorted(reach.purposes))
        context.add(Reason.PURPOSE_MISMATCH, {"purpose": event.purpose_code, "granted": granted})
    if event.duty is None or (reach is not None and event.duty not in reach.duties):
        context.add(Reason.NOT_DUTY_RELATED)


def _beyond(event: UseRecorded, granted: Reach, own: Reach) -> list[str]:
    """Return the parts in which the use goes beyond the agreement and not beyond the grant."""
    fields_beyond = beyond_data(event.fields, event.divisions, granted, own)
    purpose, duty = event.purpose_code, event.duty
    if purpose not in own.purposes and purpose in granted.purposes:
        fields_beyond.append(f"purpose {purpose}")
    if duty is not None and duty not in own.duties and duty in granted.duties:
        fields_beyond.append("duty basis")
    users = own.users_beyond(event.unit, event.officer)
    if users:
        fields_beyond += sorted(users - granted.users_beyond(event.unit, event.officer))
    return fields_beyond


def beyond_data(fields: tuple[str, ...], divisions: tuple[str, ...] | None, granted: Reach, own: Reach) -> list[str]:
    """Return the fields and divisions that the grant covers and the agreement does not."""
    fields_beyond: list[str] = []
    narrower = own.fields_beyond(fields)
    if narrower:
        fields_beyond += sorted(narrower - granted.fields_beyond(fields))
    narrower = own.divisions_beyond(divisions)
    if narrower:
        fields_beyond += sorted(narrower - granted.divisions_beyond(divisions))
    return fields_beyond


def check_network(context: JudgementContext, network: str, system_level: str | None) -> None:
    """WRONG_NETWORK binds state secrets only (A18 ¶3): a classified network, and a system of at least the level."""
    if context.state_secret and (network != "CLASSIFIED" or rank(system_level) < rank(context.level)):
        context.add(Reason.WRONG_NETWORK, {"network": " ".join(filter(None, (network, system_level)))})


def _check_delivery(context: JudgementContext, event: UseRecorded) -> None:
    """USE_BEFORE_DELIVERY. A cited delivery that is unknown or disowned is a gap in the evidence."""
    request = context.facts.request
    if event.delivery_id is None or request is None:
        return
    delivery = request.deliveries.get(event.delivery_id)
    if delivery is None or not request.marks.not_disowned(delivery.fact):
        context.unknown_references.add(f"delivery {event.delivery_id}")
        return
    context.cited.add(delivery.fact.index)
    if context.instant < delivery.time:
        context.add(Reason.USE_BEFORE_DELIVERY, {"delivery": event.delivery_id})
