"""Each fault has its own code, its line and a sentence that says what to do, and nothing of it is recorded."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from api.write.submissions import REFUSAL_STEP
from formats import base64url
from ledger.keys.jwk import generate
from ledger.keys.jws import sign_jws

WHO = "工信厅"
_numbers = itertools.count()


def demand(story_ledger: Any, **changes: Any) -> dict[str, Any]:
    """A good record that changes nothing which other tests count."""
    number = f"{story_ledger.origin[-4:]}-{next(_numbers)}"
    return {
        "specversion": "1.0",
        "id": f"demand:{number}",
        "source": f"urn:uscc:{story_ledger.uscc(WHO)}",
        "type": "sharing.demand.stated.v1",
        "subject": f"demand/{number}",
        "time": story_ledger.runtime.clock().isoformat(),
        "datacontenttype": "application/json",
        "data": {"post": "经办岗-01", "wanted": "企业用水量", "duty": {"kind": "MATTER_CODE", "matter_code": "GX-1"}},
    } | changes


def line(story_ledger: Any, **changes: Any) -> bytes:
    return orjson.dumps(demand(story_ledger, **changes))


def without(story_ledger: Any, name: str) -> bytes:
    record = demand(story_ledger)
    del record[name]
    return orjson.dumps(record)


def data(story_ledger: Any, **changes: Any) -> bytes:
    record = demand(story_ledger)
    record["data"] |= changes
    return orjson.dumps(record)


def later(story_ledger: Any, seconds: int) -> str:
    at: dt.datetime = story_ledger.runtime.clock() + dt.timedelta(seconds=seconds)
    return at.isoformat()


def refused(story_ledger: Any, answer: httpx.Response, status: int, code: str) -> list[dict[str, Any]]:
    """The faults of a refusal that is one in every respect."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{code}"
    assert problem["next"]
    assert problem["request_id"] == answer.headers["request-id"]
    for fault in problem.get("errors", []):
        assert fault["detail"]
        assert fault["next"].endswith(".")
        assert fault["title"]
    faults: list[dict[str, Any]] = problem.get("errors", [])
    return faults


Made = Callable[[Any], bytes]

