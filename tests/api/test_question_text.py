"""How a question is told in the record of a read: whole, unless it could not stand there."""

from __future__ import annotations

from api.own_records.read_audit import question_text


def test_a_question_that_no_text_could_hold_is_cut() -> None:
    units = [str(number) + "&" * 126 for number in range(9)]
    told = question_text("/v1/access", [("unit", unit) for unit in units])
    assert len(told) == 3000
    assert told.startswith("/v1/access?unit=0%26%26")
    assert told.endswith("…")
