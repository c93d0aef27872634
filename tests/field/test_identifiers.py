"""Identifiers look like themselves: no second post, item or system can look like the first (Unicode TS 39)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest

from domain.codec.json_schema import data_schema
from domain.codec.scalars import FieldErrors, scalar_decoder
from domain.events import PartyOfficerAppointed
from domain.vocabulary.values import Form
from replay.codec import decode

LOOKALIKES = {
    "full-width digit": "岗-\uff11",
    "full-width letter": "\uff21ystem",
    "full-width bracket": "岗\uff08一\uff09",
    "ideographic space": "岗\u3000一",
    "no-break space": "岗\u00a01",
    "zero-width space": "岗\u200b1",
    "zero-width joiner": "岗\u200d1",
    "variation selector": "岗\ufe00",
    "supplementary variation selector": "岗\U000e0101",
    "tag": "岗\U000e0041",
    "soft hyphen": "岗\u00ad1",
    "Hangul filler": "岗\u3164",
    "byte-order mark": "\ufeff岗",
    "override": "岗\u202e1",
    "compatibility ideograph": "\uf967岗",
    "unified ideograph of the compatibility block": "\ufa0e岗",
    "supplementary compatibility ideograph": "\U0002f800岗",
    "Kangxi radical": "\u2f00岗",
    "radical": "\u2e81岗",
    "circled digit": "岗\u2460",
    "Roman numeral": "岗\u2163",
    "superscript": "岗\u00b2",
    "Arabic digit": "岗-\u0661",
    "Cyrillic letter": "\u0420-1",
    "Greek letter": "\u0391-1",
    "combining mark": "e\u0301",
    "composed letter": "\u00e9",
    "katakana that looks like one": "岗\u30fc",
    "dash that looks like one": "岗\u2014",
    "hyphen that looks like ASCII's": "岗\u20101",
    "comma that looks like an ideograph": "岗\u30011",
    "two spaces": "岗  1",
    "space at the end": "岗 ",
    "line feed": "岗\n1",
    "private use": "岗\ue000",
    "unassigned": "岗\U0003ffff",
}
USUAL = (
    "责任岗-01",
    "苏政裁〔2026〕1号",
    "《目录》·「甲」【乙】",
    "二〇二六",
    "人々",
    "𠮷野岗",
    "SX-4401/a_b.c~(1)",
    "a b",
)
READ = scalar_decoder(Form.POST)
PATTERN = re.compile(data_schema(PartyOfficerAppointed)[1]["post"]["pattern"])


@pytest.mark.parametrize("text", LOOKALIKES.values(), ids=LOOKALIKES)
def test_what_can_look_like_another_is_refused(text: str) -> None:
    refused = READ(text)
    assert isinstance(refused, FieldErrors)
    assert [each.code for each in refused] == ["FIELD_INVALID"]
    assert refused[0].next_step


@pytest.mark.parametrize("text", USUAL)
def test_what_posts_items_and_systems_are_called_is_taken(text: str) -> None:
    assert READ(text) == text
    assert PATTERN.search(text)


def test_the_character_is_named_and_its_usual_form_given() -> None:
    (refused,) = READ("岗-\uff11")  # type: ignore[misc]
    assert (refused.detail, refused.next_step) == (
        "U+FF11 FULLWIDTH DIGIT ONE cannot stand in an identifier",
        "Write '1'.",
    )


def test_every_character_that_is_taken_is_its_own_compatibility_form() -> None:
    taken = [char for char in map(chr, range(0x21, 0x110000)) if READ(char) == char]
    assert len(taken) > 90_000
    assert [char for char in taken if unicodedata.normalize("NFKC", char) != char] == []


@pytest.mark.parametrize("member", ["post", "officer", "unit"])
def test_every_identifier_of_a_record_is_looked_at(member: str) -> None:
    data: dict[str, Any] = {"post": "岗", "officer": "岗-2", "unit": "处", "responsible": False, "from": "2026-03-02"}
    kind = "sharing.party.officer_appointed.v1"
    assert not isinstance(decode(kind, data), tuple)
    assert isinstance(decode(kind, data | {member: "岗\uff11"}), tuple)
