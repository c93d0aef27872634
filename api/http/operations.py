"""An operation: one method on one path, said once. The routes and the API description are both made from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Literal

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from api.http.parameters import Parameter
from api.http.problem_catalogue import CATALOGUE
from api.server.reception import reception_of

ALWAYS = ("INTERNAL",)
LIMITED = ("RATE_LIMITED",)
BEARER = ("TOKEN_MISSING", "TOKEN_INVALID")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a success looks like. ``schema`` names a component of ``api.http.schemas``."""

    status: int
    about: str
    media: Mapping[str, Any]  # media type → example
    schema: str | None = None  # of application/json
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    media_type: str
    about: str
    example: Any
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``id`` is the camelCase operationId; ``codes`` are those of every problem that it can answer with."""

    id: str
    method: str
    path: str
    tag: str
    about: str
    endpoint: Callable[..., Any]
    answers: Sequence[Answer]
    codes: Sequence[str] = ()
    parameters: Sequence[Parameter] = ()
    path_parameters: Mapping[str, Parameter] = field(default_factory=dict)
    header_parameters: Sequence[Parameter] = ()
    body: Body | None = None
    bearer: bool = False
    limited_by: Literal["address", "signature"] | None = "address"  # with a bearer: by who that is

    @property
    def address(self) -> str:
        """The path as it is written for people: without how a part of it is matched."""
        return re.sub(r":\w+}", "}", self.path)

    @property
    def all_codes(self) -> tuple[str, ...]:
        limited = LIMITED if self.bearer or self.limited_by else ()
        return (*self.codes, *(BEARER if self.bearer else ()), *limited, *ALWAYS)

    def codes_by_status(self) -> dict[int, list[str]]:
        """Every error answer: its status, and the codes that come with it."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for code in self.all_codes:
            found[CATALOGUE[code].status].append(code)
        return dict(sorted(found.items()))


def routes(operations: Iterable[Operation]) -> list[BaseRoute]:
    """One route per path. HEAD comes with GET (RFC 9110 §9.3.2); other methods get 405 with Allow."""
    return [Route(each.path, _endpoint(each), methods=[each.method], name=each.id) for each in operations]


def _endpoint(operation: Operation) -> Callable[..., Any]:
    """What needs no proof of who asks counts for the address that it comes from."""
    answer = operation.endpoint
    if operation.bearer or operation.limited_by != "address":
        return answer

    assert not iscoroutinefunction(answer), "it is run in a thread, like every question"

    @wraps(answer)
    def limited(request: Request) -> Any:
        reception_of(request).limits.stranger(request.scope)
        return answer(request)

    return limited
