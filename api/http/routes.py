"""Routes with what all of them have in common: problems by status, security, and whom a request counts for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Required, TypedDict, Unpack

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.http.parameters import Query
from api.http.problem_catalogue import CATALOGUE
from api.http.problems import MEDIA_TYPE
from api.http.workers import WorkerGroup
from api.server.reception import context_of

ALWAYS = ("DATABASE_AWAY", "INTERNAL")
LIMITED = ("RATE_LIMITED",)
QUESTIONS = "questions"
BEARER = ("TOKEN_MISSING", "TOKEN_INVALID")

Security = list[dict[str, list[str]]]
BY_CALLER: Security = [{"caller": []}]
PUBLIC: Security = []
CALLER_OR_NOBODY: Security = [{}, {"caller": []}]

Endpoint = Callable[..., Any]
# The routes of every other tag are read by callers with a token.
_GROUPS = {"health": WorkerGroup.HEALTH} | dict.fromkeys(("log", "proofs", "description", "problems"), WorkerGroup.LOG)


async def count_unauthenticated(request: Request) -> None:
    """What needs no proof of who asks counts for the address that it comes from."""
    context_of(request).limits.count_unauthenticated(request.scope)


def in_group(group: WorkerGroup, endpoint: Endpoint) -> Endpoint:
    """The endpoint, which may wait, as one that the event loop calls. It is called with its request by name."""

    @wraps(endpoint)
    async def called(**values: Any) -> Any:
        request: Request = values["request"]
        chosen = WorkerGroup.WAITS if group is WorkerGroup.READS and "at_least" in request.query_params else group
        return await context_of(request).workers.run(chosen, endpoint, **values)

    return called


class Said(TypedDict, total=False):
    """What a route says of itself. ``finds``: what its answer holds; ``answer``: the model of application/json;
    ``content``: other media types, with their schemas; ``described``: what its operation has besides.
    """

    id: Required[str]
    about: Required[str]
    finds: Required[str]
    codes: Required[Sequence[str]]
    tag: str
    method: str
    status: int
    answer: type[BaseModel]
    content: Mapping[str, Any]
    headers: Mapping[str, str]
    described: Mapping[str, Any]


def question(router: APIRouter, path: str, **said: Unpack[Said]) -> Callable[[Endpoint], Endpoint]:
    """A question for callers with a token."""
    said["tag"] = QUESTIONS
    return with_token(router, path, **said)


def with_token(router: APIRouter, path: str, **said: Unpack[Said]) -> Callable[[Endpoint], Endpoint]:
    """A route for callers with a token, who are counted one by one."""
    said["codes"] = (*said["codes"], *BEARER, *LIMITED)
    return route(router, path, BY_CALLER, **said)


def public(
    router: APIRouter, path: str, security: Security = PUBLIC, **said: Unpack[Said]
) -> Callable[[Endpoint], Endpoint]:
    """A route for everybody, counted by address."""
    said["codes"] = (*said["codes"], *LIMITED)
    return route(router, path, security, [Depends(count_unauthenticated)], **said)


def route(
    router: APIRouter, path: str, security: Security, dependencies: Sequence[Any] = (), **said: Unpack[Said]
) -> Callable[[Endpoint], Endpoint]:
    """A route that answers with a ``Response`` of its own; what is said of it is its description."""
    status, answer, content = said.get("status", 200), said.get("answer"), said.get("content")
    success: dict[str, Any] = {"description": said["finds"], "headers": _headers(said.get("headers", {}))}
    if content is not None:
        success["content"] = {media: {"schema": schema} for media, schema in content.items()}
    add = router.api_route(
        path,
        methods=[said.get("method", "GET")],
        operation_id=said["id"],
        name=said["id"],
        tags=[said["tag"]],
        summary=said["about"],
        status_code=status,
        response_model=answer,
        response_class=Response if answer is None else JSONResponse,
        responses={status: success, **problems((*said["codes"], *ALWAYS))},
        dependencies=dependencies,
        openapi_extra={"security": security, **said.get("described", {})},
    )

    def register(endpoint: Endpoint) -> Endpoint:
        waits = not iscoroutinefunction(endpoint)
        add(in_group(_GROUPS.get(said["tag"], WorkerGroup.READS), endpoint) if waits else endpoint)
        return endpoint

    return register


def _headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"description": about, "schema": {"type": "string"}} for name, about in headers.items()}


def problems(codes: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """Every error answer: its status, and the codes that come with it."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in codes:
        by_status[CATALOGUE[code].status].append(code)
    return {status: _problem(found) for status, found in sorted(by_status.items())}


def _problem(codes: Sequence[str]) -> dict[str, Any]:
    described = "; ".join(f"`{code}` {CATALOGUE[code].en}" for code in codes)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": described,
        "content": {MEDIA_TYPE: {"schema": schema, "example": _example(codes[0])}},
    }


def _example(code: str) -> dict[str, Any]:
    """What an error of this kind looks like."""
    kind = CATALOGUE[code]
    return {
        "type": f"/problems/{code}",
        "title": kind.zh,
        "status": kind.status,
        "detail": kind.en,
        "instance": "/v1/…",
        "code": code,
        "next": kind.next_zh,
        "retryable": kind.retryable,
        "request_id": "7b0d4c1f2e3a4b5c8d9e0f1a2b3c4d5e",
    }


def needs_token(route: APIRoute) -> bool:
    """Whether nobody is answered without a token."""
    return bool((route.openapi_extra or {})["security"] == BY_CALLER)


def query_of(route: APIRoute) -> type[Query]:
    """The model of the route's query."""
    for field in route.dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, Query):
            return model
    return Query
