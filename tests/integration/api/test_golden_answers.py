"""Same addresses, same answers, same problems: every route is asked what `golden_requests` lists, and each answer is
held against the one in `tests/golden/`.

A difference that is meant is taken over by writing the files anew, and reviewed as a difference of text::

    LEDGER_TEST_WRITE_GOLDEN=1 python -m pytest tests/integration/api/test_golden_answers.py && git diff tests/golden

A new route, parameter or code fails here until a request shows it. The ledgers are the demo's year and
`tests.support.dispute_story`, told here anew, so that no other test has written into them.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from sqlalchemy import update

from api.authz.token_signing import PARTY, new_token
from api.server.machine_clock import machine_clock
from api.server.settings import Settings
from demo.signing import Signers
from demo.story.opening import opening
from demo.story.steps import at, record
from demo.story.year import FROZEN
from ledger.keys.jwk import generate
from projections.engine.interval_table import builds
from tests.integration.api import test_refusals
from tests.integration.api.conftest import Ledger, play, play_opening, play_story, register_more
from tests.integration.api.golden_requests import CLOCK, QUARRELS, YEAR
from tests.support import golden
from tests.support.dispute_story import dispute_story

# Any route may answer with it, and none can be made to from outside; that test shows it.
ELSEWHERE = {
    "DATABASE_AWAY": "tests/field/test_outages.py",
    "INTERNAL": "tests/integration/api/test_app.py",
    "NOT_READY": "tests/integration/api/test_app.py",
}
LONG = "x" * 257
STRANGER = generate("Ed25519")


def _served(tmp: Path, story_ledger: Callable[[Ledger], None], **settings: Any) -> Iterator[Ledger]:
    ledger = Ledger(Settings(data=tmp / "demo", **settings))
    try:
        story_ledger(ledger)
        yield ledger
    finally:
        ledger.close()


def _settle(ledger: Ledger) -> None:
    """Until the projections know the whole log, and a checkpoint of it is published: answers name both."""
    head = ledger.size
    ledger.ask("/v1/parties", "数据局", at_least=head - 1)
    answer = ledger.get("/v1/receipts", "auditor", index=head - 1, headers={"Prefer": "wait=10"})
    assert answer.status_code == 200, answer.text
    assert ledger.runtime.store.published() is not None


def _inspect(ledger: Ledger) -> None:
    """An open inspection that opens sensitive texts of one organ."""
    data = {"post": "责任岗-01", "inspected": [ledger.uscc("民政厅")], "subject": "专项检查", "inspector": "责任岗-01"}
    stream = "inspection/I-1"
    told = record("数据局", "inspection.opened", stream, ledger.runtime.clock(), {**data, "sensitive_text": True})
    ledger.must("数据局", told)


def _tell_year(ledger: Ledger) -> None:
    play_story(ledger)
    _inspect(ledger)
    ledger.move_to(FROZEN)
    _settle(ledger)


def _tell_quarrels(ledger: Ledger) -> None:
    play(ledger, sorted(opening(Signers(ledger.directory).first_keys()), key=lambda step: step.recorded_at))
    register_more(ledger)
    play(ledger, dispute_story())
    _inspect(ledger)
    _settle(ledger)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    yield from _served(tmp_path_factory.mktemp("year"), _tell_year)


@pytest.fixture(scope="module")
def quarrelled_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    yield from _served(tmp_path_factory.mktemp("quarrels"), _tell_quarrels)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """All parties and the catalogue: to be written into."""
    yield from _served(tmp_path_factory.mktemp("begun"), play_opening)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Publishes once a minute, waits for nobody, and acts for an operator that has no such post."""
    bad: dict[str, Any] = {"publish_seconds": 60, "wait_seconds": 0, "operator_post": "无此岗", "limit_reads": 5}
    yield from _served(tmp_path_factory.mktemp("troubled"), play_opening, **bad)


# --- asking


