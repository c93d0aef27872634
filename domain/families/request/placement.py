"""The stream of a use, release or delivery: that of the request it cites, else use/<its record id> (4.7)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.admission.context import Case
from domain.admission.refusal_texts import told, wrong_state, wrong_stream
from domain.admission.roles import stands_for
from domain.reasons.refusals import Refusal
from domain.state import RequestState, State, UseState


def placed(case: Case, cited: str | None, state: State | None) -> Iterator[Refusal]:
    """Yield a refusal if the act is in the wrong stream (4.7).

    The act belongs in request/ exactly if the cited request is known here and the signer is its requester or provider.
    """
    family, _, name = case.act.stream.partition("/")
    if family == "request":
        if cited != name:
            right = f"use/{case.act.id}" if cited is None else f"request/{cited}, or use/{case.act.id}"
            yield wrong_stream(f"the act cites {cited or 'no request'}, not {name}", right)
        elif not isinstance(state, RequestState):
            yield wrong_stream(f"request {name} is not known here", f"use/{case.act.id}")
        elif not _stands_in(case, state):
            yield wrong_stream(f"{case.act.by} is neither requester nor provider of {name}", f"use/{case.act.id}")
        return
    if isinstance(state, UseState):
        yield wrong_state(case, f"{case.act.stream} was opened by {told(state.fact)}", "Record each act once.")
    if name != case.act.id:
        yield wrong_stream("an act without request has a stream of its own", f"use/{case.act.id}")
    request = None if cited is None else case.request(cited)
    if request is not None and _stands_in(case, request):
        yield wrong_stream(f"{case.act.by} is a side of the request that it cites", f"request/{cited}")


def _stands_in(case: Case, request: RequestState) -> bool:
    by = case.act.by
    if by in (request.requester, request.provider):
        return True
    return stands_for(case, request.requester) or stands_for(case, request.provider)
