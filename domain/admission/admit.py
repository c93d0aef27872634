"""Admission: every reason for which an act may not be recorded.

The rules check the signer's role towards the stream and the stream's state. They never refuse an unlawful act: it
happened, so it is recorded and then judged. An act of the past may be recorded late. An act dated in the future is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from domain.act import Act
from domain.admission.bounds import out_of_bounds
from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionSettings, Begins, WriterStates
from domain.admission.refusal_texts import describe, out_of_cycle, wrong_state, wrong_stream
from domain.admission.signers import NAMED, future_dated, parties_known, signed
from domain.admission.stub_rule import stub_required
from domain.events import Event, LedgerFounded
from domain.families.agreement import admit as agreements
from domain.families.authority import admit as authorities
from domain.families.correction import admit as marks
from domain.families.demand import admit as demands
from domain.families.discrepancy import admit as discrepancies
from domain.families.dispute import admit as disputes
from domain.families.founding import admit as genesis
from domain.families.founding.admit import first_two_entries
from domain.families.item import admit as items
from domain.families.party import admit as parties
from domain.families.request import admit as requests
from domain.families.request.delivery import admit as deliveries
from domain.families.request.grant import admit as grants
from domain.families.request.negotiation import admit as negotiations
from domain.families.request.release import admit as releases
from domain.families.request.review import admit as reviews
from domain.families.request.use import admit as uses
from domain.families.supervision import admit as supervision
from domain.families.violation import admit as violations
from domain.state import State
from formats.refusal import Refusal

RULES: Final[Mapping[type[Event], AdmissionRule]] = {
    **requests.RULES,
    **negotiations.RULES,
    **reviews.RULES,
    **grants.RULES,
    **deliveries.RULES,
    **uses.RULES,
    **releases.RULES,
    **agreements.RULES,
    **items.RULES,
    **parties.RULES,
    **authorities.RULES,
    **genesis.RULES,
    **violations.RULES,
    **disputes.RULES,
    **demands.RULES,
    **discrepancies.RULES,
    **supervision.RULES,
    **marks.RULES,
}


def admit(act: Act, states: WriterStates, settings: AdmissionSettings) -> tuple[Refusal, ...]:
    """Return all refusals, in the order signer, parties, stream. An empty tuple admits the act."""
    return tuple(_refusals(AdmissionContext(act, states, settings)))


def _refusals(context: AdmissionContext) -> Iterator[Refusal]:
    act = context.act
    yield from future_dated(act.time, act.recorded_at, context.settings)
    yield from out_of_bounds(act)
    kind = type(act.event)
    if kind is not LedgerFounded:
        if act.index < 2:
            yield from first_two_entries(context)
        yield from signed(context)
    if NAMED[kind]:
        yield from parties_known(context)
    yield from _by_rule(context, RULES[kind])


def _by_rule(context: AdmissionContext, rule: AdmissionRule) -> Iterator[Refusal]:
    families = context.act.event.families
    if context.act.stream.partition("/")[0] not in families:
        yield wrong_stream(
            f"{context.act.event.event_name} does not belong in this stream",
            " or ".join(f"{each}/" for each in families),
        )
        return
    state = context.states.state(context.act.stream)
    if state is None and rule.begins is Begins.FOLLOWS:
        yield wrong_state(
            context, f"nothing is recorded in {context.act.stream}", "Check the stream's name.", "/subject"
        )
        return
    if state is not None and rule.begins is Begins.OPENS:
        yield wrong_state(
            context, f"{context.act.stream} {_exists(state)}", "Choose another id for the stream.", "/subject"
        )
        return
    if rule.cycle is not None and state is not None:
        yield from out_of_cycle(context, rule.cycle, getattr(state, "status", ""), getattr(state, "status_by", None))
    yield from rule.check(context, context.act.event, state)


def _exists(state: State) -> str:
    fact = getattr(state, "fact", None)
    return "exists already" if fact is None else f"was opened by {describe(fact)}"


__all__ = ["RULES", "AdmissionSettings", "WriterStates", "admit", "future_dated", "stub_required"]