def authorization(ledger: Ledger, who: str) -> dict[str, str]:
    """The header with which they ask."""
    if who == "-":
        return {}
    if who == "basic":
        return {"Authorization": "Basic eDp5"}
    if who == "garbled":
        return {"Authorization": "Bearer a.b.c"}
    if who in ("expired", "foreign"):
        key = ledger.key("数据局") if who == "expired" else STRANGER
        issued = machine_clock() - dt.timedelta(hours=1 if who == "expired" else 0)
        issuer = PARTY + ledger.uscc("数据局")
        token = new_token(
            key, issuer=issuer, audience=ledger.origin, post="责任岗-01", purpose="核对", now=issued, life=300
        )
        return {"Authorization": f"Bearer {token}"}
    return {"Authorization": f"Bearer {ledger.token(who)}"}


def answers_to(ledger: Ledger, requests: Iterator[str] | list[str] | Any) -> dict[str, Any]:
    """Each request with its answer, in their order: a later one may go on with what an earlier one was answered."""
    found: dict[str, Any] = {}
    known = {"{long}": LONG}
    for line in requests:
        assert line not in found, f"asked twice: {line}"
        answer = _asked(ledger, line, known)
        found[line] = golden.answer_of(answer)
        if "etag" in answer.headers:
            known["{etag}"] = answer.headers["etag"]
        if answer.headers.get("content-type") == "application/json" and answer.content:
            known["{next}"] = answer.json().get("next") or known.get("{next}", "")
    return found


def _asked(ledger: Ledger, line: str, known: Mapping[str, str]) -> httpx.Response:
    first, *others = line.split(" | ")
    who, method, target = first.split(" ", 2)
    headers, body = authorization(ledger, who), None
    for each in others:
        if each.startswith("{"):
            body = _filled(each, known).encode()
        else:
            name, value = _filled(each, known).split(": ", 1)
            headers[name] = value
    url = httpx.URL(ledger.url, raw_path=quote(_filled(target, known), safe="/?&=%+:{}").encode())
    return ledger.client.request(method, url, headers=headers, content=body)


def _filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(name, value)
    return text


# --- the answers


@pytest.mark.parametrize("operation", YEAR)
def test_the_demo_s_year_is_told_as_it_was(year: Ledger, operation: str) -> None:
    golden.held_against(f"year/{operation}", answers_to(year, YEAR[operation]))


@pytest.mark.parametrize("operation", QUARRELS)
def test_quarrels_are_told_as_they_were(quarrelled_only: Ledger, operation: str) -> None:
    golden.held_against(f"quarrels/{operation}", answers_to(quarrelled_only, QUARRELS[operation]))


def test_submissions_are_answered_as_they_were(begun: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_refusals, "_numbers", itertools.count())  # ids of records, which answers may repeat
    found = {name: golden.answer_of(answer) for name, answer in _submitted(begun)}
    golden.held_against("begun/submitRecords", found)


def _submitted(ledger: Ledger) -> Iterator[tuple[str, httpx.Response]]:
    who, line = test_refusals.WHO, test_refusals.line
    yield from _recorded(ledger)
    for name, (make, *_) in test_refusals.SPOILT.items():
        lines = [line(ledger), make(ledger), line(ledger)]
        yield f"spoilt: {name}", ledger.post(b"\n".join(lines), ledger.sealed(who, lines))
    lines = [line(ledger, time="x"), line(ledger), b"{}"]
    yield "faults of several kinds", ledger.post(b"\n".join(lines), ledger.sealed(who, lines))
    for name, (sign, *_) in test_refusals.BADLY_SIGNED.items():
        body = line(ledger)
        yield f"badly signed: {name}", ledger.post(body, sign(ledger, body))
    whole = {"empty": b"", "too many lines": b"\n".join([b"{}"] * 1001), "too many bytes": b"x" * (4 * 1024 * 1024 + 1)}
    for name, body in whole.items():
        yield name, ledger.post(body, ledger.sealed(who, [body]))
    for media in ("application/json", "application/x-ndjson; charset=utf-8"):
        body = line(ledger)
        yield f"sent as {media}", ledger.post(body, ledger.sealed(who, [body]), **{"Content-Type": media})
    yield "in English", ledger.post(line(ledger), None, **{"Accept-Language": "en"})
    for method in ("GET", "HEAD", "PUT"):
        yield method, ledger.client.request(method, "/v1/submissions")


