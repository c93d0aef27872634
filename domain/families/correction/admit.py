"""Any stream: a signer's later statements about its own records (5.4). A reference to no record is an EVIDENCE_GAP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules
from domain.admission.refusal_texts import wrong_role
from domain.events import EventCorrected, EventDisowned, EventReaffirmed
from domain.families.party.admit import responsible
from domain.state import State
from domain.vocabulary.values import Ref
from formats.refusal import Refusal


def corrected(context: AdmissionContext, event: EventCorrected, _state: State) -> Iterator[Refusal]:
    """event.corrected: the organ that signed the event."""
    yield from _own(context, [event.event])


def stood_by(context: AdmissionContext, event: EventReaffirmed | EventDisowned, _state: State) -> Iterator[Refusal]:
    """event.reaffirmed, event.disowned: the organ that signed the events, by its responsible post."""
    yield from responsible(context)
    yield from _own(context, event.events)


def _own(context: AdmissionContext, refs: Iterable[Ref]) -> Iterator[Refusal]:
    others = sorted({ref.by for ref in refs} - {context.act.by})
    if others:
        yield wrong_role(context, f"the organ that signed it ({', '.join(others)})")


RULES: Final[AdmissionRules] = {
    EventCorrected: AdmissionRule(corrected),
    EventReaffirmed: AdmissionRule(stood_by),
    EventDisowned: AdmissionRule(stood_by),
}
