"""`/docs`: the API description as a page that a browser renders with the network off.

Swagger UI is vendored with its hashes (`docs_assets/lock.json`, `make vendor-docs`). The policy of the page (CSP level
3) allows scripts, styles and connections of this origin only, and nothing inline.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi import Query as InQuery
from starlette.requests import Request
from starlette.responses import Response

from api.http.parameters import PATH_TEXT, Query
from api.http.problems import Problem
from api.http.responses import REVALIDATE, TEXT, tagged
from api.http.routes import public
from api.server.reception import context_of

HTML = "text/html; charset=utf-8"
JAVASCRIPT = "text/javascript; charset=utf-8"
CSS = "text/css; charset=utf-8"
ASSETS = files("api").joinpath("http", "docs_assets")
OURS = ("start.js", "page.css")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {**REVALIDATE, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

_BANNER = '<p class="demo">演示数据 · <span lang="en">demo data</span></p>'
_PAGE = """\
<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>ShareLedger 共享账本 · 接口说明</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<header class="ours">
{banner}
<h1>接口说明 · <span lang="en">API</span></h1>
<p>本页由本服务器提供，断网可用。查询须凭机构密钥签发的令牌；令牌只留在本页，关闭即失。</p>
<p lang="en">This server serves the whole page, and it works with the network off. Questions need a token that an
organ's key has signed; the token stays in this page and is gone when it closes.</p>
<p><a href="/openapi.json">OpenAPI</a> · <a href="/schemas">记录的 JSON Schema</a></p>
</header>
<main id="swagger-ui"></main>
<noscript><p class="ours">本页需要 JavaScript；接口说明原文见 <a href="/openapi.json">/openapi.json</a>。</p></noscript>
<footer class="ours">
<p>Swagger UI: <a href="/docs/LICENSE">Apache-2.0</a> · <a href="/docs/NOTICE">NOTICE</a> ·
<a href="/docs/swagger-ui-bundle.js.LICENSE.txt">licences of its parts</a></p>
</footer>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

Name = Annotated[str, PATH_TEXT, Path(description="The file's name.", examples=["start.js"])]

router = APIRouter()


@cache
def served() -> Mapping[str, bytes]:
    """By name, every file below `/docs/`: those of the lock, and ours."""
    lock = json.loads(ASSETS.joinpath("lock.json").read_bytes())
    return {name: ASSETS.joinpath(name).read_bytes() for name in (*lock["files"], *OURS)}


def _media_type(name: str) -> str:
    return {"js": JAVASCRIPT, "css": CSS}.get(name.rpartition(".")[2], TEXT)


@public(
    router,
    "/docs",
    id="getDocsPage",
    tag="description",
    about="This description as a page for people; it works with the network off.",
    finds="A page in Chinese and English.",
    content={"text/html": {"type": "string"}},
    codes=("PARAMETER_UNKNOWN",),
)
def get_docs_page(request: Request, _: Annotated[Query, InQuery()]) -> Response:
    """Nothing on the page comes from another server, and nothing in it is inline."""
    text = _PAGE.format(banner=_BANNER if context_of(request).clock.demo else "")
    return tagged(request, text.encode(), HTML, {**_HEADERS, "Content-Security-Policy": POLICY})


@public(
    router,
    "/docs/{name}",
    id="getDocsFile",
    tag="description",
    about="A script, style sheet or licence of the page.",
    finds="The file.",
    content={"text/javascript": {"type": "string"}, "text/css": {"type": "string"}, "text/plain": {"type": "string"}},
    codes=("NOT_FOUND", "PARAMETER_UNKNOWN"),
)
def get_docs_file(request: Request, name: Name, _: Annotated[Query, InQuery()]) -> Response:
    """Only the vendored files of the lock and the two of this project are served."""
    if name not in served():
        raise Problem("NOT_FOUND", "The page has no file of this name.")
    return tagged(request, served()[name], _media_type(name), _HEADERS)
