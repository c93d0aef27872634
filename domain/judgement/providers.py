"""Whether the organ that answers or delivers is the one that should (A11, A14)."""

from __future__ import annotations

from domain.judgement.context import Case
from domain.reasons.catalogue import Reason


def check_provider(case: Case, provider: str) -> None:
    """WRONG_PROVIDER_LEVEL, PROVIDER_NOT_SOURCE."""
    item = case.facts.item
    if item is None:
        return
    classification = item.classification_at(case.instant)
    party = case.facts.parties.get(provider)
    centralised = classification is not None and classification.centralised_level == "PROVINCE"
    if centralised and party is not None and party.level != "PROVINCE":
        case.add(Reason.WRONG_PROVIDER_LEVEL, {"provider": provider})
    source = item.source_of_record_at(case.instant)
    if source is not None and source != provider:
        case.add(Reason.PROVIDER_NOT_SOURCE, {"source": source})
