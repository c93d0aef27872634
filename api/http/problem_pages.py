"""The pages that a problem's ``type`` names, served by the ledger itself: they can be read with the network off."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi import Query as InQuery
from starlette.requests import Request
from starlette.responses import Response

from api.http.parameters import PATH_TEXT, Query
from api.http.problem_catalogue import CATALOGUE
from api.http.problems import Problem
from api.http.responses import tagged
from api.http.routes import public
from api.server.reception import context_of

router = APIRouter()

HTML = "text/html; charset=utf-8"
_BANNER = "<p><strong>演示数据 · demo data</strong></p>"
_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-cache"}

Code = Annotated[str, PATH_TEXT, Path(description="A problem's code.", examples=["TIME_WITHOUT_OFFSET"])]


@public(
    router,
    "/problems/{code}",
    id="getProblemPage",
    tag="problems",
    about="The meaning of a code and what to do: the page that a problem's `type` names.",
    finds="A page in Chinese and English.",
    content={"text/html": {"type": "string"}},
    codes=("NOT_FOUND", "PARAMETER_UNKNOWN"),
)
def get_problem_page(request: Request, code: Code, _: Annotated[Query, InQuery()]) -> Response:
    """One kind of problem, Chinese first."""
    kind = CATALOGUE.get(code)
    if kind is None:
        raise Problem("NOT_FOUND", "No problem has this code.")
    law = f"<p>{escape(kind.law)}</p>" if kind.law else ""
    body = (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{escape(kind.zh)}</title>"
        f"{_BANNER if context_of(request).clock.demo else ''}"
        f"<h1>{escape(kind.zh)}</h1><p>{escape(kind.next_zh)}</p>{law}"
        f"<section lang=en><h2>{escape(kind.en)}</h2><p>{escape(kind.next_en)}</p></section>"
        f"<p>HTTP {kind.status} · {escape(code)}</p></html>"
    )
    return tagged(request, body.encode(), HTML, _HEADERS)
