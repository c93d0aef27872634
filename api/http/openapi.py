"""The API description: OpenAPI 3.1 as FastAPI makes it from the routes, tidied, and its rendering as 3.0.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, FastAPI
from fastapi import Query as InQuery
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import ConfigDict
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import Model
from api.http.openapi30 import as_openapi_30
from api.http.parameters import Query
from api.http.problem_model import Problem
from api.http.responses import JSON, REVALIDATE, tagged
from api.http.routes import public, query_of

router = APIRouter()

TAGS: Final = {
    "submissions": "写入 · Writing: signed record lines in, receipts out",
    "questions": "查询 · Questions: who accessed what, for what purpose, was it authorized",
    "records": "记录与回执 · Entries and receipts",
    "proofs": "证明 · Inclusion and consistency proofs, public",
    "log": "账本 · Checkpoint, tiles and entry bundles",
    "health": "运行 · Health, and a demo's clock",
    "problems": "问题页 · What each problem means",
    "description": "接口说明 · This description",
}
ABOUT: Final = (
    "谁访问了什么、为何、是否有授权。Who accessed what, for what purpose, and was it authorized: every answer can be "
    "reproduced at the tree size that it states. Every error is a problem of RFC 9457."
)
VERSION: Final = "0.1.0"
TITLE: Final = "ShareLedger 共享账本"
CALLER: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A JWT that the caller signs with its registered key, for five minutes at most.",
}
_REFS: Final = "#/components/schemas/{model}"


class Description(Model):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow", title="Description")

    openapi: str


@public(
    router,
    "/openapi.json",
    id="getDescription",
    tag="description",
    about="This description, as OpenAPI 3.1.",
    answer=Description,
    finds="The document.",
    codes=("PARAMETER_UNKNOWN",),
)
def get_description(request: Request, _: Annotated[Query, InQuery()]) -> Response:
    """What this very server answers to."""
    return tagged(request, _written(request.app, lambda document: document), JSON, REVALIDATE)


@public(
    router,
    "/openapi-3.0.json",
    id="getOlderDescription",
    tag="description",
    about="This description, as OpenAPI 3.0.3, for generators that know no other.",
    answer=Description,
    finds="The document.",
    codes=("PARAMETER_UNKNOWN",),
)
def get_older_description(request: Request, _: Annotated[Query, InQuery()]) -> Response:
    """The same operations, parameters, statuses and members in the older form."""
    return tagged(request, _written(request.app, as_openapi_30), JSON, REVALIDATE)


def _written(app: FastAPI, rendering: Callable[[dict[str, Any]], dict[str, Any]]) -> bytes:
    return orjson.dumps(rendering(app.openapi()))


def document(routes: Sequence[APIRoute], *, demo: bool = False) -> dict[str, Any]:
    """The whole document; ``demo`` marks that of a demo ledger."""
    made = get_openapi(
        title=TITLE + (" · 演示数据" if demo else ""),
        version=VERSION,
        openapi_version="3.1.0",
        description=ABOUT,
        routes=routes,
        servers=[{"url": "/"}],
        tags=[{"name": name, "description": about} for name, about in TAGS.items()],
    )
    # Errors are no `response_model` of any route.
    _, errors = models_json_schema([(Problem, "serialization")], ref_template=_REFS)
    schemas = {**made["components"]["schemas"], **errors["$defs"]}
    made["components"] = {
        "schemas": {name: schema for name, schema in sorted(schemas.items()) if not name.endswith("ValidationError")},
        "securitySchemes": {"caller": CALLER},
    }
    for route in routes:
        for method in route.methods or ():
            _tidy_operation(made["paths"][route.path_format][method.lower()], route)
    tidied: dict[str, Any] = _tidied(made)
    return tidied


def _tidy_operation(operation: dict[str, Any], route: APIRoute) -> None:
    """No 422 of FastAPI's, which nobody is answered; the examples of parameters, which it leaves out; and a question's
    own parameters before those that it shares with others.
    """
    found = operation["responses"].get("422", {}).get("content", {}).get(JSON, {}).get("schema", {})
    if found.get("$ref", "").endswith("HTTPValidationError"):
        del operation["responses"]["422"]
    fields = {field.alias: field.field_info for field in route.dependant.path_params}
    fields |= {info.alias or name: info for name, info in query_of(route).model_fields.items()}
    for parameter in operation.setdefault("parameters", []):
        info = fields.get(parameter["name"])
        if info is not None and info.examples:
            parameter["example"] = info.examples[0]
    order = ["path", "header", *query_of(route).names()]
    operation["parameters"].sort(key=lambda each: order.index(each["name" if each["in"] == "query" else "in"]))


def _tidied(value: Any, *, names: bool = False) -> Any:
    """Without titles that repeat a name and defaults that are null; whole bounds as whole numbers; what may be null
    without a union, except for a named shape. ``names``: the members are names, not words of JSON Schema.
    """
    if isinstance(value, list):
        return [_tidied(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    kept = {
        name: each if name in ("example", "examples", "default") else _tidied(each, names=name in _NAMED)
        for name, each in value.items()
        if names or not _is_noise(name, each, value)
    }
    return kept if names else _without_union(kept)


_NAMED: Final = frozenset({"properties", "schemas", "patternProperties"})


def _is_noise(name: str, value: Any, schema: Mapping[str, Any]) -> bool:
    if name == "title":
        return "version" not in schema  # all but that of the document
    return name == "default" and value is None


def _without_union(schema: dict[str, Any]) -> dict[str, Any]:
    union = schema.get("anyOf")
    if union is None or len(union) != 2 or union[1] != {"type": "null"} or "type" not in union[0]:
        return schema
    kind = union[0]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kind, "type": [kind["type"], "null"], **rest}
