"""One spelling per value: what each written form takes, and what it does not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from domain.codec.scalars import FieldErrors, scalar_decoder
from domain.vocabulary.values import Form

TAKEN: list[tuple[Form, Any, Any]] = [
    (Form.TEXT, "社会救助家庭经济状况核对\n第二行", "社会救助家庭经济状况核对\n第二行"),
    (Form.TEXT, "字" * 4000, "字" * 4000),
    (Form.ID, "2026-0001", "2026-0001"),
    (Form.ID, "经办岗-03", "经办岗-03"),
    (Form.ID, "核对 系统 2", "核对 系统 2"),
    (Form.ID, "x" * 128, "x" * 128),
    (Form.ITEM, "307/000001", "307/000001"),
    (Form.STREAM, "item/307/000001", "item/307/000001"),
    (Form.STREAM, "ledger/ledger.example/jiangsu", "ledger/ledger.example/jiangsu"),
    (Form.STREAM, "party/113200000000000195", "party/113200000000000195"),
    (Form.STREAM, "authority/320000", "authority/320000"),
    (Form.USCC, "113200000000000195", "113200000000000195"),
    (Form.SOURCE, "urn:uscc:113200000000000195", "urn:uscc:113200000000000195"),
    (Form.DIV, "320583", "320583"),
    (Form.DIGEST, "0123456789abcdef" * 4, "0123456789abcdef" * 4),
    (Form.KEY_BYTES, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    (Form.DATE, "2024-02-29", dt.date(2024, 2, 29)),
    (Form.TS, "2026-03-25T09:12:00Z", dt.datetime(2026, 3, 25, 9, 12, tzinfo=dt.UTC)),
    (Form.TS, "2026-03-25T09:12:00.123456789+08:00", dt.datetime.fromisoformat("2026-03-25T09:12:00.123456+08:00")),
    (Form.DECIMAL, "0", Decimal("0")),
    (Form.DECIMAL, "1200.50", Decimal("1200.50")),
    (Form.INT, 0, 0),
    (Form.INT, 2**53 - 1, 2**53 - 1),
    (Form.BOOL, False, False),
]

INVALID: list[tuple[Form, Any]] = [
    (Form.TEXT, "字" * 4001),
    (Form.TEXT, "a\x00b"),
    (Form.TEXT, "a\u202eb"),
    (Form.TEXT, "\ud800"),
    (Form.TEXT, ["text"]),
    (Form.ID, "x" * 129),
    (Form.ID, " x"),
    (Form.ID, "x\n"),
    (Form.ID, "a\u200bb"),
    (Form.ID, "e\u0301"),
    (Form.ID, 1),
    (Form.ID, {"id": "x"}),
    (Form.STREAM, "request"),
    (Form.STREAM, "use/" + "x" * 129),
    (Form.STREAM, "use/" + "x" * 137),
    (Form.STREAM, "Request/1"),
    (Form.STREAM, "request/a b"),
    (Form.STREAM, "authority/3200"),
    (Form.STREAM, "party/113200000000000196"),
    (Form.USCC, "urn:uscc:113200000000000195"),
    (Form.USCC, "113200000000000196"),
    (Form.SOURCE, "113200000000000195"),
    (Form.SOURCE, "urn:uscc:113200000000000196"),
    (Form.DIV, "32000"),
    (Form.DIV, "32000０"),
    (Form.DIV, 320000),
    (Form.DIGEST, "A" * 64),
    (Form.DIGEST, "a" * 63),
    (Form.DIGEST, "a" * 65),
    (Form.KEY_BYTES, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"),
    (Form.KEY_BYTES, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
    (Form.KEY_BYTES, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    (Form.KEY_BYTES, "AAAA"),
    (Form.DATE, "2026-02-29"),
    (Form.DATE, "20260225"),
    (Form.DATE, "2026-W09-3"),
    (Form.DATE, "2026-2-25"),
    (Form.DATE, "２026-02-25"),
    (Form.DATE, "2026-02-25\n"),
    (Form.TS, "2026-03-25T09:12:00"),
    (Form.TS, "2026-03-25T09:12+08:00"),
    (Form.TS, "2026-03-25 09:12:00+08:00"),
    (Form.TS, "2026-03-25T09:12:00-00:00"),
    (Form.TS, "2026-03-25T24:00:00+08:00"),
    (Form.TS, "2026-03-25t09:12:00z"),
    (Form.DECIMAL, "01"),
    (Form.DECIMAL, "-1"),
    (Form.DECIMAL, "1.234"),
    (Form.DECIMAL, "1e3"),
    (Form.DECIMAL, 12),
    (Form.INT, True),
    (Form.INT, 1.0),
    (Form.INT, "1"),
    (Form.INT, -1),
    (Form.INT, 2**53),
    (Form.BOOL, 1),
    (Form.BOOL, "true"),
]


@pytest.mark.parametrize(("form", "raw", "value"), TAKEN)
def test_a_value_in_its_form_is_taken(form: Form, raw: object, value: object) -> None:
    assert scalar_decoder(form)(raw) == value


@pytest.mark.parametrize(("form", "raw"), INVALID)
def test_any_other_spelling_is_invalid(form: Form, raw: object) -> None:
    read = scalar_decoder(form)(raw)
    assert isinstance(read, FieldErrors)
    assert [each.code for each in read] == ["FIELD_INVALID"]


@pytest.mark.parametrize("raw", ["", " ", "\n\t", "\u3000"])
def test_an_empty_text_is_missing_not_invalid(raw: str) -> None:
    read = scalar_decoder(Form.TEXT)(raw)
    assert isinstance(read, FieldErrors)
    assert [each.code for each in read] == ["FIELD_MISSING"]


def test_an_empty_identifier_is_missing_not_invalid() -> None:
    read = scalar_decoder(Form.ID)("")
    assert isinstance(read, FieldErrors)
    assert [each.code for each in read] == ["FIELD_MISSING"]
