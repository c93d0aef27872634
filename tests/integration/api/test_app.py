"""Whatever goes wrong is told as a problem of RFC 9457, on every path; every answer has its id."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from starlette.types import Message, Receive, Scope, Send

from api.http.app import Door
from api.http.problem_catalogue import CATALOGUE
from api.server import storage


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "NOT_FOUND"),
        ("GET", "/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/v1/access/", 404, "NOT_FOUND"),
        ("GET", "/problems/NOT_A_CODE", 404, "NOT_FOUND"),
        ("GET", "/v1/submissions", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/v1/access", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/checkpoint", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/v1/submissions", 415, "MEDIA_TYPE_WRONG"),
        ("PUT", "/v1/demo/clock", 401, "TOKEN_MISSING"),
        ("GET", "/livez?verbose=1", 400, "PARAMETER_UNKNOWN"),
        ("GET", "/v1/access?item=%B9%AB%B0%B2", 400, "PARAMETER_INVALID"),
    ],
)
def test_every_error_is_a_problem_with_its_own_code(
    story_ledger: Any, method: str, path: str, status: int, code: str
) -> None:
    answer = story_ledger.client.request(method, path)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["instance"] == path.partition("?")[0]
    assert problem["request_id"] == answer.headers["request-id"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_method_that_is_not_allowed_is_told_which_are(story_ledger: Any) -> None:
    assert set(story_ledger.client.delete("/v1/access").headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}


def test_the_page_that_a_problem_names_is_served_here_in_both_languages(story_ledger: Any) -> None:
    type_ = story_ledger.get("/v1/nothing").json()["type"]
    page = story_ledger.get(type_)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == "default-src 'none'"
    assert CATALOGUE["NOT_FOUND"].zh in page.text
    assert CATALOGUE["NOT_FOUND"].en in page.text
    assert "演示数据" in page.text


def test_head_answers_as_get_without_the_body(story_ledger: Any) -> None:
    for path in ("/checkpoint", "/livez", "/tile/0/000"):
        head = story_ledger.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == story_ledger.get(path).headers["content-length"]


def test_two_requests_have_two_ids(story_ledger: Any) -> None:
    assert story_ledger.get("/livez").headers["request-id"] != story_ledger.get("/livez").headers["request-id"]


def test_readiness_tells_how_far_everything_is(story_ledger: Any) -> None:
    body = story_ledger.get("/readyz").json()
    assert (body["status"], body["writer"], body["stopped"], body["demo"]) == ("ready", "leading", [], True)
    assert body["size"] >= body["projected"] > 500
    assert body["lag"]["entries"] == body["size"] - body["projected"]
    assert (body["clock"], body["storage"]) == (None, None)


def test_a_ledger_that_cannot_store_more_is_not_ready_and_says_why(
    story_ledger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if story_ledger.runtime.store.engine.dialect.name == "sqlite":
        monkeypatch.setattr(storage, "LEAST_FREE", 2**62)
        why = "MiB left"
    else:
        monkeypatch.setattr(storage, "READ_ONLY", text("SELECT true"))
        why = "read-only"
    answer = story_ledger.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
    assert why in answer.json()["detail"]
    assert why in answer.json()["state"]["storage"]
    assert answer.headers["Retry-After"]
    monkeypatch.undo()
    assert story_ledger.get("/readyz").status_code == 200


# --- the demo's clock


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("数据局", {"time": "2027-01-01T00:00:00+08:00"}, 403, "CALLER_FORBIDDEN"),
        ("auditor", {"time": "2027-01-01T00:00:00+08:00"}, 403, "CALLER_FORBIDDEN"),
        ("大数据中心", {"time": "2026-01-01T00:00:00+08:00"}, 409, "CLOCK_BACKWARDS"),
        ("大数据中心", {"time": "2026-10-01T00:00:00"}, 400, "PARAMETER_INVALID"),
        ("大数据中心", {"time": 3}, 400, "PARAMETER_INVALID"),
        ("大数据中心", {}, 400, "PARAMETER_INVALID"),
        ("大数据中心", {"time": "x" * 2000}, 413, "TOO_MANY_BYTES"),
    ],
)
def test_the_clock_moves_forward_for_the_operator_only(
    story_ledger: Any, who: str, body: Any, status: int, code: str
) -> None:
    before = story_ledger.runtime.clock()
    headers = {"Authorization": f"Bearer {story_ledger.token(who)}"}
    answer = story_ledger.client.put("/v1/demo/clock", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert story_ledger.runtime.clock() == before


# --- what we did not foresee


def answered(failing: Any) -> list[Message]:
    """What the door sends when the application behind it fails."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/v1/access", "headers": [], "query_string": b""}
    asyncio.run(Door(failing)(scope, receive, send))
    return sent


def test_an_unforeseen_failure_is_a_problem_that_tells_nothing_of_what_was_sent() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("张三")

    start, body = answered(failing)
    assert start["status"] == 500
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"request-id"].decode() in body["body"].decode()
    assert b"INTERNAL" in body["body"]
    assert "张三" not in body["body"].decode()


def test_a_failure_in_the_middle_of_an_answer_ends_the_connection() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("half an answer")

    with pytest.raises(RuntimeError, match="half an answer"):
        answered(failing)


@pytest.mark.parametrize(
    "path", ["/v1/access", "/v1/cases/2026-0001", "/v1/parties", "/v1/entries/5", "/v1/receipts?index=5", "/readyz"]
)
def test_every_answer_of_a_demo_says_that_it_is_one(story_ledger: Any, path: str) -> None:
    assert story_ledger.get(path, "民政厅").json()["demo"] is True


def test_proofs_and_the_description_of_a_demo_say_that_they_are_one(story_ledger: Any) -> None:
    assert story_ledger.get("/v1/proofs/inclusion", index=5).json()["demo"] is True
    assert story_ledger.get("/v1/proofs/consistency", from_=5).json()["demo"] is True
    assert "演示数据" in story_ledger.get("/openapi.json").json()["info"]["title"]
