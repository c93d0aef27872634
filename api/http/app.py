"""The HTTP application: its routes, one shape of error for all of them, and the lifetime of the runtime behind it.

Parameters are read by FastAPI into models that refuse what they do not know; bodies are signed bytes, which their
routes read themselves. Endpoints answer with a ``Response`` made from the model that describes it, so that nothing is
validated or serialised twice.
"""

from __future__ import annotations

import itertools
import secrets
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import docs_page, openapi, problem_pages, record_schemas, validation
from api.http.percent_encoding import require_utf8
from api.http.problems import Problem, respond
from api.http.rate_limit import quota_of
from api.http.request_log import RequestLog
from api.log import checkpoint_and_tiles, entries, proofs
from api.read import (
    access,
    agreements,
    cases,
    catalogue,
    deadlines,
    demands,
    disputes,
    findings,
    parties,
    reconciliation,
    scorecards,
    violations,
)
from api.server import health
from api.server.reception import context_of
from api.server.runtime import Runtime
from api.write import submissions
from ledger.store.outage import is_outage

logger = structlog.get_logger()
# Ids of requests: asking the system for chance each time would let go of the interpreter, and wait for it again.
_PROCESS = secrets.token_hex(8)
_numbers = itertools.count()
_OF_THE_LOG = ("/checkpoint", "/tile/", "/v1/proofs/")
_BY_STATUS = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}

ROUTERS = (
    submissions.router,
    access.router,
    cases.router,
    agreements.router,
    findings.router,
    deadlines.router,
    violations.router,
    scorecards.router,
    parties.router,
    catalogue.router,
    demands.router,
    disputes.router,
    reconciliation.router,
    entries.router,
    proofs.router,
    checkpoint_and_tiles.router,
    health.router,
    problem_pages.router,
    openapi.router,
    record_schemas.router,
    docs_page.router,
)


def described_routes() -> list[APIRoute]:
    """Every route, in the order of the description."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


class Application(FastAPI):
    """Described when it is first asked to be: a process that nobody asks starts without it."""

    demo = False

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi.document(described_routes(), demo=self.demo)
        return self.openapi_schema


def create_app(runtime: Runtime, log: RequestLog | None = None) -> FastAPI:
    """The application over a runtime that it starts and stops. ``log``: where each request gets a line."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        runtime.start()
        app.state.reception = runtime.reception
        # The keys of the whole log are read once: here, and not while the first submission and all behind it wait.
        await run_in_threadpool(runtime.reception.registry.find_key, "")
        try:
            yield
        finally:
            runtime.stop()
            if log is not None:
                log.close()

    app = routed_app(log, lifespan=life)
    app.demo = runtime.clock.demo
    return app


def routed_app(log: RequestLog | None = None, **more: Any) -> Application:
    """The application with its routes, and nothing behind them: enough to describe it."""
    app = Application(
        title=openapi.TITLE,
        version=openapi.VERSION,
        openapi_url=None,  # served by a route of ours, like everything else
        docs_url=None,  # the stock pages load from outside
        redoc_url=None,
        middleware=[Middleware(Door, log=log)],
        exception_handlers={Problem: _problem, HTTPException: _http, RequestValidationError: validation.refuse},
        **more,
    )
    app.router.redirect_slashes = False  # each thing has one address
    for router in ROUTERS:
        app.include_router(router)
    return app


class Door:
    """Gives each request an id and echoes it, and turns a failure of ours into a problem.

    Plain ASGI: a middleware that wraps requests and responses costs more than the routing.
    """

    def __init__(self, app: ASGIApp, log: RequestLog | None = None) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"{_PROCESS}{next(_numbers):016x}"
        scope.setdefault("state", {})["request_id"] = request_id
        status, came = 0, time.perf_counter()
        read = _head_as_get(scope)

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [(b"request-id", request_id.encode()), *_of_limits(scope, message["status"]), *_of_origin(scope)]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        try:
            misread = _misread(scope)
            app = self._app if misread is None else respond(misread, Request(scope))
            await app(read, receive, named)
        except Exception as failure:
            _log_failure(failure, scope)
            if status:  # the rest of the answer cannot be sent; the connection ends
                raise
            answer = respond(_problem_of(failure), Request(scope))
            await answer(scope, receive, named)
        finally:
            if self._log is not None:
                self._log.note(read, status, came)


def _misread(scope: Scope) -> Problem | None:
    """The problem of an address that would be read as another question; it counts against its caller's address."""
    try:
        require_utf8(scope)
    except Problem as misread:
        try:
            context_of(Request(scope)).limits.count_unauthenticated(scope)
        except Problem as limited:
            return limited
        return misread
    return None


def _problem_of(failure: Exception) -> Problem:
    """A database that does not answer is an outage, which passes; anything else is a fault of the software."""
    if is_outage(failure):
        return Problem("DATABASE_AWAY", "The database does not answer now.", headers={"Retry-After": "2"})
    return Problem("INTERNAL", "The server failed; nothing was half recorded.")


def _head_as_get(scope: Scope) -> Scope:
    """HEAD is answered as GET (RFC 9110 §9.3.2); the server, whose own scope stays as it is, sends no body."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _of_limits(scope: Scope, status: int) -> list[tuple[bytes, bytes]]:
    """What is left of the share that the request counts against; an answer of 304 takes nothing."""
    quota = quota_of(scope)
    if quota is None:
        return []
    if status == 304:
        quota.give_back()
    return quota.headers()


def _of_origin(scope: Scope) -> list[tuple[bytes, bytes]]:
    """A page of any origin may read the public log, errors too (Fetch, CORS protocol); bundles ask for a token."""
    path: str = scope["path"]
    public = path.startswith(_OF_THE_LOG) and not path.startswith("/tile/entries/")
    return [(b"access-control-allow-origin", b"*")] if public else []


def _log_failure(failure: Exception, scope: Scope) -> None:
    """For the operator: where it happened. Never what was sent; messages of a database may repeat it."""
    where = "".join(traceback.format_tb(failure.__traceback__))
    kind, request_id = type(failure).__name__, scope["state"]["request_id"]
    event = "database away" if is_outage(failure) else "unforeseen"
    logger.error(event, path=scope["path"], request_id=request_id, failure=kind, where=where)


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return respond(problem, request)


async def _http(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    try:  # an address that no route has costs its caller what any other request does
        context_of(request).limits.count_unauthenticated(request.scope)
    except Problem as limited:
        return respond(limited, request)
    code = _BY_STATUS.get(failure.status_code, "PARAMETER_INVALID")
    headers = dict(failure.headers or {})
    if "Allow" in headers:
        allowed = set(headers["Allow"].split(", "))
        headers["Allow"] = ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))
    return respond(Problem(code, str(failure.detail), headers=headers), request)
