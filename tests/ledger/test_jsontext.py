"""The strict JSON reader against the standard library's, on every spelling of the same value."""

from __future__ import annotations

import json
import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.errors import Malformed
from ledger import ijson

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r"), max_size=8)
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    LEAVES | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)


@given(OBJECTS)
def test_every_spelling_of_an_object_is_read_alike(value: dict[str, Any]) -> None:
    spellings = (
        orjson.dumps(value),
        json.dumps(value).encode(),
        json.dumps(value, ensure_ascii=False, indent=1).encode(),
    )
    for text in spellings:
        assert ijson.read_object(text) == json.loads(text)


@given(OBJECTS, st.sampled_from([orjson.dumps, lambda value: json.dumps(value).encode()]))
def test_a_doubled_member_is_found_at_any_depth(value: dict[str, Any], spell: Any) -> None:
    inner = spell({"twice": 1, "between": value})
    doubled = inner[:-1] + b',"twice":1}'
    with pytest.raises(Malformed) as refused:
        ijson.read_object(b'{"value":%b,"list":[0,%b]}' % (spell(value), doubled))
    assert (refused.value.code, refused.value.pointer) == ("DUPLICATE_KEY", "/list/1/twice")


@given(st.binary(max_size=64))
def test_no_bytes_raise_anything_but_malformed(text: bytes) -> None:
    for spelling in (text, b"{" + text, b'{"a":' + text + b"}"):
        try:
            value = ijson.read_object(spelling)
        except Malformed:
            continue
        assert value == json.loads(spelling)


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_every_control_character_and_half_pair_is_refused_but_tab_and_line_ends(code: int) -> None:
    text = b'{"a":["\\u%04x"]}' % code
    if chr(code) in "\t\n\r":
        assert ijson.read_object(text) == {"a": [chr(code)]}
        return
    with pytest.raises(Malformed) as refused:
        ijson.read_object(text)
    assert (refused.value.code, refused.value.pointer) == ("TEXT_INVALID", "/a/0")


@pytest.mark.parametrize("text", ["\u00a0", "\ufeff", "\uffff", "\u202e", "\U0010ffff", "·", "é"])
def test_other_characters_are_taken_raw_and_escaped(text: str) -> None:
    for spelling in (json.dumps({"a": text}), json.dumps({"a": text}, ensure_ascii=False)):
        assert ijson.read_object(spelling.encode()) == {"a": text}


def test_a_pointer_can_be_written_whatever_the_name_was() -> None:
    pointer = ijson.pointer_to("a/b~c", 3, "\ud800")
    assert pointer == "/a~1b~0c/3/\\ud800"
    assert orjson.dumps(pointer)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":' + b"[" * 16_000 + b"]" * 16_000 + b"}",
        b'{"a":' * 6_000,
        b"[" * 32_000,
        b"[" * 40 + b'"' + b'\\"' * 16_000 + b"\\",
        b'{"a":' + b'"[" ' * 8_000,
        b'{"a":"' + b"\\u001" * 6_000 + b'"}',
        b"{" + b",".join(b'"%d":0' % n for n in range(3_000)) + b',"2999":0}',
        b'{"a":' + b"9" * 32_000 + b"}",
    ],
    ids=["nested", "nested, cut off", "brackets", "unclosed", "strings", "escapes", "many members", "many digits"],
)
def test_a_hostile_text_is_refused_in_no_time(text: bytes) -> None:
    start = time.perf_counter()
    with pytest.raises(Malformed):
        ijson.read_object(text)
    assert time.perf_counter() - start < 0.5
