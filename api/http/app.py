"""The HTTP application: its routes, one shape of error for all of them, and the life of what stands behind.

A FastAPI application over plain routes: bodies are signed bytes and query strings are read by one strict table, so
there is nothing to inject or to validate, and a submission pays for neither. Its API description is made from the same
operations as the routes (``api.http.openapi``).
"""

from __future__ import annotations

import itertools
import secrets
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import docs_page, openapi, problem_pages, record_schemas
from api.http.operations import Operation, routes
from api.http.problems import Problem, respond
from api.http.rate_limit import share_of
from api.log import checkpoint_and_tiles, entries, proofs
from api.read import (
    access,
    cases,
    catalogue,
    deadlines,
    disputes,
    findings,
    parties,
    reconciliation,
    scorecards,
    violations,
)
from api.server import health
from api.server.runtime import Runtime
from api.write import submissions

logger = structlog.get_logger()
# Ids of requests: asking the system for chance each time would let go of the interpreter, and wait for it again.
_PROCESS = secrets.token_hex(8)
_numbers = itertools.count()
_BY_STATUS = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}

OPERATIONS: tuple[Operation, ...] = (
    *submissions.OPERATIONS,
    *access.OPERATIONS,
    *cases.OPERATIONS,
    *findings.OPERATIONS,
    *deadlines.OPERATIONS,
    *violations.OPERATIONS,
    *scorecards.OPERATIONS,
    *parties.OPERATIONS,
    *catalogue.OPERATIONS,
    *disputes.OPERATIONS,
    *reconciliation.OPERATIONS,
    *entries.OPERATIONS,
    *proofs.OPERATIONS,
    *checkpoint_and_tiles.OPERATIONS,
    *health.OPERATIONS,
    *problem_pages.OPERATIONS,
    *openapi.OPERATIONS,
)
ROUTERS = (record_schemas.router, docs_page.router)


class Application(FastAPI):
    """Described by the operations that its routes are made from."""

    def openapi(self) -> dict[str, Any]:
        assert self.openapi_schema is not None, "it is described when it is made"
        return self.openapi_schema


def create_app(runtime: Runtime) -> FastAPI:
    """The application over a runtime that it starts and stops."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        runtime.start()
        app.state.reception = runtime.reception
        # The keys of the whole log are read once: here, and not while the first submission and all behind it wait.
        await run_in_threadpool(runtime.reception.register.find_key, "")
        try:
            yield
        finally:
            runtime.stop()

    app = Application(
        title=openapi.TITLE,
        version=openapi.VERSION,
        routes=routes(OPERATIONS),
        openapi_url=None,  # served by a route of ours, like everything else
        docs_url=None,  # the stock pages load from outside
        redoc_url=None,
        middleware=[Middleware(Door)],
        exception_handlers={Problem: _problem, HTTPException: _http},
        lifespan=life,
    )
    app.router.redirect_slashes = False  # each thing has one address
    for router in ROUTERS:
        app.include_router(router)
    app.openapi_schema = openapi.describe(OPERATIONS, ROUTERS, demo=runtime.clock.demo)
    return app


class Door:
    """Gives each request an id and echoes it, and turns a failure of ours into a problem.

    Plain ASGI: a middleware that wraps requests and responses costs more than the routing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"{_PROCESS}{next(_numbers):016x}"
        scope.setdefault("state", {})["request_id"] = request_id
        begun = False

        async def named(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                own = [(b"request-id", request_id.encode()), *_of_limits(scope, message["status"])]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception as failure:
            _tell(failure, scope)
            if begun:  # what is missing of the answer cannot be told any more; the connection ends
                raise
            answer = respond(Problem("INTERNAL", "The server failed; nothing was half recorded."), Request(scope))
            await answer(scope, receive, named)


def _of_limits(scope: Scope, status: int) -> list[tuple[bytes, bytes]]:
    """What is left of the share that the request counts against; who was told that nothing has changed took nothing."""
    share = share_of(scope)
    if share is None:
        return []
    if status == 304:
        share.give_back()
    return share.headers()


def _tell(failure: Exception, scope: Scope) -> None:
    """For the operator: where it happened. Never what was sent; messages of a database may repeat it."""
    where = "".join(traceback.format_tb(failure.__traceback__))
    kind, request_id = type(failure).__name__, scope["state"]["request_id"]
    logger.error("unforeseen", path=scope["path"], request_id=request_id, failure=kind, where=where)


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return respond(problem, request)


async def _http(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    code = _BY_STATUS.get(failure.status_code, "PARAMETER_INVALID")
    return respond(Problem(code, str(failure.detail), headers=dict(failure.headers or {})), request)
