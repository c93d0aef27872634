"""Submissions: sealed, opened, and refused in every way the vectors name."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import pytest
from joserfc import jws as joserfc_jws
from joserfc.jwk import import_key

from formats import base64url
from ledger.errors import MalformedSubmission, SignatureRejected
from ledger.keys import jwk as keys
from ledger.records import submission as submissions
from ledger.records import submission_signature
from ledger.records.submission import Submission, parse_and_verify_submission
from ledger.tree import merkle
from tests.support import mutations, vectors

USCC = "113200000000000195"
ORIGIN = "ledger.example.cn/js"
NOW = datetime(2026, 3, 25, 1, 12, 30, tzinfo=UTC)
KEY = keys.generate("Ed25519")


def line(number: int, **members: object) -> bytes:
    record = {
        "specversion": "1.0",
        "id": f"u-{number}",
        "source": f"urn:uscc:{USCC}",
        "type": "sharing.use.recorded.v1",
        "subject": "use/1",
        "time": "2026-03-25T09:12:00+08:00",
        "datacontenttype": "application/json",
        "data": {"post": "经办岗-01"},
    }
    return orjson.dumps(record | members)


def sealed(lines: list[bytes], key: keys.PrivateKey = KEY, at: datetime = NOW) -> str:
    return submissions.sign_submission(lines, key=key, iss=USCC, aud=ORIGIN, iat=int(at.timestamp()))


def opened(body: bytes, jws: str | None, key: keys.PrivateKey = KEY) -> Submission:
    return parse_and_verify_submission(body, jws, audience=ORIGIN, find_key={key.kid: key.public}.get, now=NOW)


def open_case(case: dict[str, Any]) -> Submission:
    key = keys.parse_jwk(case["key"])
    return parse_and_verify_submission(
        vectors.received(case, "body"),
        case["jws"],
        audience=case["audience"],
        find_key={key.kid: key}.get,
        now=datetime.fromisoformat(case["now"]),
    )


@pytest.mark.parametrize("case", vectors.cases("submission"))
def test_a_submission_is_opened_or_refused_with_every_fault_it_has(case: dict[str, Any]) -> None:
    if not case["errors"]:
        assert open_case(case).jws == case["jws"]
        return
    with pytest.raises((SignatureRejected, MalformedSubmission)) as refused:
        open_case(case)
    match refused.value:
        case SignatureRejected() as rejected:
            assert [{"code": rejected.code}] == case["errors"]
            assert rejected.next_step.endswith(".")
        case MalformedSubmission() as malformed:
            found = [{"code": fault.code, "line": fault.line, "pointer": fault.pointer} for fault in malformed.errors]
            assert found == [{"line": None, "pointer": None} | error for error in case["errors"]]


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
@pytest.mark.parametrize("count", [1, 2, 3, 500, 1000])
def test_what_was_sealed_is_opened_with_everything_the_log_needs(alg: str, count: int) -> None:
    lines, key = [line(number) for number in range(count)], keys.generate(alg)
    jws = sealed(lines, key)
    submission = opened(b"\n".join(lines) + b"\n", jws, key)
    assert [record.line for record in submission.records] == lines
    assert submission.leaf_hashes == tuple(merkle.leaf_hash(each) for each in lines)
    assert submission.root == merkle.root_hash(submission.leaf_hashes)
    assert (submission.kid, submission.iss, submission.iat) == (key.kid, USCC, int(NOW.timestamp()))
    assert submission.digest == sha256(jws.encode()).digest()


def test_one_record_is_provable_alone_from_the_signed_root() -> None:
    lines = [line(number) for number in range(7)]
    submission = opened(b"\n".join(lines), sealed(lines))
    path = merkle.prove_inclusion_in_memory(4, submission.leaf_hashes)
    merkle.check_inclusion(path, 4, 7, merkle.leaf_hash(lines[4]), submission.root)


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_another_implementation_reads_our_seal(alg: str) -> None:
    key = keys.generate(alg)
    theirs = joserfc_jws.deserialize_compact(sealed([line(1)], key), import_key(key.public.jwk), algorithms=[alg])
    assert theirs.headers() == {"alg": alg, "kid": key.kid, "typ": "sharing-submission+jws"}
    assert orjson.loads(theirs.payload) == {
        "iss": f"urn:uscc:{USCC}",
        "aud": ORIGIN,
        "iat": int(NOW.timestamp()),
        "size": 1,
        "root": base64url.encode(merkle.leaf_hash(line(1))),
    }


@pytest.mark.parametrize("name", ["golden-ed25519", "golden-es256"])
def test_no_flipped_bit_of_body_or_signature_is_opened(name: str) -> None:
    case = vectors.golden("submission", name)
    # ES256 and the body's lines are dear to check; every seventh bit meets each byte, and all bit places in turn.
    for body in mutations.flipped_bits(case["body"].encode(), step=7):
        with pytest.raises(MalformedSubmission):
            open_case({"body_hex": body.hex()} | {name: case[name] for name in ("jws", "key", "audience", "now")})
    for jws in mutations.flipped_bits(case["jws"].encode(), step=1 if name == "golden-ed25519" else 7):
        with pytest.raises(SignatureRejected):
            open_case(case | {"jws": jws.decode("latin-1")})


def test_a_wrong_signature_is_refused_before_any_line_is_read() -> None:
    stranger = keys.generate("Ed25519")
    with pytest.raises(SignatureRejected) as refused:
        opened(b"not a record", sealed([b"not a record"], stranger))
    assert refused.value.code == "KEY_UNKNOWN"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\n".join([b"{}"] * 1001), "TOO_MANY_LINES"),
        (b"\n" * 1001, "TOO_MANY_LINES"),
        (b"x" * (submissions.MAX_BYTES + 1), "TOO_MANY_BYTES"),
    ],
)
def test_limits_come_before_the_lines_and_the_signature_before_both(body: bytes, code: str) -> None:
    with pytest.raises(SignatureRejected):
        opened(body, None)
    with pytest.raises(MalformedSubmission) as refused:
        opened(body, sealed([b"{}"]))
    assert [fault.code for fault in refused.value.errors] == [code]


def test_a_line_too_long_is_named_by_its_number() -> None:
    lines = [line(1), line(2, data={"text": "x" * 32_768}), line(3)]
    with pytest.raises(MalformedSubmission) as refused:
        opened(b"\n".join(lines), sealed(lines))
    assert [(fault.code, fault.line) for fault in refused.value.errors] == [("LINE_TOO_LONG", 2)]


@pytest.mark.parametrize(
    "hidden",
    [b"\x7f", "\x85".encode(), b"\\u0001", b"\\b", b"\\ud800"],
    ids=["DEL as it is", "NEL as it is", "SOH escaped", "BS escaped", "half a surrogate pair escaped"],
)
def test_a_control_character_in_one_line_of_many_is_found_however_it_is_written(hidden: bytes) -> None:
    lines = [line(number) for number in range(3)]
    lines[1] = lines[1].replace("经办岗-01".encode(), b"post" + hidden)
    with pytest.raises(MalformedSubmission) as refused:
        opened(b"\n".join(lines), sealed(lines))
    assert [fault.line for fault in refused.value.errors] == [2]


def test_the_allowance_for_a_senders_clock_is_a_setting() -> None:
    lines, late = [line(1)], datetime(2026, 3, 25, 1, 12, 35, tzinfo=UTC)
    find, jws = {KEY.kid: KEY.public}.get, sealed(lines, at=late)
    assert parse_and_verify_submission(lines[0], jws, audience=ORIGIN, find_key=find, now=NOW, max_ahead=5).iat
    with pytest.raises(MalformedSubmission) as refused:
        parse_and_verify_submission(lines[0], jws, audience=ORIGIN, find_key=find, now=NOW, max_ahead=4)
    assert [fault.code for fault in refused.value.errors] == ["IAT_IN_FUTURE"]


def test_a_seal_can_be_opened_without_its_lines() -> None:
    """As an audit does, which has the lines in entries and the time behind it."""
    lines = [line(1), line(2)]
    seal = submission_signature.verify_submission_signature(sealed(lines), find_key={KEY.kid: KEY.public}.get)
    assert (seal.iss, seal.aud, seal.size) == (USCC, ORIGIN, 2)
    assert seal.root == merkle.root_hash([merkle.leaf_hash(each) for each in lines])
