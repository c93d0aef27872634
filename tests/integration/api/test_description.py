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
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from api.http.app import described_routes
from api.http.model import LARGEST
from api.http.openapi import TAGS, document
from api.http.openapi30 import as_openapi_30
from api.http.problem_catalogue import CATALOGUE
from docs import generate_api

DOCUMENT: dict[str, Any] = document(described_routes())
OLDER: dict[str, Any] = as_openapi_30(DOCUMENT)
HOOKS = Path(__file__).with_name("ndjson_hooks.py")
JSON = "application/json"
PROBLEM = "application/problem+json"
PUBLIC = {
    "submitRecords",
    "proveInclusion",
    "proveConsistency",
    "getCheckpoint",
    "getLiveness",
    "getReadiness",
    "getProblemPage",
    "getDescription",
    "listRecordSchemas",
    "getRecordSchema",
    "getDocsPage",
    "getDocsFile",
    "getOlderDescription",
}


def operations(of: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By operationId."""
    return {each["operationId"]: each for methods in of["paths"].values() for each in methods.values()}


BY_ID = operations(DOCUMENT)


def wrong(schema: str, value: Any) -> list[str]:
    """Where a value differs from the named shape."""
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]})
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]


def within(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document that is no example."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from within(each, f"{place}/{number}")
    if isinstance(value, dict):
        yield place, value
        for name, each in value.items():
            if name not in ("example", "examples"):
                yield from within(each, f"{place}/{name}")


def codes(response: dict[str, Any]) -> list[str]:
    return re.findall("`([A-Z_0-9]+)`", response["description"])


def test_the_document_describes_every_route_once(story_ledger: Any) -> None:
    assert len(described_routes()) == len(BY_ID)
    assert {route.path_format for route in described_routes()} == set(DOCUMENT["paths"])
    assert set(story_ledger.get("/openapi.json").json()["paths"]) == set(DOCUMENT["paths"])


@pytest.mark.parametrize("id_", BY_ID)
def test_an_operation_is_named_tagged_and_says_who_may_ask(id_: str) -> None:
    shown = BY_ID[id_]
    assert re.fullmatch("[a-z]+(?:[A-Z][a-z]+)*", id_)
    assert shown["tags"][0] in TAGS
    assert shown["summary"]
    assert all(answer["content"] for answer in shown["responses"].values())
    by_caller = [{}, {"caller": []}] if id_ == "getTile" else [{"caller": []}]
    assert shown["security"] == ([] if id_ in PUBLIC else by_caller)


@pytest.mark.parametrize("id_", BY_ID)
def test_every_error_is_a_problem_whose_codes_have_its_status(id_: str) -> None:
    for status, answer in BY_ID[id_]["responses"].items():
        if status < "400":
            continue
        assert {CATALOGUE[code].status for code in codes(answer)} == {int(status)}
        (problem,) = answer["content"].values()
        assert wrong("Problem", problem["example"]) == []


def test_every_code_belongs_to_an_operation_or_to_the_router() -> None:
    known = {code for each in BY_ID.values() for answer in each["responses"].values() for code in codes(answer)}
    of_connections = {"REQUEST_MALFORMED", "REQUEST_TIMEOUT", "URL_TOO_LONG", "HEADERS_TOO_LARGE"}
    assert set(CATALOGUE) - known == {"METHOD_NOT_ALLOWED"} | of_connections


def test_shapes_are_named_and_the_only_union_is_that_with_null() -> None:
    unions = [schema["anyOf"] for _, schema in within(DOCUMENT) if isinstance(schema.get("anyOf"), list)]
    assert unions
    assert [each for each in unions if len(each) != 2 or set(each[0]) != {"$ref"} or each[1] != {"type": "null"}] == []
    assert not [word for word in ("oneOf", "allOf") if f"'{word}'" in str(DOCUMENT)]
    for shown in BY_ID.values():
        for answer in shown["responses"].values():
            for media, content in answer["content"].items():
                assert (set(content["schema"]) == {"$ref"}) == (media in (JSON, PROBLEM)), media


def test_every_whole_number_is_one_that_every_reader_of_json_holds() -> None:
    whole = {place: each for place, each in within(DOCUMENT) if "integer" in str(each.get("type"))}
    assert len(whole) > 200
    assert [place for place, each in whole.items() if each.get("format") != "int64"] == []
    assert [
        place for place, each in whole.items() if not -LARGEST <= each["minimum"] <= each["maximum"] <= LARGEST
    ] == []


def test_the_document_is_valid_by_the_schema_of_its_version() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_the_older_document_is_valid_by_the_schema_of_its_version() -> None:
    assert OLDER["openapi"] == "3.0.3"
    assert [error.message for error in OpenAPIV30SpecValidator(OLDER).iter_errors()] == []
    assert not [place for place, each in within(OLDER) if isinstance(each.get("type"), list) or "anyOf" in each]


def test_the_older_document_describes_the_same(story_ledger: Any) -> None:
    older = operations(OLDER)
    assert list(older) == list(BY_ID)
    for id_, each in BY_ID.items():
        assert [given["name"] for given in older[id_]["parameters"]] == [given["name"] for given in each["parameters"]]
        assert list(older[id_]["responses"]) == list(each["responses"])
    schemas = OLDER["components"]["schemas"]
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert list(schemas[name].get("properties", {})) == list(schema.get("properties", {}))
        assert schemas[name].get("required") == schema.get("required")
    assert story_ledger.get("/openapi-3.0.json").json()["components"]["schemas"] == schemas


def nullable(document_: dict[str, Any]) -> set[str]:
    """The members that may be null."""
    return {
        f"{name}.{member}"
        for name, schema in document_["components"]["schemas"].items()
        for member, each in schema.get("properties", {}).items()
        if each.get("nullable") or "null" in str(each.get("type")) or "anyOf" in each
    }


def test_what_may_be_null_may_be_null_in_the_older_document() -> None:
    assert nullable(OLDER) == nullable(DOCUMENT)
    assert {"CaseFile.grant", "Agreement.in_force_from"} <= nullable(OLDER)


@pytest.mark.parametrize("id_", BY_ID)
def test_a_parameter_that_stands_twice_is_refused_by_every_route(story_ledger: Any, id_: str) -> None:
    """FastAPI keeps the last of two values, and says nothing."""
    path = next(path for path, methods in DOCUMENT["paths"].items() if BY_ID[id_] in methods.values())
    given = {each["name"]: each for each in BY_ID[id_]["parameters"]}
    for name, each in given.items():
        if each["in"] == "path":
            path = path.replace(f"{{{name}}}", str(each["example"]))
    for name, each in given.items():
        if each["in"] == "query":
            value = each.get("example", "WzEsMiwiMDAwMDAwMDAwMDAwIiwzXQ")
            answer = story_ledger.get(f"{path}?{name}={value}&{name}={value}", "数据局").json()
            assert (answer["code"], answer["detail"]) == ("PARAMETER_INVALID", f"{name} occurs twice.")


ASKED = {
    "/v1/access": "AccessPage",
    "/v1/access/538": "AccessPage",
    "/v1/cases": "CasePage",
    "/v1/cases/2026-0001": "CaseFile",
    "/v1/cases/2026-0003": "CaseFile",
    "/v1/deadlines?state=any": "DeadlinePage",
    "/v1/agreements": "AgreementPage",
    "/v1/agreements/A-0001": "AgreementFile",
    "/v1/findings": "FindingPage",
    "/v1/findings/d215408aad85531142a7": "FindingFile",
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
def test_answers_have_the_shape_that_is_promised(story_ledger: Any, path: str, who: str) -> None:
    answer = story_ledger.get(path, who)
    assert (answer.status_code == 200) == (ASKED[path] != "Problem") or who != "数据局"
    assert wrong(ASKED[path] if answer.status_code == 200 else "Problem", answer.json()) == []


def test_the_reference_is_current() -> None:
    written = generate_api.PAGE_FILE.read_text(encoding="utf-8")
    assert written == generate_api.page(), "run: python -m docs.generate_api"


def test_every_route_parameter_and_code_has_its_place_in_the_reference() -> None:
    text = generate_api.PAGE_FILE.read_text(encoding="utf-8")
    for path, methods in DOCUMENT["paths"].items():
        for method, shown in methods.items():
            _, heading, rest = text.partition(f"### `{method.upper()} {path}`\n")
            assert heading, path
            section = rest.split("\n### ", 1)[0]
            assert [each["name"] for each in shown["parameters"] if f"`{each['name']}`" not in section] == []
    assert [code for code in CATALOGUE if f"| `{code}` |" not in text] == []


@pytest.mark.journey
@pytest.mark.parametrize("back_end", ["sqlite"], indirect=True)
def test_schemathesis_finds_nothing(story_ledger: Any) -> None:
    """Requests made from the description, good and bad ones, on every operation."""
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"{story_ledger.url}/openapi.json",
        "--header",
        f"Authorization: Bearer {story_ledger.token('数据局')}",
        *("--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--workers", "1"),
        *("--seed", "85", "--suppress-health-check", "all", "--generation-database", "none", "--no-color"),
    ]
    before = story_ledger.size
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
    assert story_ledger.size == before


def test_submissions_name_the_schema_of_every_type_of_record(story_ledger: Any) -> None:
    (content,) = BY_ID["submitRecords"]["requestBody"]["content"].values()
    listed = story_ledger.get("/schemas").json()["schemas"]
    assert content["x-records"] == {each.pop("type"): each for each in listed}
    for each in listed:
        assert story_ledger.get(each["schema"]).json()["$id"] == each["schema"]
