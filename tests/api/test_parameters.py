"""Query parameters are read in one spelling; what is not known or stands twice is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from starlette.requests import Request

from api.http.parameters import Asked, Parameter, choice, instant, number, read_query, size_or_instant, word
from api.http.problems import Problem
from domain.deadlines.calendar import CHINA

PARAMETERS: tuple[Parameter, ...] = (
    number("limit", "", least=1, most=500, example=50),
    word("item", "", example="C04"),
    word("index_of", "", example="a", pattern="[a-z]+"),
    choice("verdict", "", ("AUTHORIZED", "UNAUTHORIZED"), example="AUTHORIZED"),
    instant("from", "", ends=False, example="2026-04-01"),
    instant("to", "", ends=True, example="2026-04-01"),
    size_or_instant("as_of", "", example=41),
)


def asked(query: str, *parameters: Parameter) -> Asked:
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    return read_query(request, parameters or PARAMETERS)


def test_each_kind_of_value_is_read() -> None:
    values = asked("limit=500&item=C04&verdict=UNAUTHORIZED&as_of=41").values
    assert values == {"limit": 500, "item": "C04", "verdict": "UNAUTHORIZED", "as_of": 41}


def test_a_bare_date_is_a_day_in_shanghai_with_both_its_ends() -> None:
    values = asked("from=2026-04-01&to=2026-04-01").values
    assert values["from"] == dt.datetime(2026, 4, 1, tzinfo=CHINA)
    assert values["to"] == dt.datetime(2026, 4, 2, tzinfo=CHINA)


def test_a_time_keeps_its_offset_also_when_its_plus_was_not_escaped() -> None:
    at = dt.datetime(2026, 4, 1, 9, 30, tzinfo=CHINA)
    assert asked("from=2026-04-01T09:30:00%2B08:00").get("from") == at
    assert asked("from=2026-04-01T09:30:00+08:00").get("from") == at


def test_as_of_takes_a_size_or_a_time() -> None:
    assert asked("as_of=2026-04-01T09:30:00Z").get("as_of") == dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC)
    assert asked("as_of=2026-04-01").get("as_of") == dt.datetime(2026, 4, 1, 23, 59, 59, 999999, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("limit=0", "at least 1"),
        ("limit=501", "at most 500"),
        ("limit=+5", "decimal"),
        ("limit=05", "decimal"),
        ("limit=", "1 to 256 characters"),
        ("item=" + "x" * 257, "1 to 256 characters"),
        ("item=a%00b", "control character"),
        ("index_of=A", "form"),
        ("verdict=authorized", "one of AUTHORIZED"),
        ("from=2026-04-01T09:30:00", "offset"),
        ("from=2026-02-30", "day"),
        ("to=yesterday", "RFC 3339"),
        ("as_of=-1", "RFC 3339"),
        ("as_of=٣", "RFC 3339"),
        ("item=a&item=b", "stands twice"),
    ],
)
def test_a_value_in_another_spelling_is_refused_with_its_reason(query: str, why: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(query)
    assert refused.value.code == "PARAMETER_INVALID"
    assert why in refused.value.detail


def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(Problem) as refused:
        asked("itme=C04")
    assert refused.value.code == "PARAMETER_UNKNOWN"
    assert "item" in refused.value.detail


def test_a_required_parameter_may_not_be_missing() -> None:
    with pytest.raises(Problem, match="index is missing"):
        asked("", number("index", "", example=1, required=True))
