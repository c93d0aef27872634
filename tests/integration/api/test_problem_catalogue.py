"""Every code that somebody can be answered with has its entry, and every entry is a code that somebody raises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.problem_catalogue import CATALOGUE
from domain.reasons.refusals import CODES

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+")
RAISERS = {
    "Malformed", "SignatureRejected", "Refusal", "Problem", "ProblemFault", "_Fault",
    "field_error", "_fault", "_alone", "_conflict", "_of_faults", "decode_base64", "decode_decimal",
}  # fmt: skip

SHELL = {"cli", "demo", "audit"}  # what these say, they say to somebody at a shell

# Each of these is turned into another code before anybody is answered, or told at a shell.
VERIFIERS = """
BUNDLE_MALFORMED CHECKPOINT_MALFORMED COSIGNATURE_MALFORMED ENTRY_MALFORMED NOTE_MALFORMED PROOF_MALFORMED
RECEIPT_MALFORMED VKEY_MALFORMED VKEY_UNSUPPORTED
"""
SHELLS = """
AUDITOR_KEYS_INVALID KEY_FILE_EXISTS KEY_FILE_EXPOSED KEY_FILE_MALFORMED KEY_FILE_MISSING KEY_FILE_UNREADABLE
LEDGER_MISSING PASSPHRASE_EMPTY PASSPHRASE_MISSING PASSPHRASE_UNUSED PASSPHRASE_WRONG SIGNING_KEYS_INCOMPLETE
SIGNING_KEYS_FOREIGN SIGNING_KEY_EXPOSED SIGNING_KEY_MALFORMED
"""
INSIDE = {
    "BASE64URL_INVALID": "in a signature: SIGNATURE_MALFORMED, PAYLOAD_MALFORMED, TOKEN_INVALID",
    "JWS_MALFORMED": "in a signature: SIGNATURE_MALFORMED, TOKEN_INVALID",
    "TILE_PATH_MALFORMED": "NOT_FOUND",
    **dict.fromkeys(("KEY_INVALID", "KEY_PRIVATE", "KEY_WEAK"), "in key.authorised: FIELD_INVALID"),
    **dict.fromkeys(VERIFIERS.split(), "what a verifier reads, never what a server is sent"),
    **dict.fromkeys(SHELLS.split(), "at a shell"),
}


ROOMS = ("formats", "ledger", "domain", "replay", "projections", "api")
FROM_THE_ROUTER = {"METHOD_NOT_ALLOWED", "NOT_FOUND"}


def raised(*rooms: str) -> Iterator[tuple[str, str]]:
    """Every code that stands as a literal where an error is made, with its file."""
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            if SHELL.intersection(file.parts):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in RAISERS:
                    for value in [*node.args[:2], *(each.value for each in node.keywords if each.arg == "code")]:
                        if isinstance(value, ast.Constant) and CODE.fullmatch(str(value.value)):
                            yield str(value.value), str(file.relative_to(ROOT))


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_every_code_that_is_raised_is_in_the_catalogue_or_stays_inside() -> None:
    unknown = {(code, file) for code, file in raised(*ROOMS) if code not in {*CATALOGUE, *INSIDE}}
    assert not unknown


def test_no_code_is_in_the_catalogue_that_nobody_raises() -> None:
    literals = {code for code, _ in raised(*ROOMS)}
    sources = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "api").rglob("*.py") if "catalogue" not in file.name
    )
    idle = {code for code in CATALOGUE if code not in literals and f'"{code}"' not in sources and code not in CODES}
    assert not idle


def test_what_stays_inside_is_not_in_the_catalogue() -> None:
    assert not set(INSIDE) & set(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_kind_of_problem_says_in_both_languages_what_it_is_and_what_to_do(code: str) -> None:
    kind = CATALOGUE[code]
    assert kind.status in {400, 401, 403, 404, 405, 406, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503}
    assert all(re.search("[一-鿿]", text) for text in (kind.zh, kind.next_zh))
    assert kind.en.isascii()
    assert kind.next_en.endswith(".")
    assert kind.retryable == (kind.status in {408, 429, 503} and code != "PROJECTION_STOPPED")


def test_refusals_of_the_law_answer_422_and_a_reused_id_409() -> None:
    assert {CATALOGUE[code].status for code in CODES if code != "ID_REUSED"} == {422}
    assert CATALOGUE["ID_REUSED"].status == 409
