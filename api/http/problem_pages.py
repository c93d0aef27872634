"""The pages that a problem's ``type`` names, served by the ledger itself: they can be read with the network off."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from api.http.operations import Answer, Operation
from api.http.parameters import read_query, word
from api.http.problem_catalogue import CATALOGUE
from api.http.problems import Problem
from api.http.responses import tagged
from api.server.reception import reception_of

HTML = "text/html; charset=utf-8"
_BANNER = "<p><strong>演示数据 · demo data</strong></p>"
_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-cache"}


def page(request: Request) -> Response:
    """One kind of problem, Chinese first."""
    read_query(request, ())
    code = request.path_params["code"]
    kind = CATALOGUE.get(code)
    if kind is None:
        raise Problem("NOT_FOUND", "No problem has this code.")
    law = f"<p>{escape(kind.law)}</p>" if kind.law else ""
    body = (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{escape(kind.zh)}</title>"
        f"{_BANNER if reception_of(request).clock.demo else ''}"
        f"<h1>{escape(kind.zh)}</h1><p>{escape(kind.next_zh)}</p>{law}"
        f"<section lang=en><h2>{escape(kind.en)}</h2><p>{escape(kind.next_en)}</p></section>"
        f"<p>HTTP {kind.status} · {escape(code)}</p></html>"
    )
    return tagged(request, body.encode(), HTML, _HEADERS)


OPERATIONS = (
    Operation(
        id="getProblemPage",
        method="GET",
        path="/problems/{code}",
        tag="problems",
        about="What a code means and what to do: the page that a problem's `type` names.",
        endpoint=page,
        path_parameters={"code": word("code", "A problem's code.", example="TIME_WITHOUT_OFFSET")},
        answers=(Answer(200, "A page in Chinese and English.", {"text/html": "<!doctype html>…"}),),
        codes=("NOT_FOUND", "PARAMETER_UNKNOWN"),
    ),
)
