"""What can be said of acts in disputes and violations: a step left out, an unusual issuer."""

from __future__ import annotations

from domain.judgement.context import Case
from domain.reasons.catalogue import Reason


def examine_determination(case: Case) -> None:
    """OBJECTION_SKIPPED: the organ that classified is asked first (实施条例 2024 Art. 26)."""
    for dispute in case.facts.disputes:
        objected = dispute.objection is not None and dispute.objection.index < case.act.index
        if not objected:
            case.add(Reason.OBJECTION_SKIPPED)


def examine_criticism(case: Case) -> None:
    """ISSUER_UNUSUAL: Art. 33 does not say who criticises; the authority or the people's government does [ours]."""
    issuer = case.facts.parties.get(case.act.by)
    government = issuer is not None and issuer.category == "GOVERNMENT"
    authority = case.facts.authority
    holder = authority.holder_at(case.instant).party if authority is not None else None
    if not government and case.act.by != holder:
        case.add(Reason.ISSUER_UNUSUAL, {"issuer": case.act.by})
