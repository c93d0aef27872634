"""What pydantic says of a request, as one problem: the first fault in the query string.

Of a question, the caller is identified before any fault is named: a stranger learns nothing about what may be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.http.parameters import Query
from api.http.problems import Problem, respond
from api.http.routes import QUESTIONS, needs_token, query_of
from api.http.workers import WorkerGroup
from api.server.reception import context_of


async def refuse(request: Request, invalid: Exception) -> Response:
    """The handler of requests that their route's parameters do not admit."""
    assert isinstance(invalid, RequestValidationError)
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    problem = problem_of(request.query_params.multi_items(), query_of(route), invalid.errors())
    # Of a record, and of the clock, the query is read before the token, and the path after it.
    if needs_token(route) and (QUESTIONS in route.tags or problem.code == "NOT_FOUND"):
        try:
            context = context_of(request)
            await context.workers.run(WorkerGroup.READS, context.caller, request)
        except Problem as told:
            problem = told
    return respond(problem, request)


def problem_of(items: Sequence[tuple[str, str]], query: type[Query], faults: Iterable[Mapping[str, Any]]) -> Problem:
    """The first fault in the order of the query string, then what is missing, then the path."""
    by_name: dict[str, Mapping[str, Any]] = {}
    missing: list[str] = []
    in_path: list[Mapping[str, Any]] = []
    for fault in faults:
        place, name = fault["loc"][0], str(fault["loc"][-1])
        if place == "path":
            in_path.append(fault)
        elif fault["type"] == "missing":
            missing.append(name)
        else:
            by_name[name] = fault
    names, known = [name for name, _ in items], query.names()
    for name in names:
        if name not in known:
            takes = ", ".join(known) or "none"
            return Problem("PARAMETER_UNKNOWN", f"{name[:80]!r} is no parameter of this question; it takes: {takes}.")
        if names.count(name) > 1:
            return repeated(name)
        if name in by_name:
            told = by_name[name]["ctx"]
            return Problem("PARAMETER_INVALID", f"{name}: {told['detail']}.", told["next_step"])
    if missing:
        return Problem("PARAMETER_INVALID", f"{missing[0]} is missing.")
    told = in_path[0]["ctx"]
    return Problem("NOT_FOUND", told["detail"], told["next_step"])


def repeated(name: str) -> Problem:
    return Problem("PARAMETER_INVALID", f"{name} occurs twice.")


def refuse_repeated(request: Request) -> None:
    """FastAPI keeps the last of two values, and the model sees one: so it is looked for in the query itself."""
    seen = set[str]()
    for name, _ in request.query_params.multi_items():
        if name in seen:
            raise repeated(name)
        seen.add(name)
