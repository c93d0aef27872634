"""One scope within another, one division within another (10.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.vocabulary.divisions import common_division, covers, province_of
from domain.vocabulary.scopes import beyond
from domain.vocabulary.values import Purpose, Subjects, Term, Users
from tests.support.story import DUTY, FIELDS, OTHER_DUTY, scope


@pytest.mark.parametrize(
    ("division", "other", "expected"),
    [
        ("320000", "320100", True),
        ("320000", "320583", True),
        ("320500", "320583", True),
        ("320500", "320501", True),
        ("320100", "320000", False),
        ("320500", "320600", False),
        ("320583", "320584", False),
        ("320000", "330100", False),
        ("320583", "320583", True),
    ],
)
def test_a_division_covers_itself_and_those_below_it(division: str, other: str, expected: bool) -> None:
    assert covers(division, other) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("320000", "320000", "320000"),
        ("320583", "320583", "320583"),
        ("320583", "320581", "320500"),
        ("320583", "320500", "320500"),
        ("320500", "320600", "320000"),
        ("320583", "320000", "320000"),
    ],
)
def test_parties_of_two_divisions_meet_at_the_lowest_level_above_both(one: str, other: str, expected: str) -> None:
    assert common_division(one, other) == common_division(other, one) == expected


def test_every_division_has_its_province() -> None:
    assert province_of("320583") == "320000"


def test_a_scope_lies_within_itself() -> None:
    assert beyond(scope(), scope()) == ()


@pytest.mark.parametrize(
    ("member", "wider"),
    [
        ("items", {"items": ("C04", "C05")}),
        ("fields", {"fields": (*FIELDS, "phone")}),
        ("subjects", {"subjects": Subjects(divisions=("320000", "330000"))}),
        ("purposes", {"purposes": (Purpose(code="P1", text=""), Purpose(code="P9", text=""))}),
        ("duty_bases", {"duty_bases": (DUTY, OTHER_DUTY)}),
        ("users", {"users": Users(units=("社会救助处", "财务处"))}),
        ("term", {"term": Term(from_=date(2025, 12, 31), to=date(2026, 12, 31))}),
        ("term", {"term": Term(from_=date(2026, 1, 1), to=date(2027, 1, 1))}),
    ],
)
def test_each_member_is_compared(member: str, wider: dict[str, Any]) -> None:
    assert beyond(scope(items=("C04",), **wider) if member != "items" else scope(**wider), scope(items=("C04",))) == (
        member,
    )


def test_no_posts_named_means_all_of_them() -> None:
    some = scope(users=Users(units=("社会救助处",), posts=("经办岗-01",)))
    assert beyond(some, scope()) == ()
    assert beyond(scope(), some) == ("users",)


def test_population_network_way_and_frequency_are_not_compared() -> None:
    other = replace(scope(), network="INTERNET", way="MEDIUM", frequency="每日")
    assert beyond(other, scope()) == ()
    populated = scope(subjects=Subjects(divisions=("320100",), population="低保对象"))
    assert beyond(populated, scope()) == ()


def test_what_a_scope_leaves_out_is_not_compared() -> None:
    assert beyond(scope(), scope(items=("C04",))) == ()
