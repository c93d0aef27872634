"""request/ and use/: uses (4.7). Lawful or not, they are recorded: place and signer are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import wrong_role
from domain.admission.roles import stands_for
from domain.events import UseRecorded
from domain.families.request.placement import placed
from domain.state import RequestState, UseState
from formats.refusal import Refusal


def used(context: AdmissionContext, event: UseRecorded, state: RequestState | UseState | None) -> Iterator[Refusal]:
    # The one act that comes by the thousand: its common case is decided by three comparisons.
    if type(state) is RequestState and context.act.by == state.requester and state.id == event.request_id:
        return
    yield from placed(context, event.request_id, state)
    yield from not_the_requester(context, state)


def not_the_requester(context: AdmissionContext, state: RequestState | UseState | None) -> Iterator[Refusal]:
    """The provider's heir is refused the requester's acts, unless it is the requester's heir as well."""
    if (
        isinstance(state, RequestState)
        and stands_for(context, state.provider)
        and not stands_for(context, state.requester)
    ):
        yield wrong_role(context, f"the requester {state.requester}")


RULES: Final[AdmissionRules] = {
    UseRecorded: AdmissionRule(used, Begins.EITHER),
}