def _recorded(ledger: Ledger) -> Iterator[tuple[str, httpx.Response]]:
    """What is recorded, is sent again, and stands against what was recorded."""
    who, first, second = test_refusals.WHO, test_refusals.demand(ledger), test_refusals.demand(ledger)
    yield "recorded", ledger.submit(who, first, second)
    yield "sent again", ledger.submit(who, first, second)
    yield "partly recorded", ledger.submit(who, test_refusals.demand(ledger), first)
    yield "another under its id", ledger.submit(who, {**first, "time": at("03-02", "08:31").isoformat()})
    yield "one id twice", ledger.submit(who, *[test_refusals.demand(ledger)] * 2)
    lines = [test_refusals.line(ledger)]
    yield "waited for", ledger.post(lines[0], ledger.sealed(who, lines), Prefer="wait=10")


def test_the_clock_is_moved_as_it_was(begun: Ledger) -> None:
    golden.held_against("begun/setDemoClock", answers_to(begun, CLOCK))


def test_what_cannot_be_answered_now_is_told_as_it_was(troubled: Ledger) -> None:
    found = {name: golden.answer_of(answer) for name, answer in _in_trouble(troubled)}
    golden.held_against("troubled/problems", found)


def _in_trouble(ledger: Ledger) -> Iterator[tuple[str, httpx.Response]]:
    demand = test_refusals.demand(ledger)
    (receipt,) = ledger.must(test_refusals.WHO, {**demand, "id": "late", "subject": "demand/late"})
    yield "a read that cannot be recorded", ledger.get("/v1/access", "数据局")
    yield "not published", ledger.get("/v1/receipts", test_refusals.WHO, index=receipt["index"])
    ledger.runtime.runner.stop()
    ledger.runtime.runner.catch_up()
    ledger.must(test_refusals.WHO, {**demand, "id": "later", "subject": "demand/later"})
    yield "behind", ledger.get("/v1/cases", "医保局", at_least=ledger.size - 1)
    with ledger.runtime.store.engine.begin() as connection:
        connection.execute(update(builds).values(stopped_at=5, stopped_because="RuntimeError: shown by a test"))
    yield "stopped", ledger.get("/v1/cases", "医保局", at_least=ledger.size - 1)
    yield "not ready", ledger.get("/readyz")
    ledger.runtime.clock.demo = False
    moved = {"time": "2027-01-01T00:00:00+08:00"}
    headers = authorization(ledger, "大数据中心")
    yield "a clock that is not scripted", ledger.client.put("/v1/demo/clock", json=moved, headers=headers)
    for number in range(6):
        answer = ledger.get("/v1/parties", "财政厅", limit=0)
        if number == 5:
            yield "too many", answer


# --- the description


def described(year: Ledger) -> dict[str, Any]:
    document: dict[str, Any] = year.get("/openapi.json").json()
    return document


def test_addresses_parameters_codes_and_members_are_those_described(year: Ledger) -> None:
    document = described(year)
    found = {f"{method.upper()} {path}": _operation(each) for path, method, each in _operations(document)}
    members = {name: _shape(schema) for name, schema in document["components"]["schemas"].items()}
    golden.held_against("description", {"operations": found, "schemas": members})


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, each in methods.items():
            yield path, method, each


def _operation(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": each["operationId"],
        "tags": each["tags"],
        "security": each.get("security"),
        "parameters": {
            f"{given['in']} {given['name']}": {"required": given["required"], **given["schema"]}
            for given in each["parameters"]
        },
        "body": list(each.get("requestBody", {}).get("content", {})),
        "answers": {
            status: {
                media: content["schema"].get("$ref", content["schema"]) for media, content in answer["content"].items()
            }
            for status, answer in each["responses"].items()
        },
        "codes": {
            status: re.findall("`([A-Z0-9_]+)`", answer["description"])
            for status, answer in each["responses"].items()
            if status >= "400"
        },
    }


