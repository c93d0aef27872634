"""Liveness, readiness and the state of the ledger: for load balancers, for people, for the demo's clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Body, Operation
from api.http.parameters import read_query
from api.http.problems import Problem
from api.http.responses import JSON
from api.server.reception import Reception, reception_of
from api.write.submissions import body_of
from formats import rfc3339
from formats.errors import Malformed
from ledger import ijson

CLOCK_BODY = 1024


def livez(request: Request) -> Response:
    """Answers while the process runs."""
    read_query(request, ())
    return _json({"status": "alive"})


def readyz(request: Request) -> Response:
    """Readiness. A projection that has stopped would answer with old rows for ever, so the ledger is then not ready,
    and the answer says why.
    """
    read_query(request, ())
    body = state_of(reception_of(request))
    if body["stopped"]:
        stopped = ", ".join(f"{each['projection']} at entry {each['entry']}" for each in body["stopped"])
        raise Problem("PROJECTION_STOPPED", f"Stopped: {stopped}.", members={"stopped": body["stopped"]})
    return _json({"status": "ready", **body})


def state_of(reception: Reception) -> dict[str, Any]:
    """Size, lead and lag: the figures that an operator reads first."""
    head = reception.store.head()
    builds = reception.runner.builds.all()
    stopped = [
        {"projection": each.name, "entry": each.stopped_at, "why": each.stopped_because}
        for each in builds
        if each.stopped_at is not None
    ]
    return {
        "origin": reception.origin,
        "size": head.size,
        "demo": head.demo,
        "time": rfc3339.format_milliseconds(reception.clock()),
        "writer": "leading" if reception.sequencer.leading else "standby",
        "fault": reception.sequencer.fault,
        "waiting": reception.sequencer.waiting,
        "hand": {
            "why_not": reception.hand.why_not(),
            "waiting": reception.hand.waiting,
            "fault": reception.hand.fault,
        },
        "projected": min((each.position for each in builds), default=0),
        "stopped": stopped,
    }


async def set_clock(request: Request) -> Response:
    """Sets the demo's clock. Forward only, and only where the founding record says demo; with the operator's token."""
    read_query(request, ())
    body = await body_of(request, CLOCK_BODY)
    return await run_in_threadpool(_move, request, body)


def _move(request: Request, body: bytes) -> Response:
    reception = reception_of(request)
    party = reception.register.party(reception.caller(request).uscc)
    if party is None or party.category != "OPERATOR":
        raise Problem("CALLER_FORBIDDEN", "The clock is moved by the operator.")
    reception.clock.move(_time(body))
    return _json({"time": rfc3339.format_milliseconds(reception.clock())})


def _time(body: bytes) -> dt.datetime:
    try:
        asked = ijson.read_object(body)
        if asked.keys() != {"time"} or not isinstance(asked["time"], str):
            raise Problem("PARAMETER_INVALID", 'The body is {"time": "<RFC 3339 with offset>"}.')
        return rfc3339.parse(asked["time"], pointer="/time")
    except Malformed as fault:
        raise Problem("PARAMETER_INVALID", f"The body: {fault.detail}.", fault.next_step) from fault


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, JSON)


OPERATIONS = (
    Operation(
        id="getLiveness",
        limited_by=None,
        method="GET",
        path="/livez",
        tag="health",
        about="The process runs.",
        endpoint=livez,
        answers=(Answer(200, "It does.", {JSON: {"status": "alive"}}, "Liveness"),),
        codes=("PARAMETER_UNKNOWN",),
    ),
    Operation(
        id="getReadiness",
        method="GET",
        path="/readyz",
        tag="health",
        about="Whether questions are answered, and how far writer and projections are.",
        endpoint=readyz,
        answers=(Answer(200, "Questions are answered.", {JSON: examples.READINESS}, "Readiness"),),
        codes=("PARAMETER_UNKNOWN", "PROJECTION_STOPPED"),
    ),
    Operation(
        id="setDemoClock",
        method="PUT",
        path="/v1/demo/clock",
        tag="health",
        about="Move a demo ledger's scripted clock forward, as its operator.",
        endpoint=set_clock,
        body=Body(
            JSON,
            "The instant at which the clock stands from now on.",
            {"time": "2026-03-25T09:13:00+08:00"},
            {"$ref": "#/components/schemas/ClockSetting"},
        ),
        answers=(Answer(200, "Where it stands.", {JSON: {"time": "2026-03-25T01:13:00.000Z"}}, "ClockSetting"),),
        codes=(
            "PARAMETER_INVALID",
            "PARAMETER_UNKNOWN",
            "CALLER_FORBIDDEN",
            "CLOCK_NOT_SCRIPTED",
            "CLOCK_BACKWARDS",
            "TOO_MANY_BYTES",
        ),
        bearer=True,
    ),
)
