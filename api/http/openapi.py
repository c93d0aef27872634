"""The API description (OpenAPI 3.1), made from the operations that the routes are made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, read_query
from api.http.problem_catalogue import CATALOGUE
from api.http.problems import MEDIA_TYPE
from api.http.record_schemas import record_references
from api.http.responses import JSON, REVALIDATE, json_body
from api.http.schemas import ERRORS, LOG, SERVER
from api.read.answer_schemas import ANSWERS
from api.read.catalogue_schemas import CATALOGUE_ANSWERS
from api.read.deadline_schemas import DEADLINES
from api.read.dispute_schemas import DISPUTE_ANSWERS
from api.read.finding_schemas import FINDINGS
from api.read.reconciliation_schemas import RECONCILIATION_ANSWERS
from api.read.scorecard_schemas import SCORECARDS

TAGS = {
    "submissions": "写入 · Writing: signed record lines in, receipts out",
    "questions": "查询 · Questions: who accessed what, for what purpose, was it authorized",
    "records": "记录与回执 · Entries and receipts",
    "proofs": "证明 · Inclusion and consistency proofs, public",
    "log": "账本 · Checkpoint, tiles and entry bundles",
    "health": "运行 · Health, and a demo's clock",
    "problems": "问题页 · What each problem means",
    "description": "接口说明 · This description",
}
ABOUT = (
    "谁访问了什么、为何、是否有授权。Who accessed what, for what purpose, and was it authorized: every answer can be "
    "reproduced at the tree size that it states. Every error is a problem of RFC 9457."
)
MORE = {**CATALOGUE_ANSWERS, **DISPUTE_ANSWERS, **RECONCILIATION_ANSWERS}
VERSION = "0.1.0"
TITLE = "ShareLedger 共享账本"


def description(request: Request) -> Response:
    """What this very server answers to."""
    read_query(request, ())
    return json_body(request, request.app.openapi(), REVALIDATE)


def describe(
    operations: Iterable[Operation], routers: Iterable[APIRouter] = (), *, demo: bool = False
) -> dict[str, Any]:
    """The whole document; ``demo`` marks that of a demo ledger."""
    routed = _routed(routers)
    paths: dict[str, Any] = {}
    for each in operations:
        paths.setdefault(each.address, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ShareLedger 共享账本" + (" · 演示数据" if demo else ""),
            "version": VERSION,
            "description": ABOUT,
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths | routed["paths"],
        "components": {
            "schemas": {**LOG, **ANSWERS, **FINDINGS, **SCORECARDS, **DEADLINES, **MORE, **SERVER, **ERRORS}
            | routed["components"]["schemas"],
            "securitySchemes": {
                "caller": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A JWT that the caller signs with its registered key, for five minutes at most.",
                }
            },
        },
    }


def _routed(routers: Iterable[APIRouter]) -> dict[str, Any]:
    """FastAPI's description of these routes."""
    described = get_openapi(title=TITLE, version=VERSION, routes=[each for router in routers for each in router.routes])
    for methods in described["paths"].values():
        for operation in methods.values():
            operation.setdefault("parameters", [])
    described.setdefault("components", {}).setdefault("schemas", {})
    return described


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.about,
        "parameters": [
            *(_parameter(each, "path") for each in operation.path_parameters.values()),
            *(_parameter(each, "query") for each in operation.parameters),
            *(_parameter(each, "header") for each in operation.header_parameters),
        ],
        "responses": {str(answer.status): _answer(answer) for answer in operation.answers},
    }
    for status, codes in operation.codes_by_status().items():
        described["responses"].setdefault(str(status), _problem(codes))
    if operation.body is not None:
        body = operation.body
        content = {body.media_type: {"schema": dict(body.schema), "example": body.example}}
        if operation.id == "submitRecords":
            # One record is JSON, the body of many lines is not: no keyword of a schema can name the 127 schemas here.
            content[body.media_type]["x-records"] = record_references()
        described["requestBody"] = {"required": True, "description": body.about, "content": content}
    if operation.bearer:
        described["security"] = [{"caller": []}]
    return described


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.required or place == "path",
        "description": parameter.about,
        "schema": dict(parameter.schema),
        **({} if parameter.example is None else {"example": parameter.example}),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{answer.schema}"} if answer.schema else None
    return {
        "description": answer.about,
        "content": {
            media: {"schema": schema if schema and media == JSON else _plain(media), "example": example}
            for media, example in answer.media.items()
        },
        "headers": {
            name: {"description": about, "schema": {"type": "string"}} for name, about in answer.headers.items()
        },
    }


def _plain(media: str) -> dict[str, str]:
    return {"type": "string", "format": "binary"} if media == "application/octet-stream" else {"type": "string"}


def _problem(codes: Iterable[str]) -> dict[str, Any]:
    listed = list(codes)
    titles = "; ".join(f"`{code}` {CATALOGUE[code].en}" for code in listed)
    example = examples.problem(listed[0])
    return {
        "description": titles,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


OPERATIONS = (
    Operation(
        id="getDescription",
        method="GET",
        path="/openapi.json",
        tag="description",
        about="This description, as OpenAPI 3.1.",
        endpoint=description,
        answers=(Answer(200, "The document.", {JSON: {"openapi": "3.1.0"}}, "Description"),),
        codes=("PARAMETER_UNKNOWN",),
    ),
)