# How a line is spoilt, and what is said about it: status, code, pointer.
SPOILT: dict[str, tuple[Made, int, str, str | None]] = {
    "no JSON": (lambda story_ledger: b'{"id":', 400, "NOT_JSON", None),
    "no object": (lambda story_ledger: b"[1]", 400, "NOT_AN_OBJECT", None),
    "bad UTF-8": (lambda story_ledger: line(story_ledger).replace("企业".encode(), b"\xff\xfe"), 400, "NOT_UTF8", None),
    "byte order mark": (lambda story_ledger: b"\xef\xbb\xbf" + line(story_ledger), 400, "BYTE_ORDER_MARK", None),
    "an empty line": (lambda story_ledger: b"", 400, "LINE_EMPTY", None),
    "CRLF": (lambda story_ledger: line(story_ledger) + b"\r", 400, "LINE_BREAK", None),
    "a key twice": (lambda story_ledger: line(story_ledger)[:-1] + b',"id":"x"}', 400, "DUPLICATE_KEY", "/id"),
    "a key twice in data": (
        lambda story_ledger: line(story_ledger).replace(b'"post":', b'"wanted":"x","post":', 1),
        400,
        "DUPLICATE_KEY",
        "/data/wanted",
    ),
    "NaN": (
        lambda story_ledger: line(story_ledger).replace('"企业用水量"'.encode(), b"NaN"),
        400,
        "NUMBER_INVALID",
        "/data/wanted",
    ),
    "a member too many": (
        lambda story_ledger: line(story_ledger, traceparent="x"),
        400,
        "MEMBER_UNKNOWN",
        "/traceparent",
    ),
    "a member missing": (lambda story_ledger: without(story_ledger, "subject"), 400, "MEMBER_MISSING", "/subject"),
    "another specversion": (
        lambda story_ledger: line(story_ledger, specversion="0.3"),
        400,
        "MEMBER_INVALID",
        "/specversion",
    ),
    "time without offset": (
        lambda story_ledger: line(story_ledger, time="2026-03-25T09:12:00"),
        400,
        "TIME_WITHOUT_OFFSET",
        "/time",
    ),
    "no time": (lambda story_ledger: line(story_ledger, time="yesterday"), 400, "TIME_INVALID", "/time"),
    "another's source": (
        lambda story_ledger: line(story_ledger, source=f"urn:uscc:{story_ledger.uscc('统计局')}"),
        400,
        "SOURCE_NOT_ISSUER",
        "/source",
    ),
    "too long": (lambda story_ledger: data(story_ledger, wanted="x" * 33_000), 413, "LINE_TOO_LONG", None),
    "unknown type": (
        lambda story_ledger: line(story_ledger, type="sharing.demand.wished.v1"),
        422,
        "TYPE_UNKNOWN",
        "/type",
    ),
    "unknown version": (
        lambda story_ledger: line(story_ledger, type="sharing.demand.stated.v2"),
        422,
        "TYPE_UNKNOWN",
        "/type",
    ),
    "unknown field": (lambda story_ledger: data(story_ledger, wish="x"), 422, "FIELD_UNKNOWN", "/data/wish"),
    "missing field": (
        lambda story_ledger: line(story_ledger, data={"post": "经办岗-01", "wanted": "x"}),
        422,
        "FIELD_MISSING",
        "/data/duty",
    ),
    "wrong check digit": (
        lambda story_ledger: line(
            story_ledger,
            type="sharing.dispute.opened.v1",
            subject="dispute/D-9",
            data={
                "post": "经办岗-01",
                "item": "C04",
                "counterparty": "113200000000000196",
                "claimed_class": "privacy",
                "fixed_by_central": False,
            },
        ),
        422,
        "FIELD_INVALID",
        "/data/counterparty",
    ),
    "time ahead of the clock": (
        lambda story_ledger: line(story_ledger, time=later(story_ledger, 121)),
        422,
        "FUTURE_DATED",
        "/time",
    ),
    "a post nobody holds": (
        lambda story_ledger: data(story_ledger, post="经办岗-99"),
        422,
        "SIGNER_UNAUTHORISED",
        "/data/post",
    ),
    "another family's stream": (
        lambda story_ledger: line(story_ledger, subject="request/9"),
        422,
        "FIELD_INVALID",
        "/subject",
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_one_bad_line_is_told_with_its_number_and_refuses_all(story_ledger: Any, spoilt: str) -> None:
    make, status, code, pointer = SPOILT[spoilt]
    lines = [line(story_ledger), make(story_ledger), line(story_ledger)]
    before = story_ledger.size
    faults = refused(story_ledger, story_ledger.post(b"\n".join(lines), story_ledger.sealed(WHO, lines)), status, code)
    assert {(fault["line"], fault["code"]) for fault in faults} == {(2, code)}
    assert faults[0].get("pointer") == pointer
    assert story_ledger.size == before


def test_every_bad_line_is_listed(story_ledger: Any) -> None:
    lines = [line(story_ledger, time="x"), line(story_ledger), b"{}", line(story_ledger, time="2026-03-25T09:12:00")]
    faults = refused(
        story_ledger, story_ledger.post(b"\n".join(lines), story_ledger.sealed(WHO, lines)), 400, "SUBMISSION_MALFORMED"
    )
    assert [(fault["line"], fault["code"]) for fault in faults] == [
        (1, "TIME_INVALID"),
        (3, "MEMBER_MISSING"),
        (4, "TIME_WITHOUT_OFFSET"),
    ]


def test_every_refused_line_is_listed(story_ledger: Any) -> None:
    lines = [data(story_ledger, post="x", wish="y"), line(story_ledger), line(story_ledger, type="sharing.a.b.v1")]
    before = story_ledger.size
    faults = refused(
        story_ledger, story_ledger.post(b"\n".join(lines), story_ledger.sealed(WHO, lines)), 422, "SUBMISSION_REFUSED"
    )
    assert {fault["line"] for fault in faults} == {1, 3}
    assert story_ledger.size == before


# --- the signature, over one good line


def signed(story_ledger: Any, body: bytes, *, header: dict[str, Any] | None = None, **payload: Any) -> str:
    good = orjson.loads(base64url.decode(story_ledger.sealed(WHO, [body]).split(".")[1], what="payload"))
    if header is None:
        return sign_jws(orjson.dumps(good | payload), key=story_ledger.key(WHO), typ="sharing-submission+jws")
    parts = (base64url.encode(orjson.dumps(each)) for each in (header, good | payload))
    signing_input = ".".join(parts)
    return f"{signing_input}.{base64url.encode(story_ledger.key(WHO).sign(signing_input.encode()))}"


def broken(jws: str) -> str:
    head, _, signature = jws.rpartition(".")
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


STRANGER = generate("Ed25519")
HEADER = {"alg": "Ed25519", "typ": "sharing-submission+jws"}
Sign = Callable[[Any, bytes], str | None]

BADLY_SIGNED: dict[str, tuple[Sign, int, str]] = {
    "unsigned": (lambda story_ledger, body: None, 401, "SIGNATURE_MISSING"),
    "no JWS": (lambda story_ledger, body: "abc", 401, "SIGNATURE_MALFORMED"),
    "padded": (lambda story_ledger, body: story_ledger.sealed(WHO, [body]) + "=", 401, "SIGNATURE_MALFORMED"),
    "not ASCII": (lambda story_ledger, body: "ä.ö.ü", 401, "SIGNATURE_MALFORMED"),
    "crit": (
        lambda story_ledger, body: signed(
            story_ledger, body, header=HEADER | {"kid": story_ledger.key(WHO).kid, "crit": ["b64"]}
        ),
        401,
        "SIGNATURE_MALFORMED",
    ),
    "alg none": (
        lambda story_ledger, body: signed(
            story_ledger, body, header=HEADER | {"kid": story_ledger.key(WHO).kid, "alg": "none"}
        ),
        401,
        "ALGORITHM_NOT_ALLOWED",
    ),
    "unknown key": (lambda story_ledger, body: story_ledger.sealed(WHO, [body], key=STRANGER), 401, "KEY_UNKNOWN"),
    "wrong signature": (lambda story_ledger, body: broken(story_ledger.sealed(WHO, [body])), 401, "SIGNATURE_INVALID"),
    "another's key": (
        lambda story_ledger, body: story_ledger.sealed(WHO, [body], key=story_ledger.key("统计局")),
        422,
        "SIGNER_UNAUTHORISED",
    ),
    "payload member missing": (
        lambda story_ledger, body: signed(story_ledger, body, root=None),
        400,
        "PAYLOAD_MALFORMED",
    ),
    "wrong aud": (
        lambda story_ledger, body: story_ledger.sealed(WHO, [body], aud="ledger.example.cn/other"),
        400,
        "AUDIENCE_WRONG",
    ),
    "iat ahead": (
        lambda story_ledger, body: story_ledger.sealed(
            WHO, [body], iat=int(story_ledger.runtime.clock().timestamp()) + 121
        ),
        400,
        "IAT_IN_FUTURE",
    ),
    "wrong size": (lambda story_ledger, body: signed(story_ledger, body, size=2), 400, "SIZE_WRONG"),
    "wrong root": (lambda story_ledger, body: story_ledger.sealed(WHO, [body + b" "]), 400, "ROOT_WRONG"),
}


@pytest.mark.parametrize("how", BADLY_SIGNED)
def test_what_is_not_rightly_signed_is_refused_with_its_own_code(story_ledger: Any, how: str) -> None:
    sign, status, code = BADLY_SIGNED[how]
    body, before = line(story_ledger), story_ledger.size
    faults = refused(story_ledger, story_ledger.post(body, sign(story_ledger, body)), status, code)
    assert {fault["code"] for fault in faults} == {code}
    assert story_ledger.size == before


def test_a_revoked_key_signs_nothing_more(story_ledger: Any) -> None:
    who = "常州民政"
    rotated = demand(story_ledger) | {
        "source": f"urn:uscc:{story_ledger.uscc('数据局')}",
        "type": "sharing.key.rotated.v1",
        "subject": f"party/{story_ledger.uscc(who)}",
        "data": {
            "post": "责任岗-01",
            "kid": story_ledger.key(who).kid,
            "from": story_ledger.runtime.clock().isoformat(),
            "reason": "更换",
        },
    }
    story_ledger.must("数据局", rotated)
    record = demand(story_ledger) | {"source": f"urn:uscc:{story_ledger.uscc(who)}"}
    record["data"]["post"] = "责任岗-01"
    before = story_ledger.size
    faults = refused(story_ledger, story_ledger.submit(who, record), 422, "SIGNER_UNAUTHORISED")
    assert faults[0]["line"] == 1
    assert story_ledger.size == before
    assert story_ledger.get("/v1/parties", who).json()["code"] == "TOKEN_INVALID"


# --- the body as a whole


def test_limits_are_stated_and_held(story_ledger: Any) -> None:
    many = [b"{}"] * 1001
    for body, code in (
        (b"", "SUBMISSION_EMPTY"),
        (b"\n".join(many), "TOO_MANY_LINES"),
        (b"x" * (4 * 1024 * 1024 + 1), "TOO_MANY_BYTES"),
    ):
        answer = story_ledger.post(body, story_ledger.sealed(WHO, [body]))
        assert answer.json()["code"] == code
        assert answer.status_code == (400 if code == "SUBMISSION_EMPTY" else 413)


@pytest.mark.parametrize("given", ["application/json", "text/plain", ""])
def test_another_content_type_is_not_taken(story_ledger: Any, given: str) -> None:
    body = line(story_ledger)
    refused(
        story_ledger,
        story_ledger.post(body, story_ledger.sealed(WHO, [body]), **{"Content-Type": given}),
        415,
        "MEDIA_TYPE_WRONG",
    )


def test_the_same_record_twice_in_one_submission_is_refused_at_its_second_line(story_ledger: Any) -> None:
    one = line(story_ledger)
    faults = refused(
        story_ledger, story_ledger.post(one + b"\n" + one, story_ledger.sealed(WHO, [one, one])), 400, "RECORD_REPEATED"
    )
    assert faults[0]["line"] == 2


def test_other_bytes_under_a_recorded_id_are_refused_and_the_entry_is_named(story_ledger: Any) -> None:
    record = demand(story_ledger)
    (receipt,) = story_ledger.must(WHO, record)
    record["data"]["wanted"] = "别的"
    before = story_ledger.size
    answer = story_ledger.submit(WHO, record)
    faults = refused(story_ledger, answer, 409, "ID_REUSED")
    assert faults[0]["line"] == 1
    assert answer.json()["recorded"] == [
        {"line": 1, "source": record["source"], "id": record["id"], "index": receipt["index"]}
    ]
    assert story_ledger.size == before


def test_recorded_and_new_lines_do_not_mix(story_ledger: Any) -> None:
    old, new = demand(story_ledger), demand(story_ledger)
    story_ledger.must(WHO, old)
    before = story_ledger.size
    answer = story_ledger.submit(WHO, new, old)
    refused(story_ledger, answer, 409, "PARTLY_RECORDED")
    assert [each["line"] for each in answer.json()["recorded"]] == [2]
    assert story_ledger.size == before


def test_titles_are_chinese_unless_english_is_asked_for_first(story_ledger: Any) -> None:
    body = line(story_ledger)
    assert story_ledger.post(body, None).json()["title"] == "没有签名"
    assert story_ledger.post(body, None, **{"Accept-Language": "en-GB,zh;q=0.5"}).json()["title"] == "Unsigned"
    assert story_ledger.post(body, None, **{"Accept-Language": "zh-CN,en"}).json()["title"] == "没有签名"


OUTSIDER = "统计局"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("request.received", {"how": "PLATFORM"}),
        ("request.withdrawn", {"reason": "不再需要"}),
        ("negotiation.opened", {"subject": "范围"}),
        (
            "event.disowned",
            {"events": [{"source": "urn:uscc:113200000000000195", "id": "x"}], "reason": "非本机关所为"},
        ),
    ],
)
def test_a_case_of_others_is_refused_as_one_that_is_not_there_and_takes_as_long(
    story_ledger: Any, name: str, content: dict[str, Any]
) -> None:
    def told(case: str) -> tuple[int, Any, bool]:
        sent = demand(story_ledger, type=f"sharing.{name}.v1", subject=f"request/{case}")
        sent |= {"data": {"post": "经办岗-01"} | content, "source": f"urn:uscc:{story_ledger.uscc(OUTSIDER)}"}
        answer = story_ledger.submit(OUTSIDER, sent)
        faults = [
            {member: str(value).replace(case, "N") for member, value in each.items()}
            for each in answer.json()["errors"]
        ]
        return answer.status_code, faults, answer.elapsed.total_seconds() >= REFUSAL_STEP

    assert told("2026-0001") == told("2026-9999")
    assert told("2026-0001")[::2] == (422, True)


def test_an_id_that_is_taken_is_refused_without_a_word_about_what_has_it(story_ledger: Any) -> None:
    sent = demand(story_ledger, subject="demand/D-taken") | {"id": "d-1"}
    assert story_ledger.submit(WHO, sent).status_code == 201
    other = sent | {"source": f"urn:uscc:{story_ledger.uscc(OUTSIDER)}", "id": "d-2"}
    (fault,) = story_ledger.submit(OUTSIDER, other).json()["errors"]
    assert (fault["code"], fault["pointer"]) == ("WRONG_STATE", "/subject")
    assert "entry" not in fault["detail"]
    assert "entry" in story_ledger.submit(WHO, sent | {"id": "d-3"}).json()["errors"][0]["detail"]
