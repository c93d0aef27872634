"""Scorecards at the door: every number has the address of its rows, and they are as many."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

PATH = "/v1/scorecards"


def figures(told: Any, who: str, **params: Any) -> dict[str, dict[str, dict[str, Any]]]:
    rows = told.ask(PATH, who, limit=500, at_least=told.size - 1, **params)["rows"]
    return {row["organ"]: {each["measure"]: each for each in row["figures"]} for row in rows}


def follow(told: Any, who: str, address: str) -> int:
    """How many rows an address gives this caller."""
    parts = urlsplit(address)
    page = told.ask(parts.path, who, **dict(parse_qsl(parts.query)), include="count", limit=1)
    assert page["count_exact"]
    count: int = page["count"]
    return count


def served(told: Any) -> set[str]:
    return set(told.get("/openapi.json").json()["paths"])


@pytest.mark.parametrize(
    ("who", "params"),
    [
        ("数据局", {}),
        ("数据局", {"from": "2026-06-01", "to": "2026-06-30"}),
        ("民政厅", {}),
        ("自然资源厅", {"at": "2026-06-25T00:00:00+08:00", "as_of": "2026-06-24"}),
    ],
)
def test_every_address_gives_as_many_rows_as_its_number_says(told: Any, who: str, params: dict[str, str]) -> None:
    paths, wrong, followed = served(told), [], 0
    for organ, measured in figures(told, who, **params).items():
        for code, each in measured.items():
            for number, address in ((each["number"], each["rows"]), (each["of"], each["of_rows"])):
                if urlsplit(address).path in paths and (number or organ == told.uscc("民政厅")):
                    followed += 1
                    found = follow(told, who, address)
                    if found != number:
                        wrong.append(f"{organ} {code}: {number} counted, {found} rows at {address}")
    assert wrong == []
    assert followed > 20


def test_the_numbers_are_those_of_the_story(told: Any) -> None:
    cards = figures(told, "数据局")

    def stands(who: str, code: str) -> tuple[int, int]:
        each = cards[told.uscc(who)][code]
        return each["number"], each["of"]

    assert stands("民政厅", "USES_AUTHORIZED") == (240, 241)
    assert stands("民政厅", "USES_UNAUTHORIZED") == (1, 241)
    assert stands("市监局", "PROVIDED_USES_UNAUTHORIZED") == (1, 241)
    assert stands("民政厅", "FINDINGS_CORRECTED") == (1, 1)
    assert stands("公安厅", "ANSWERS_IN_TIME") == (1, 1)
    assert stands("住建厅", "FINDINGS_CRITICISED") == (1, 2)


def test_every_measure_says_what_it_means_and_nothing_is_summed_up(told: Any) -> None:
    body = told.ask(PATH, "数据局")
    codes = [measure["code"] for measure in body["measures"]]
    assert all(measure["formula_zh"] and measure["formula_en"] for measure in body["measures"])
    for row in body["rows"]:
        assert [each["measure"] for each in row["figures"]] == codes
        assert set(row) == {"organ", "name", "division", "figures"}
    assert [row["organ"] for row in body["rows"]] == sorted(row["organ"] for row in body["rows"])


def test_an_organ_has_its_own_card_an_authority_those_of_its_division_and_monitoring_all(told: Any) -> None:
    everyone = set(figures(told, "监察"))
    assert set(figures(told, "民政厅")) == {told.uscc("民政厅")}
    city = set(figures(told, "南京数据"))
    assert told.uscc("南京民政") in city
    assert told.uscc("民政厅") not in city
    assert {told.uscc("民政厅"), told.uscc("南京民政")} <= set(figures(told, "数据局")) <= everyone
    assert figures(told, "民政厅", organ=told.uscc("市监局")) == {}


def test_a_card_can_be_asked_of_one_organ_and_of_one_division(told: Any) -> None:
    assert set(figures(told, "数据局", organ=told.uscc("民政厅"))) == {told.uscc("民政厅")}
    assert told.uscc("南京民政") in figures(told, "数据局", division="320100")
    assert told.uscc("民政厅") not in figures(told, "数据局", division="320100")


@pytest.mark.parametrize(
    ("answer", "cases"),
    [("IN_TIME", {"2026-0001", "2026-0002", "2026-0003"}), ("ANSWERED", {"2026-0013", "2026-0014"}), ("LATE", set())],
)
def test_cases_are_found_by_how_they_stand_to_being_answered(told: Any, answer: str, cases: set[str]) -> None:
    found = {row["id"] for row in told.rows("/v1/cases", "数据局", answer=answer)}
    assert cases <= found
    assert not found & ({"2026-0001", "2026-0002", "2026-0003", "2026-0013", "2026-0014"} - cases)
