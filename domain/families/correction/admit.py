"""Any stream: a signer's later statements about its own records (5.4). A reference to no record is an EVIDENCE_GAP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from domain.admission.context import Case, Rule, Rules
from domain.admission.refusal_texts import wrong_role
from domain.events import EventCorrected, EventDisowned, EventReaffirmed
from domain.families.party.admit import responsible
from domain.reasons.refusals import Refusal
from domain.state import State
from domain.vocabulary.values import Ref


def corrected(case: Case, event: EventCorrected, _state: State) -> Iterator[Refusal]:
    """event.corrected: the organ that signed the event."""
    yield from _own(case, [event.event])


def stood_by(case: Case, event: EventReaffirmed | EventDisowned, _state: State) -> Iterator[Refusal]:
    """event.reaffirmed, event.disowned: the organ that signed the events, by its responsible post."""
    yield from responsible(case)
    yield from _own(case, event.events)


def _own(case: Case, refs: Iterable[Ref]) -> Iterator[Refusal]:
    others = sorted({ref.by for ref in refs} - {case.act.by})
    if others:
        yield wrong_role(case, f"the organ that signed it ({', '.join(others)})")


RULES: Final[Rules] = {
    EventCorrected: Rule(corrected),
    EventReaffirmed: Rule(stood_by),
    EventDisowned: Rule(stood_by),
}
