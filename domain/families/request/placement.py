"""The stream of a use, release or delivery: that of the request it cites, else use/<its record id> (4.7)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.admission.context import AdmissionContext
from domain.admission.refusal_texts import describe, wrong_state, wrong_stream
from domain.admission.roles import stands_for
from domain.state import RequestState, State, UseState
from formats.refusal import Refusal


def placed(context: AdmissionContext, cited: str | None, state: State | None) -> Iterator[Refusal]:
    """Yield a refusal if the act is in the wrong stream (4.7).

    The act belongs in request/ exactly if the cited request is known here and the signer is its requester or provider.
    """
    family, _, name = context.act.stream.partition("/")
    if family == "request":
        if cited != name:
            right = f"use/{context.act.id}" if cited is None else f"request/{cited}, or use/{context.act.id}"
            yield wrong_stream(f"the act cites {cited or 'no request'}, not {name}", right)
        elif not isinstance(state, RequestState):
            yield wrong_stream(f"request {name} is not known here", f"use/{context.act.id}")
        elif not _stands_in(context, state):
            yield wrong_stream(f"{context.act.by} is neither requester nor provider of {name}", f"use/{context.act.id}")
        return
    if isinstance(state, UseState):
        yield wrong_state(
            context, f"{context.act.stream} was opened by {describe(state.fact)}", "Record each act once."
        )
    if name != context.act.id:
        yield wrong_stream("an act without request has a stream of its own", f"use/{context.act.id}")
    request = None if cited is None else context.request(cited)
    if request is not None and _stands_in(context, request):
        yield wrong_stream(f"{context.act.by} is a side of the request that it cites", f"request/{cited}")


def _stands_in(context: AdmissionContext, request: RequestState) -> bool:
    by = context.act.by
    if by in (request.requester, request.provider):
        return True
    return stands_for(context, request.requester) or stands_for(context, request.provider)
