"""What comes back for a submission: receipts that anyone can check, the same ones however often it is sent."""

from __future__ import annotations

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson
import pytest

from api.write.submissions import WRITTEN_AT_ONCE
from ledger.notes.log_keys import verifier_for
from ledger.notes.note import Verifier
from ledger.notes.tlog_proof import verify_tlog_proof
from ledger.records.receipt import build_receipt, verify_receipt

WHO = "统计局"
_numbers = itertools.count()


def demands(story_ledger: Any, count: int) -> list[bytes]:
    return [orjson.dumps(_demand(story_ledger)) for _ in range(count)]


def _demand(story_ledger: Any) -> dict[str, Any]:
    number = f"S-{next(_numbers)}"
    return {
        "specversion": "1.0",
        "id": f"submitting:{number}",
        "source": f"urn:uscc:{story_ledger.uscc(WHO)}",
        "type": "sharing.demand.stated.v1",
        "subject": f"demand/{number}",
        "time": story_ledger.runtime.clock().isoformat(),
        "datacontenttype": "application/json",
        "data": {"post": "经办岗-01", "wanted": "企业用水量", "duty": {"kind": "MATTER_CODE", "matter_code": "TJ-1"}},
    }


def verifiers(story_ledger: Any) -> list[Verifier]:
    return [verifier_for(vkey) for vkey in story_ledger.directory.vkeys]


def send(story_ledger: Any, lines: list[bytes]) -> httpx.Response:
    answer: httpx.Response = story_ledger.post(b"\n".join(lines), story_ledger.sealed(WHO, lines))
    return answer


@pytest.mark.parametrize("count", [1, 2, 257, 1000])
def test_each_record_is_proved_alone_by_its_receipt(story_ledger: Any, count: int) -> None:
    lines = demands(story_ledger, count)
    before = story_ledger.size
    answer = send(story_ledger, lines)
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers
    evidence = verify_receipt(answer.content, verifiers(story_ledger), origin=story_ledger.origin)
    assert [entry.record.encode() for entry in evidence.entries] == lines
    assert [entry.index for entry in evidence.entries] == list(range(before, before + count))
    assert answer.json()["demo"] is True


@pytest.mark.parametrize(("count", "on_the_loop"), [(WRITTEN_AT_ONCE, True), (WRITTEN_AT_ONCE + 1, False)])
def test_nobody_waits_while_a_long_receipt_is_written(
    story_ledger: Any, monkeypatch: pytest.MonkeyPatch, count: int, on_the_loop: bool
) -> None:
    written: list[bool] = []

    def note(*arguments: Any, **named: Any) -> bytes:
        try:
            written.append(asyncio.get_running_loop().is_running())
        except RuntimeError:
            written.append(False)
        return build_receipt(*arguments, **named)

    monkeypatch.setattr("api.write.submissions.build_receipt", note)
    assert send(story_ledger, demands(story_ledger, count)).status_code == 201
    assert written == [on_the_loop]


def test_the_same_submission_sent_again_gets_the_original_places(story_ledger: Any) -> None:
    lines = demands(story_ledger, 3)
    first, again = send(story_ledger, lines), send(story_ledger, lines)
    assert again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    places = [
        [(each["id"], each["index"], each["recorded_at"]) for each in one.json()["records"]] for one in (first, again)
    ]
    assert places[0] == places[1]
    verify_receipt(again.content, verifiers(story_ledger), origin=story_ledger.origin)


