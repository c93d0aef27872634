"""Query parameters are read in one spelling; what is not known or occurs twice is refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import pytest
from pydantic import Field, ValidationError
from starlette.datastructures import QueryParams

from api.http.model import LARGEST
from api.http.parameters import Query, choice, instant, number, size_or_instant, word
from api.http.problems import Problem
from api.http.validation import problem_of, repeated
from api.read.access import AccessQuery
from domain.deadlines.calendar import CHINA


class Shared(Query):
    as_of: Annotated[int | dt.datetime | None, size_or_instant("as_of")] = None
    limit: Annotated[int, number("limit", least=1, most=500)] = 50


class Asked(Shared):
    item: Annotated[str | None, word()] = None
    index_of: Annotated[str | None, word("[a-z]+")] = None
    verdict: Annotated[str | None, choice(("AUTHORIZED", "UNAUTHORIZED"))] = None
    from_: Annotated[dt.datetime | None, instant(ends=False), Field(alias="from")] = None
    to: Annotated[dt.datetime | None, instant(ends=True)] = None
    entry: Annotated[int | None, number("entry")] = None


class Needed(Query):
    index: Annotated[int, number("index")]


def asked(query: str, model: type[Query] = Asked) -> Query:
    """What FastAPI makes of a query string: of two values it keeps the last."""
    items = QueryParams(query).multi_items()
    try:
        found = model.model_validate(dict(items))
    except ValidationError as invalid:
        faults = [{**each, "loc": ("query", *each["loc"])} for each in invalid.errors()]
        raise problem_of(items, model, faults) from invalid
    if len(items) > len(dict(items)):
        raise repeated("one")
    return found


def test_each_kind_of_value_is_read() -> None:
    values = asked("limit=500&item=C04&verdict=UNAUTHORIZED&as_of=41").model_dump(exclude_unset=True)
    assert values == {"limit": 500, "item": "C04", "verdict": "UNAUTHORIZED", "as_of": 41}


def test_a_bare_date_is_a_day_in_shanghai_with_both_its_ends() -> None:
    values = asked("from=2026-04-01&to=2026-04-01").model_dump()
    assert values["from_"] == dt.datetime(2026, 4, 1, tzinfo=CHINA)
    assert values["to"] == dt.datetime(2026, 4, 2, tzinfo=CHINA)


@pytest.mark.parametrize("plus", ["%2B", "+"])
def test_a_time_keeps_its_offset_also_when_its_plus_was_not_escaped(plus: str) -> None:
    at = dt.datetime(2026, 4, 1, 9, 30, tzinfo=CHINA)
    assert asked(f"from=2026-04-01T09:30:00{plus}08:00").model_dump()["from_"] == at


def test_as_of_takes_a_size_or_a_time() -> None:
    times = {
        "2026-04-01T09:30:00Z": dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC),
        "2026-04-01": dt.datetime(2026, 4, 1, 23, 59, 59, 999999, tzinfo=CHINA),
    }
    assert {each: asked(f"as_of={each}").model_dump()["as_of"] for each in times} == times


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("limit=0", "limit: it is at least 1 and at most 500"),
        ("limit=501", "at most 500"),
        ("limit=+5", "decimal"),
        ("limit=05", "decimal"),
        ("limit=", "1 to 256 characters"),
        (f"entry={LARGEST + 1}", f"at most {LARGEST}"),
        ("item=" + "x" * 257, "1 to 256 characters"),
        ("item=a%00b", "control character"),
        ("index_of=A", "form"),
        ("verdict=authorized", "one of AUTHORIZED"),
        ("from=2026-04-01T09:30:00", "offset"),
        ("from=2026-02-30", "day"),
        ("to=yesterday", "RFC 3339"),
        ("as_of=-1", "RFC 3339"),
        ("as_of=٣", "RFC 3339"),
        ("item=a&item=b", "occurs twice"),
        ("limit=0&limit=1", "occurs twice"),
        ("limit=1&limit=0", "limit occurs twice"),
        ("to=x&limit=0", "to: "),
        ("limit=0&to=x", "limit: "),
    ],
)
def test_a_value_in_another_spelling_is_refused_with_its_reason(query: str, why: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(query)
    assert refused.value.code == "PARAMETER_INVALID"
    assert why in refused.value.detail


@pytest.mark.parametrize("name", ["itme", "from_", "", "Limit"])
def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named_its_own_first(name: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(f"{name}=C04&limit=0")
    assert refused.value.code == "PARAMETER_UNKNOWN"
    assert "it takes: item, index_of, verdict, from, to, entry, as_of, limit." in refused.value.detail


def test_what_stands_first_in_the_query_is_told_first() -> None:
    with pytest.raises(Problem, match="limit: "):
        asked("limit=0&itme=C04")


def test_a_required_parameter_may_not_be_missing() -> None:
    with pytest.raises(Problem, match="index is missing"):
        asked("", Needed)


def test_a_question_names_its_own_parameters_before_those_of_every_question() -> None:
    names = AccessQuery.names()
    assert names[:2] == ["kind", "item"]
    assert names[-7:] == ["as_of", "at", "at_least", "inspection", "cursor", "limit", "include"]
