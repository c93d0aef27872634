"""Routes that need no token: each request counts for the address that it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.http.parameters import read_query
from api.http.problem_catalogue import CATALOGUE
from api.http.problems import MEDIA_TYPE
from api.server.reception import reception_of

Endpoint = Callable[[Request], Response]


async def count_unauthenticated(request: Request) -> None:
    """Counts the request for its address, then refuses every query parameter."""
    reception_of(request).limits.stranger(request.scope)
    read_query(request, ())


def public(  # noqa: PLR0913 (each named at the call)
    router: APIRouter,
    path: str,
    *,
    id: str,
    tag: str,
    about: str,
    finds: str,
    codes: Sequence[str],
    answer: type[BaseModel] | None = None,
    content: Mapping[str, Any] | None = None,
    described: Mapping[str, Any] | None = None,
) -> Callable[[Endpoint], Endpoint]:
    """Routes GET and HEAD to the endpoint, and describes GET.

    `answer` is the model of application/json, `content` the schemas of other media types, `described` is added to the
    operation in the API description.
    """
    success: dict[str, Any] = {"description": finds}
    if content is not None:
        success["content"] = {media: {"schema": schema} for media, schema in content.items()}
    counted = [Depends(count_unauthenticated)]

    def add(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(
            path,
            endpoint,
            operation_id=id,
            name=id,
            summary=about,
            description=None,
            tags=[tag],
            response_model=answer,
            response_class=JSONResponse if answer is not None else Response,
            responses={200: success, **_problems((*codes, "RATE_LIMITED", "INTERNAL"))},
            dependencies=counted,
            openapi_extra={"security": [], **(described or {})},
        )
        router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False, dependencies=counted)
        return endpoint

    return add


def _problems(codes: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """By status, the codes that come with it."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in codes:
        by_status[CATALOGUE[code].status].append(code)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": "; ".join(f"`{code}` {CATALOGUE[code].en}" for code in found), "content": content}
        for status, found in sorted(by_status.items())
    }
