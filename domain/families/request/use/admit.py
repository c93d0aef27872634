"""request/ and use/: uses (4.7). Lawful or not, they are recorded: place and signer are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import wrong_role
from domain.admission.roles import stands_for
from domain.events import UseRecorded
from domain.families.request.placement import placed
from domain.reasons.refusals import Refusal
from domain.state import RequestState, UseState


def used(case: Case, event: UseRecorded, state: RequestState | UseState | None) -> Iterator[Refusal]:
    # The one act that comes by the thousand: its common case is decided by three comparisons.
    if type(state) is RequestState and case.act.by == state.requester and state.id == event.request_id:
        return
    yield from placed(case, event.request_id, state)
    yield from not_the_requester(case, state)


def not_the_requester(case: Case, state: RequestState | UseState | None) -> Iterator[Refusal]:
    """The provider's heir is refused the requester's acts, unless it is the requester's heir as well."""
    if isinstance(state, RequestState) and stands_for(case, state.provider) and not stands_for(case, state.requester):
        yield wrong_role(case, f"the requester {state.requester}")


RULES: Final[Rules] = {
    UseRecorded: Rule(used, Begins.EITHER),
}