def _shape(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Members with their types, and which of them are always there; no words."""
    return {
        "required": sorted(schema.get("required", [])),
        "members": {name: _kind(each) for name, each in schema.get("properties", {}).items()},
    }


def _kind(schema: Mapping[str, Any]) -> Any:
    kept = {name: value for name, value in schema.items() if name not in ("description", "example", "items")}
    return {**kept, "items": _kind(schema["items"])} if "items" in schema else kept


# --- nothing is left out


def _kept() -> dict[str, dict[str, Any]]:
    """By operation: every request with its answer."""
    found: dict[str, dict[str, Any]] = {}
    for room in ("year", "quarrels", "begun", "troubled"):
        for file in sorted((golden.PLACE / room).glob("*.json")):
            answers = golden.read(f"{room}/{file.stem}")
            whole = {line: answers[each[2:]] if isinstance(each, str) else each for line, each in answers.items()}
            found.setdefault(file.stem, {}).update(whole)
    return found


def test_every_operation_is_answered_and_no_file_is_left_over(year: Ledger) -> None:
    kept = _kept()
    ids = {each["operationId"] for _, _, each in _operations(described(year))}
    assert ids == kept.keys() - {"router", "problems"}
    assert [name for name in sorted(ids) if not any(each["status"] < 300 for each in kept[name].values())] == []


def test_every_parameter_is_taken_and_refused_by_some_request(year: Ledger) -> None:
    kept, missing = _kept(), []
    for _, _, each in _operations(described(year)):
        given = [parameter["name"] for parameter in each["parameters"] if parameter["in"] == "query"]
        for name in given:
            asked = {line: answer for line, answer in kept[each["operationId"]].items() if _asks(line, name)}
            taken = any(answer["status"] < 300 for answer in asked.values())
            refused = any(answer["status"] >= 400 for answer in asked.values())
            missing += [] if taken and refused else [f"{each['operationId']} {name}"]
    assert missing == []


def _asks(line: str, name: str) -> bool:
    return re.search(f"[?&]{name}=", line) is not None


def test_every_code_of_a_question_is_shown_by_some_answer(year: Ledger) -> None:
    """Those of submissions are many, and the law's; `test_refusals` and the rooms below show them."""
    kept = _kept()
    shown = {code for answers in kept.values() for answer in answers.values() for code in _codes(answer)}
    described_ = {
        code
        for _, _, each in _operations(described(year))
        if each["operationId"] != "submitRecords"
        for codes in _operation(each)["codes"].values()
        for code in codes
    }
    assert sorted(described_ - shown) == sorted(ELSEWHERE)
    for code, file in ELSEWHERE.items():
        assert code in (Path(__file__).parents[3] / file).read_text(encoding="utf-8"), file


def test_every_code_that_an_operation_answered_with_is_described(year: Ledger) -> None:
    kept = _kept()
    for _, _, each in _operations(described(year)):
        said = {code for codes in _operation(each)["codes"].values() for code in codes}
        shown = {code for answer in kept[each["operationId"]].values() for code in _codes(answer)}
        assert sorted(shown - said - {"METHOD_NOT_ALLOWED"}) == [], each["operationId"]


def _codes(answer: Mapping[str, Any]) -> set[str]:
    body = answer.get("body")
    if answer["status"] < 400 or not isinstance(body, dict):
        return set()
    faults = [each for each in body.get("errors", []) if isinstance(each, dict)]
    return {body["code"], *(each["code"] for each in faults)}


def test_the_files_stay_small() -> None:
    assert sum(file.stat().st_size for file in golden.PLACE.rglob("*.json")) < 1_500_000
    assert all(orjson.loads(file.read_bytes()) for file in golden.PLACE.rglob("*.json"))
