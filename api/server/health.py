"""Liveness, readiness and the state of the ledger: for load balancers, for people, for the demo's clock."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter
from fastapi import Query as InQuery
from pydantic import Field
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from api.http.bodies import read_body
from api.http.model import Model, Moment, Whole
from api.http.parameters import INSTANT, Query
from api.http.problem_model import StoppedProjection
from api.http.problems import Problem
from api.http.responses import JSON
from api.http.routes import PUBLIC, public, route, with_token
from api.http.workers import WorkerGroup
from api.server.reception import AppContext, context_of
from api.server.storage import storage_fault
from formats import rfc3339
from formats.errors import Malformed
from ledger import ijson

router = APIRouter()

CLOCK_BODY = 1024


class Liveness(Model):
    """The process runs."""

    status: str


class Lag(Model):
    """How far the projections are behind the log."""

    entries: Whole
    seconds: float = Field(description="Since the oldest entry that is not accounted for was recorded.")


class OwnRecords(Model):
    """What the server itself has to record: whether it can, and what waits."""

    why_not: str | None = Field(description="Why nothing can be signed at the moment; null while it can.")
    waiting: Whole = Field(description="Supervised reads that are noted and not yet in the log.")
    fault: str | None = Field(
        description="Why something that is owed could not be recorded; null when nothing is in the way."
    )


class Readiness(Model):
    """How far writer and projections are."""

    status: str
    origin: str
    size: Whole = Field(description="Entries in the log.")
    demo: bool = Field(description="True on a ledger that was founded as a demo: 演示数据.")
    time: Moment
    writer: Literal["leading", "standby"]
    fault: str | None = Field(description="Why nothing can be recorded at the moment; null while it can.")
    waiting: Whole = Field(description="Records that wait to be written.")
    hand: OwnRecords
    clock: str | None = Field(description="What is wrong with the machine's clock; null while nothing is.")
    storage: str | None = Field(description="Why the database cannot take more; null while it can.")
    projected: Whole = Field(description="Entries that every projection accounts for.")
    lag: Lag
    stopped: list[StoppedProjection]


class ClockSetting(Model):
    """An instant of a demo's clock."""

    time: Moment = Field(json_schema_extra={"pattern": f"^{INSTANT}$"})


_BODY = {
    "required": True,
    "description": "The instant of the clock from now on.",
    "content": {
        JSON: {
            "schema": {"$ref": "#/components/schemas/ClockSetting"},
            "example": {"time": "2026-03-25T09:13:00+08:00"},
        }
    },
}


# Never limited: who watches over the process has to be answered.
@route(
    router,
    "/livez",
    PUBLIC,
    id="getLiveness",
    tag="health",
    about="The process runs.",
    answer=Liveness,
    finds="It does.",
    codes=("PARAMETER_UNKNOWN",),
)
async def get_liveness(_: Annotated[Query, InQuery()]) -> Response:
    """The process runs. It touches nothing that could make it wait."""
    return _json(Liveness(status="alive"))


@public(
    router,
    "/readyz",
    id="getReadiness",
    tag="health",
    about="Whether questions are answered, and how far writer and projections are.",
    answer=Readiness,
    finds="Questions are answered.",
    codes=("PARAMETER_UNKNOWN", "PROJECTION_STOPPED", "NOT_READY"),
)
def get_readiness(request: Request, _: Annotated[Query, InQuery()]) -> Response:
    """A projection that has stopped would answer of the past for ever: then the ledger is not ready, and says why. Nor
    is it while it cannot record: what is sent to it, or the reads that it has to record itself.
    """
    context = context_of(request)
    state = state_of(context)
    if state.stopped:
        stopped = ", ".join(f"{each.projection} at entry {each.entry}" for each in state.stopped)
        members = {"stopped": [each.model_dump() for each in state.stopped]}
        raise Problem("PROJECTION_STOPPED", f"Stopped: {stopped}.", members=members)
    reasons = [each for each in (context.sequencer.lasting_fault, state.storage, state.hand.fault) if each is not None]
    if reasons:
        said: dict[str, Any] = {"state": state.model_dump(mode="json", exclude_unset=True)}
        raise Problem("NOT_READY", "; ".join(reasons) + ".", members=said, headers={"Retry-After": "5"})
    return _json(state)


def state_of(context: AppContext) -> Readiness:
    """Size, lead and lag: what an operator looks at first."""
    head = context.store.head()
    builds = context.runner.builds.all()
    projected = min((each.position for each in builds), default=0)
    return Readiness(
        status="ready",
        origin=context.origin,
        size=head.size,
        demo=head.demo,
        time=context.clock(),
        writer="leading" if context.sequencer.leading else "standby",
        fault=context.sequencer.fault,
        waiting=context.sequencer.waiting,
        hand=OwnRecords(
            why_not=context.submitter.unavailable_because(),
            waiting=context.submitter.waiting,
            fault=context.submitter.fault,
        ),
        clock=context.clock.report,
        storage=storage_fault(context.settings, context.store.engine),
        projected=projected,
        lag=_lag(context, projected, head.size),
        stopped=[
            StoppedProjection(projection=each.name, entry=each.stopped_at, why=each.stopped_because)
            for each in builds
            if each.stopped_at is not None
        ],
    )


def _lag(context: AppContext, projected: int, size: int) -> Lag:
    line = context.store.entry(projected) if projected < size else None
    if line is None:
        return Lag(entries=0, seconds=0.0)
    recorded_at = rfc3339.parse(orjson.loads(line)["recorded_at"])
    seconds = (context.clock() - recorded_at).total_seconds()
    return Lag(entries=size - projected, seconds=round(max(seconds, 0.0), 3))


@with_token(
    router,
    "/v1/demo/clock",
    method="PUT",
    id="setDemoClock",
    tag="health",
    about="Move a demo ledger's scripted clock forward, as its operator.",
    answer=ClockSetting,
    finds="Its instant.",
    described={"requestBody": _BODY},
    codes=(
        "PARAMETER_INVALID",
        "PARAMETER_UNKNOWN",
        "CALLER_FORBIDDEN",
        "CLOCK_NOT_SCRIPTED",
        "CLOCK_BACKWARDS",
        "TOO_MANY_BYTES",
    ),
)
async def set_demo_clock(request: Request, _: Annotated[Query, InQuery()]) -> Response:
    """Forward only, and only where the founding record says demo; the operator's token."""
    context = context_of(request)
    body = await read_body(request, CLOCK_BODY, context.bodies)
    return await context.workers.run(WorkerGroup.HEALTH, _move, request, body)


def _move(request: Request, body: bytes) -> Response:
    context = context_of(request)
    party = context.registry.party(context.caller(request).uscc)
    if party is None or party.category != "OPERATOR":
        raise Problem("CALLER_FORBIDDEN", "The clock is moved by the operator.")
    context.clock.move(_time(body))
    return _json(ClockSetting(time=context.clock()))


def _time(body: bytes) -> dt.datetime:
    try:
        body_json = ijson.read_object(body)
        if body_json.keys() != {"time"} or not isinstance(body_json["time"], str):
            raise Problem("PARAMETER_INVALID", 'The body is {"time": "<RFC 3339 with offset>"}.')
        return rfc3339.parse(body_json["time"], pointer="/time")
    except Malformed as fault:
        raise Problem("PARAMETER_INVALID", f"The body: {fault.detail}.", fault.next_step) from fault


def _json(body: Model) -> Response:
    return Response(to_json(body), 200, {"Cache-Control": "no-store"}, JSON)
