"""RELEASE (5.3): was this organ allowed to publish, disclose, open or pass on this information then?

The class is the stricter one while a dispute is open. Uses and deliveries show whether the organ held the information
lawfully; this table does not ask.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from domain.events import ReleaseRecorded
from domain.families.request.release.state import ReleaseState
from domain.judgement.context import JudgementContext
from domain.judgement.information import Classed, check_information
from domain.judgement.parties import GrantPosition, grant_position
from domain.judgement.record_checks import check_record
from domain.reasons.catalogue import Reason, Severity
from domain.state import ViolationState
from domain.vocabulary.sensitivity import SENSITIVE

# From this day a disclosure belongs to the organ that made or first obtained the information (Disclosure Regs Art. 10).
ORIGINATOR_DISCLOSES_SINCE: Final = date(2019, 5, 15)


class Disclosure(StrEnum):
    """Whether the release lies within the statutory disclosure scope (A17 ¶2)."""

    YES = "YES"
    UNKNOWN = "UNKNOWN"
    NO = "NO"


class Consent(StrEnum):
    """Whether a consent of the provider covers the release and is not dated after it."""

    COVERS = "COVERS"
    MISSING = "MISSING"
    FALLS_SHORT = "FALLS_SHORT"
    UNKNOWABLE = "UNKNOWABLE"  # the cited request is not known here


def examine_release(context: JudgementContext, event: ReleaseRecorded, classed: Classed) -> str:
    """Collect every reason. Return the row of the table that gives the base verdict."""
    context.find_item_version()
    first = _check_onward(context, event) or _check_sensitive(context, event)
    scope, consent = _disclosure(context, event), _consent(context, event)
    second = _check_basis(context, event, scope, consent)
    _check_discloser(context, event)
    check_information(context, classed)
    check_record(context)
    return first or second


def _check_onward(context: JudgementContext, event: ReleaseRecorded) -> str | None:
    """Use serves the organ's own duties only. A third organ makes its own request. Onward with consent is a setting."""
    if event.kind != "ONWARD" or context.rules.settings.onward_with_consent:
        return None
    context.add(Reason.ONWARD_TO_THIRD_PARTY, {"recipient": event.recipient or event.audience})
    return "R0"


def _check_sensitive(context: JudgementContext, event: ReleaseRecorded) -> str | None:
    """R1: a state secret never. R2: trade secret or privacy by the third party's consent or for the public interest."""
    classes = {"classes": ", ".join(sorted(context.classes & SENSITIVE))}
    if context.state_secret:
        context.add(Reason.SENSITIVE_RELEASE, classes)
        return "R1"
    if not context.sensitive:
        return None
    if event.third_party == "NONE":
        context.add(Reason.SENSITIVE_RELEASE, classes)
        return "R2"
    if event.third_party_doc is None:
        context.unknown_references.add("third_party_doc")
    return None


def _disclosure(context: JudgementContext, event: ReleaseRecorded) -> Disclosure:
    """Return whether the release lies within the statutory scope.

    YES: an article is cited, uncontested. A suspicion under c2 leaves it open, a violation under c2 denies it [ours].
    """
    if event.basis != "DISCLOSURE_SCOPE":
        return Disclosure.NO
    contests = [each for each in context.facts.violations if _found(each) or _suspected(each)]
    for each in contests:
        context.cited.add((each.found_by or each.fact).index)
    if any(_found(each) for each in contests):
        return Disclosure.NO
    contested = any(each.found is None and each.dismissed is None for each in contests)
    return Disclosure.UNKNOWN if contested or event.scope_article is None else Disclosure.YES


def _found(violation: ViolationState) -> bool:
    """Return whether the authority found limb c2, which may differ from the suspected limb."""
    found_by = violation.found_by
    if violation.found is None or found_by is None or not violation.marks.not_disowned(found_by):
        return False
    return violation.found.limb == "c2"


def _suspected(violation: ViolationState) -> bool:
    return violation.limb == "c2" and violation.marks.not_disowned(violation.fact)


