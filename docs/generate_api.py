"""Writes docs/reference/api.md from the API description; a test fails when it is not current."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute

from api.http.app import described_routes
from api.http.openapi import TAGS, document
from api.http.problem_catalogue import CATALOGUE
from api.http.routes import query_of
from api.read.endpoint import PageQuery, StandingQuery

PAGE_FILE = Path(__file__).parent / "reference" / "api.md"

MARK = "<!-- From here on written by `python -m docs.generate_api` from the routes in api/. -->"

LONG = 60  # characters of an example that is of no use
MANY = 20  # values of a set that has a page of its own
OF_ALL = tuple(PageQuery.model_fields)  # as_of … include
DOCUMENT = document(described_routes())


def page() -> str:
    """The text above the mark as it is, and below it what the code says."""
    by_hand = PAGE_FILE.read_text(encoding="utf-8").partition("<!-- From here on written")[0]
    written = "\n".join([*_questions(), *_operations(), *_codes()]).rstrip()
    return f"{by_hand}{MARK}\n\n{written}\n"


def _questions() -> Iterator[str]:
    yield "## Parameters of questions"
    yield ""
    yield "An unknown parameter, or one that occurs twice, is refused. Every question takes these, the last three where"
    yield 'the answer has pages; the next page is also named by `Link: <…>; rel="next"`.'
    yield ""
    shown = DOCUMENT["paths"]["/v1/access"]["get"]["parameters"]
    yield from _parameters([each for each in shown if each["name"] in OF_ALL])


def _operations() -> Iterator[str]:
    routes = described_routes()
    for tag, about in TAGS.items():
        yield f"## {about}"
        yield ""
        for route in routes:
            if tag in route.tags:
                yield from _operation(route)


def _operation(route: APIRoute) -> Iterator[str]:
    (method,) = route.methods or ()
    shown = DOCUMENT["paths"][route.path_format][method.lower()]
    yield f"### `{method} {route.path_format}`"
    yield ""
    yield f"{shown['summary']} `{shown['operationId']}`; {_security(shown['security'])}"
    yield ""
    shared = [name for name in query_of(route).names() if name in OF_ALL and issubclass(query_of(route), StandingQuery)]
    yield from _parameters([each for each in shown["parameters"] if each["name"] not in shared])
    if shared:
        yield "And " + ", ".join(f"`{name}`" for name in shared) + "."
        yield ""
    body = shown.get("requestBody")
    if body is not None:
        yield f"Body `{next(iter(body['content']))}`: {body['description']}"
        yield ""
    for status, response in shown["responses"].items():
        yield _answer(status, response)
    yield ""


def _security(security: list[dict[str, Any]]) -> str:
    if not security:
        return "no token needed."
    return "token needed." if {} not in security else "token needed for some of it."


def _answer(status: str, response: Mapping[str, Any]) -> str:
    if status >= "400":
        return f"- {status}: {', '.join(re.findall('`([A-Z_0-9]+)`', response['description']))}"
    content = response["content"]
    media = ", ".join(f"`{each}`" for each in content)
    named = [each["schema"]["$ref"] for each in content.values() if "$ref" in each["schema"]]
    shape = "".join(f" (`{each.rpartition('/')[2]}`)" for each in named)
    headers = "".join(f" `{name}`: {each['description']}" for name, each in response.get("headers", {}).items())
    return f"- {status} {media}{shape}: {response['description']}{headers}"


def _parameters(parameters: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    rows = [
        f"| `{each['name']}` | {'yes' if each['required'] else ''} | {each['description']} {_values(each)} |"
        for each in parameters
    ]
    if rows:
        yield "| parameter | required | |"
        yield "|---|---|---|"
        yield from rows
        yield ""


def _values(parameter: Mapping[str, Any]) -> str:
    """The values that it takes, where the description does not say them."""
    schema = parameter["schema"]
    if len(schema.get("enum", ())) > MANY:
        return "One of the [reasons](reasons.md)."
    if "enum" in schema:
        return "One of " + ", ".join(f"`{each}`" for each in schema["enum"]) + "."
    if schema["type"] == "boolean":
        return "`true` or `false`."
    shown = str(parameter.get("example", ""))
    return f"Example: `{shown}`." if 0 < len(shown) < LONG else ""


def _codes() -> Iterator[str]:
    yield "## Codes"
    yield ""
    yield "| code | status | 含义 · meaning | 怎么办 · what to do | law |"
    yield "|---|---|---|---|---|"
    for code, kind in CATALOGUE.items():
        yield f"| `{code}` | {kind.status} | {kind.zh} · {kind.en} | {kind.next_zh} {kind.next_en} | {kind.law} |"
    yield ""


if __name__ == "__main__":
    PAGE_FILE.write_text(page(), encoding="utf-8")