def test_sent_sixteen_times_at_once_it_is_recorded_once(story_ledger: Any) -> None:
    lines = demands(story_ledger, 2)
    before = story_ledger.size
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: send(story_ledger, lines), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["records"][0]["index"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert story_ledger.size == before + 2


def test_a_last_line_feed_changes_nothing(story_ledger: Any) -> None:
    lines = demands(story_ledger, 2)
    answer = story_ledger.post(b"\n".join(lines) + b"\n", story_ledger.sealed(WHO, lines))
    assert answer.status_code == 201


def published(story_ledger: Any, path: str, **params: Any) -> httpx.Response:
    """The receipt, once a checkpoint over it is published, which takes a second at most."""
    headers = {"Prefer": "wait=10", **params.pop("headers", {})}
    answer: httpx.Response = story_ledger.get(path, WHO, headers=headers, **params)
    assert answer.status_code == 200, answer.text
    return answer


def test_who_prefers_to_wait_gets_receipts_under_a_checkpoint_with_every_signature(story_ledger: Any) -> None:
    lines = demands(story_ledger, 3)
    body = b"\n".join(lines)
    answer = story_ledger.post(body, story_ledger.sealed(WHO, lines), Prefer="respond-async, wait=10")
    assert answer.status_code == 201
    assert answer.headers["Preference-Applied"] == "wait=10"
    evidence = verify_receipt(answer.content, verifiers(story_ledger), origin=story_ledger.origin)
    assert [entry.record.encode() for entry in evidence.entries] == lines
    assert len(evidence.signed.note.signatures) == len(story_ledger.directory.vkeys) == 2
    assert answer.json()["checkpoint"].encode() == story_ledger.runtime.store.checkpoint(
        evidence.signed.checkpoint.size
    )


def test_who_does_not_wait_long_enough_gets_the_receipts_at_once(story_ledger: Any) -> None:
    lines = demands(story_ledger, 1)
    answer = story_ledger.post(lines[0], story_ledger.sealed(WHO, lines), Prefer="wait=0")
    assert answer.status_code == 201
    assert "Preference-Applied" not in answer.headers


def test_a_receipt_that_no_published_checkpoint_covers_yet_is_asked_for_again(story_ledger: Any) -> None:
    answers = []
    for _ in range(20):  # some of them come within the second in which the newest is not published
        (record,) = send(story_ledger, demands(story_ledger, 1)).json()["records"]
        answers.append(story_ledger.get("/v1/receipts", WHO, index=record["index"]))
    early = [answer for answer in answers if answer.status_code == 503]
    assert early
    assert {answer.json()["code"] for answer in early} == {"NOT_PUBLISHED"}
    assert all(answer.json()["retryable"] and int(answer.headers["Retry-After"]) > 0 for answer in early)


def test_a_receipt_can_be_fetched_by_source_and_id_and_by_index(story_ledger: Any) -> None:
    (line,) = demands(story_ledger, 1)
    (record,) = send(story_ledger, [line]).json()["records"]
    by_index = published(story_ledger, "/v1/receipts", index=record["index"])
    by_name = published(story_ledger, "/v1/receipts", source=record["source"], id=record["id"])
    assert by_index.json()["records"] == by_name.json()["records"]
    evidence = verify_receipt(by_name.content, verifiers(story_ledger), origin=story_ledger.origin)
    assert evidence.entries[0].record.encode() == line


def test_a_receipt_as_text_is_a_tlog_proof_of_the_stored_entry(story_ledger: Any) -> None:
    (record,) = send(story_ledger, demands(story_ledger, 1)).json()["records"]
    answer = published(story_ledger, "/v1/receipts", index=record["index"], headers={"Accept": "text/plain"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    proven = verify_tlog_proof(
        answer.content, record["entry"].encode(), verifiers(story_ledger), origin=story_ledger.origin
    )
    assert proven.index == record["index"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json;q=0, */*", "text/plain; charset=utf-8"),
        ("*/*;q=0.9, text/plain;q=0", "application/json"),
        ("text/plain;q=0.2, text/*", "text/plain; charset=utf-8"),
        ("application/*;q=0.5, application/json;q=0.1, text/plain;q=0.3", "text/plain; charset=utf-8"),
        ("text/plain;q=0.9, application/json;q=2", "application/json"),
        ("*/*", "application/json"),
        ("text/*;q=0.9, application/json;q=0.5", "text/plain; charset=utf-8"),
        ("text/plain;q=0.5, application/json", "application/json"),
    ],
)
def test_the_form_of_a_receipt_is_what_accept_prefers(story_ledger: Any, accept: str, media_type: str) -> None:
    assert (
        story_ledger.get("/v1/receipts", WHO, index=0, headers={"Accept": accept}).headers["content-type"] == media_type
    )


def test_a_receipt_in_a_form_that_there_is_not_is_refused(story_ledger: Any) -> None:
    refused = story_ledger.get("/v1/receipts", WHO, index=0, headers={"Accept": "application/xml"})
    assert (refused.status_code, refused.json()["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("params", [{}, {"source": "urn:uscc:x"}, {"index": 1, "id": "x"}])
def test_a_receipt_is_named_in_one_of_two_ways(story_ledger: Any, params: dict[str, Any]) -> None:
    problem = story_ledger.get("/v1/receipts", WHO, **params).json()
    assert (problem["code"], problem["detail"]) == ("NOT_FOUND", "A receipt is named by index, or by source and id.")


@pytest.mark.parametrize("params", [{"index": 10**9}, {"source": "urn:uscc:x", "id": "y"}])
def test_there_is_no_receipt_of_what_is_not_recorded(story_ledger: Any, params: dict[str, Any]) -> None:
    assert story_ledger.get("/v1/receipts", WHO, **params).status_code == 404


@pytest.mark.parametrize("index", ["01", "+1", "1.0", "９", "x", "9" * 30])
def test_an_entry_is_named_in_one_spelling(story_ledger: Any, index: str) -> None:
    assert story_ledger.get(f"/v1/entries/{index}", WHO).status_code == 404