def _consent(context: JudgementContext, event: ReleaseRecorded) -> Consent:
    """Return the consent and note CONSENT_*. The reasons are raised only if the release needs consent."""
    facts = context.facts
    if facts.request is None:
        return Consent.UNKNOWABLE if event.request_id is not None else _own_information(context)
    held, _ = grant_position(
        facts.parties, facts.request.requester, context.act.by, facts.request.scope.duty_bases, day=context.day
    )
    state = facts.request.releases.get(event.release_id)
    if held is GrantPosition.STRANGER or state is None or state.consent is None or state.consented is None:
        return _own_information(context)
    if state.consented.key in facts.request.marks.disowned:
        return Consent.MISSING
    context.cite(state.consented, facts.request.marks)
    if shortcomings(context, event, state):
        return Consent.FALLS_SHORT
    context.cite_backdated([state.consented], facts.request.marks)
    return Consent.COVERS


def _own_information(context: JudgementContext) -> Consent:
    """An organ that is itself the provider needs no consent."""
    own = context.facts.item is not None and context.facts.item.provider == context.act.by
    return Consent.COVERS if own else Consent.MISSING


def shortcomings(
    context: JudgementContext, event: ReleaseRecorded, state: ReleaseState
) -> dict[Reason, dict[str, str]]:
    """Return the respects in which the consent does not cover the release."""
    consent, consented = state.consent, state.consented
    assert consent is not None
    assert consented is not None
    raised: dict[Reason, dict[str, str]] = {}
    beyond = sorted(set(event.fields) - set(consent.fields)) + ([event.kind] if event.kind != consent.kind else [])
    if beyond:
        raised[Reason.CONSENT_SCOPE] = {"beyond": ", ".join(beyond)}
    if consent.expires is not None and consent.expires < context.day:
        raised[Reason.CONSENT_EXPIRED] = {"expires": consent.expires.isoformat()}
    if consented.time > context.instant:
        raised[Reason.CONSENT_AFTER_RELEASE] = {}
    return raised


def _check_basis(context: JudgementContext, event: ReleaseRecorded, scope: Disclosure, consent: Consent) -> str:
    """R3 to R8."""
    stated = bool(event.attribution)
    covered = consent is Consent.COVERS
    if scope is Disclosure.YES:
        if stated:
            return "R4"
        # With consent as an independent basis, the release does not rest on the duty to name the source [ours].
        possible = covered or consent is Consent.UNKNOWABLE
        context.add(Reason.NO_SOURCE_ATTRIBUTION, severity=Severity.FLAG if possible else Severity.BLOCKING)
        return "R5" if covered else "R3"
    if covered:
        return "R6"
    if scope is Disclosure.UNKNOWN:
        context.add(Reason.DISCLOSURE_SCOPE_UNKNOWN)
        return "R8"
    if event.basis == "DISCLOSURE_SCOPE" and consent is not Consent.UNKNOWABLE:
        context.add(Reason.NOT_IN_DISCLOSURE_SCOPE)
    _raise_consent(context, event, consent)
    return "R7"


def _raise_consent(context: JudgementContext, event: ReleaseRecorded, consent: Consent) -> None:
    if consent is Consent.MISSING:
        context.add(Reason.NO_CONSENT)
    elif consent is Consent.FALLS_SHORT and context.facts.request is not None:
        for reason, params in shortcomings(context, event, context.facts.request.releases[event.release_id]).items():
            context.add(reason, params)


def _check_discloser(context: JudgementContext, event: ReleaseRecorded) -> None:
    """Raise a warning from another law. The verdict under Order 85 stays."""
    item = context.facts.item
    own = item is not None and item.provider == context.act.by
    if event.basis == "DISCLOSURE_SCOPE" and context.day >= ORIGINATOR_DISCLOSES_SINCE and not own:
        context.add(Reason.DISCLOSER_NOT_ORIGINATOR)
