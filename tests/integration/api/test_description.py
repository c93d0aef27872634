"""The API description is true: every route, every code and every shape; and what it promises is tried on the server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from starlette.routing import Route

from api.http import examples
from api.http.app import OPERATIONS, ROUTERS
from api.http.openapi import TAGS, describe
from api.http.operations import Operation, routes
from api.http.problem_catalogue import CATALOGUE
from docs import generate_api

DOCUMENT: dict[str, Any] = describe(OPERATIONS, ROUTERS)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
HOOKS = Path(__file__).with_name("ndjson_hooks.py")
JSON = "application/json"
PROBLEM = "application/problem+json"


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in DOCUMENT["paths"].values():
        for described_ in methods.values():
            yield described_["operationId"], described_


BY_ID = dict(described())


def wrong(schema: str, value: Any) -> list[str]:
    """Where a value differs from the named shape."""
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]})
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]


def test_the_document_describes_every_route_once(told: Any) -> None:
    paths = {route.path: route.methods for route in told.app.routes if isinstance(route, Route)}
    assert len(paths) == len(OPERATIONS)
    assert len(DOCUMENT["paths"]) == len(BY_ID)
    routed = {route.path for router in ROUTERS for route in router.routes if isinstance(route, Route)}
    assert {operation.address for operation in OPERATIONS} | routed == set(DOCUMENT["paths"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_an_operation_is_named_tagged_and_exemplified(operation: Operation) -> None:
    shown = BY_ID[operation.id]
    assert re.fullmatch("[a-z]+(?:[A-Z][a-z]+)*", operation.id)
    assert shown["tags"][0] in TAGS
    assert shown["summary"]
    for status, answer in shown["responses"].items():
        assert answer["content"], f"{operation.id} {status} has no content"
        assert all("example" in content for content in answer["content"].values())
    assert ("security" in shown) == operation.bearer


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_every_error_of_an_operation_is_listed_under_its_status(operation: Operation) -> None:
    for code in operation.all_codes:
        assert f"`{code}`" in BY_ID[operation.id]["responses"][str(CATALOGUE[code].status)]["description"]


def test_every_code_belongs_to_an_operation_or_to_the_router() -> None:
    known = {code for operation in OPERATIONS for code in operation.all_codes}
    assert set(CATALOGUE) - known == {"METHOD_NOT_ALLOWED"}


def test_shapes_are_named_and_nothing_is_a_union() -> None:
    text = str(DOCUMENT)
    assert not [word for word in ("anyOf", "oneOf", "allOf") if f"'{word}'" in text]
    for shown in BY_ID.values():
        for answer in shown["responses"].values():
            for media, content in answer["content"].items():
                assert (set(content["schema"]) == {"$ref"}) == (media in (JSON, PROBLEM)), media


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_examples_have_the_shape_that_is_promised(operation: Operation) -> None:
    for answer in operation.answers:
        if answer.schema is not None:
            assert wrong(answer.schema, answer.media[JSON]) == []
    for response in BY_ID[operation.id]["responses"].values():
        problem = response["content"].get("application/problem+json")
        assert problem is None or wrong("Problem", problem["example"]) == []


ASKED = {
    "/v1/access": "AccessPage",
    "/v1/access/536": "AccessPage",
    "/v1/cases": "CasePage",
    "/v1/cases/2026-0001": "CaseFile",
    "/v1/cases/2026-0003": "CaseFile",
    "/v1/deadlines?state=any": "DeadlinePage",
    "/v1/agreements": "AgreementPage",
    "/v1/agreements/A-0001": "AgreementFile",
    "/v1/findings": "FindingPage",
    f"/v1/findings/{examples.FINDING['finding']['id']}": "FindingFile",
    "/v1/scorecards": "ScorecardPage",
    "/v1/violations": "ViolationPage",
    "/v1/violations/0001": "ViolationFile",
    "/v1/parties": "PartyPage",
    "/v1/parties/113200000000000195": "PartyFile",
    "/v1/entries/200": "Entry",
    "/v1/receipts?index=200": "Receipt",
    "/v1/proofs/inclusion?index=5": "InclusionProof",
    "/v1/proofs/consistency?from=5": "ConsistencyProof",
    "/readyz": "Readiness",
    "/livez": "Liveness",
    "/openapi.json": "Description",
    "/schemas": "RecordTypeList",
    "/nowhere": "Problem",
    "/v1/access?purpos=P1": "Problem",
}


@pytest.mark.parametrize("who", ["数据局", "监察", "南京数据"])
@pytest.mark.parametrize("path", ASKED)
def test_answers_have_the_shape_that_is_promised(told: Any, path: str, who: str) -> None:
    answer = told.get(path, who)
    assert (answer.status_code == 200) == (ASKED[path] != "Problem") or who != "数据局"
    assert wrong(ASKED[path] if answer.status_code == 200 else "Problem", answer.json()) == []


def test_the_reference_is_current() -> None:
    written = generate_api.PAGE_FILE.read_text(encoding="utf-8")
    assert written == generate_api.page(), "run: python -m docs.generate_api"


def test_every_route_parameter_and_code_has_its_place_in_the_reference() -> None:
    text = generate_api.PAGE_FILE.read_text(encoding="utf-8")
    for operation in OPERATIONS:
        _, heading, rest = text.partition(f"### `{operation.method} {operation.address}`\n")
        assert heading, operation.address
        section = rest.split("\n### ", 1)[0]
        taken = (*operation.parameters, *operation.path_parameters.values(), *operation.header_parameters)
        assert [each.name for each in taken if f"`{each.name}`" not in section] == []
    assert [code for code in CATALOGUE if f"| `{code}` |" not in text] == []


@pytest.mark.journey
@pytest.mark.parametrize("back_end", ["sqlite"], indirect=True)
def test_schemathesis_finds_nothing(told: Any) -> None:
    """Requests made from the description, good and bad ones, on every operation."""
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"{told.url}/openapi.json",
        "--header",
        f"Authorization: Bearer {told.token('数据局')}",
        *("--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--workers", "1"),
        *("--seed", "85", "--suppress-health-check", "all", "--generation-database", "none", "--no-color"),
    ]
    before = told.size
    done = subprocess.run(
        command,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]
    assert "POST /v1/submissions" in done.stdout or f"Tested: {len(BY_ID) - 1}" in done.stdout
    assert told.size == before


def test_submissions_name_the_schema_of_every_type_of_record(told: Any) -> None:
    (content,) = BY_ID["submitRecords"]["requestBody"]["content"].values()
    listed = told.get("/schemas").json()["schemas"]
    assert content["x-records"] == {each.pop("type"): each for each in listed}
    for each in listed:
        assert told.get(each["schema"]).json()["$id"] == each["schema"]


def test_routes_take_the_methods_that_are_described() -> None:
    for route, operation in zip(routes(OPERATIONS), OPERATIONS, strict=True):
        assert isinstance(route, Route)
        assert route.methods == ({"GET", "HEAD"} if operation.method == "GET" else {operation.method})
