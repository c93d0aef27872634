"""request/ and use/: uses (4.7). Lawful or not, they are recorded: place and signer are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.act import Act
from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import wrong_role
from domain.admission.roles import stands_for
from domain.events import UseRecorded
from domain.families.request.placement import placed
from domain.reasons.refusals import Refusal
from domain.state import RequestState, State, UseState


def plainly_placed(act: Act, event: UseRecorded, state: State | None) -> bool:
    """Whether the use is the requester's own, in the request that it cites: then neither its time nor its id matters,
    except that it must not lie ahead. Else the id may name the stream, and an heir may act from a day on.
    """
    return type(state) is RequestState and act.by == state.requester and state.id == event.request_id


def used(case: Case, event: UseRecorded, state: RequestState | UseState | None) -> Iterator[Refusal]:
    # The one act that comes by the thousand: its common case is decided by three comparisons.
    if plainly_placed(case.act, event, state):
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
