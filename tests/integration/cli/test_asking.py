"""The verbs of ``ask`` are made from the API's models, and their rows go whole into JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from api.http.app import described_routes
from api.http.routes import QUESTIONS, query_of
from cli.ask_verbs import VERBS, WORDS
from cli.questions import FILE, load
from cli.tabular import BOM, print_csv, print_lines
from docs import generate_ask

ROUTES = {route.operation_id: route for route in described_routes() if QUESTIONS in route.tags}


def test_the_table_of_questions_is_that_of_the_models() -> None:
    assert FILE.read_text(encoding="utf-8") == generate_ask.table(), "run: python -m docs.generate_ask"


def test_the_page_has_the_options_of_the_table() -> None:
    assert generate_ask.PAGE_FILE.read_text(encoding="utf-8") == generate_ask.page(), "run: python -m docs.generate_ask"


def test_every_question_of_the_api_has_a_verb() -> None:
    asked = [each.operation for verb in VERBS.values() for each in (verb, *verb.alone.values())]
    assert sorted(asked) == sorted(str(name) for name in ROUTES)


@pytest.mark.parametrize("operation", ROUTES)
def test_every_filter_of_a_question_is_a_parameter_with_its_word(operation: str) -> None:
    names = {each.name for each in load()[operation].parameters}
    assert names == set(query_of(ROUTES[operation]).names())
    assert names <= WORDS.keys()


def printed(
    capsysbinary: pytest.CaptureFixture[bytes], columns: list[str], as_json: set[str], *rows: dict[str, Any]
) -> bytes:
    print_csv(columns, frozenset(as_json), rows)
    return capsysbinary.readouterr().out


def test_csv_has_its_header_without_rows(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert printed(capsysbinary, ["id", "case.id"], set()) == BOM + b"id,case.id\r\n"


def test_csv_writes_each_kind_of_value(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    row = {
        "text": '甲, "乙"\n丙',
        "none": None,
        "yes": True,
        "number": -5,
        "part": 0.25,
        "list": ["a", "b"],
        "objects": [{"c": 1}],
        "inner": {"deep": {"er": "x"}, "gone": None},
    }
    columns = ["text", "none", "yes", "number", "part", "list", "objects", "inner.deep.er", "inner.gone.er"]
    read = list(
        csv.reader(io.StringIO(printed(capsysbinary, columns, {"objects"}, row).decode("utf-8-sig"), newline=""))
    )
    assert read == [columns, ['甲, "乙"\n丙', "", "true", "-5", "0.25", "a; b", '[{"c":1}]', "x", ""]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_of_another_organ_runs_in_a_spreadsheet(capsysbinary: pytest.CaptureFixture[bytes], text: str) -> None:
    out = printed(capsysbinary, ["a", "b", "c"], set(), {"a": text, "b": [text, "x"], "c": f"x{text}"})
    _, cells = csv.reader(io.StringIO(out.decode("utf-8-sig"), newline=""))
    assert cells == [f"'{text}", f"'{text}; x", f"x{text}"]


def test_json_lines_are_a_row_a_line(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    print_lines([{"a": "一\n二"}, {"a": None}])
    assert [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()] == [{"a": "一\n二"}, {"a": None}]
