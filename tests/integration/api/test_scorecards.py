"""Scorecards at the door: every number has the address of its rows, and they are as many."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

PATH = "/v1/scorecards"


def figures(story_ledger: Any, who: str, **params: Any) -> dict[str, dict[str, dict[str, Any]]]:
    rows = story_ledger.ask(PATH, who, limit=500, at_least=story_ledger.size - 1, **params)["rows"]
    return {row["organ"]: {each["measure"]: each for each in row["figures"]} for row in rows}


def follow(story_ledger: Any, who: str, address: str) -> int:
    """How many rows an address gives this caller."""
    parts = urlsplit(address)
    page = story_ledger.ask(parts.path, who, **dict(parse_qsl(parts.query)), include="count", limit=1)
    assert page["count_exact"]
    count: int = page["count"]
    return count


def served(story_ledger: Any) -> set[str]:
    return set(story_ledger.get("/openapi.json").json()["paths"])


@pytest.mark.parametrize(
    ("who", "params"),
    [
        ("数据局", {}),
        ("数据局", {"from": "2026-06-01", "to": "2026-06-30"}),
        ("民政厅", {}),
        ("自然资源厅", {"at": "2026-06-25T00:00:00+08:00", "as_of": "2026-06-24"}),
    ],
)
def test_every_address_gives_as_many_rows_as_its_number_says(
    story_ledger: Any, who: str, params: dict[str, str]
) -> None:
    paths, wrong, followed = served(story_ledger), [], 0
    for organ, measured in figures(story_ledger, who, **params).items():
        for code, each in measured.items():
            for number, address in ((each["number"], each["rows"]), (each["of"], each["of_rows"])):
                if urlsplit(address).path in paths and (number or organ == story_ledger.uscc("民政厅")):
                    followed += 1
                    found = follow(story_ledger, who, address)
                    if found != number:
                        wrong.append(f"{organ} {code}: {number} counted, {found} rows at {address}")
    assert wrong == []
    assert followed > 20


def test_the_numbers_are_those_of_the_story(story_ledger: Any) -> None:
    cards = figures(story_ledger, "数据局")

    def stands(who: str, code: str) -> tuple[int, int]:
        each = cards[story_ledger.uscc(who)][code]
        return each["number"], each["of"]

    assert stands("民政厅", "USES_AUTHORIZED") == (240, 241)
    assert stands("民政厅", "USES_UNAUTHORIZED") == (1, 241)
    assert stands("市监局", "PROVIDED_USES_UNAUTHORIZED") == (1, 241)
    assert stands("民政厅", "FINDINGS_CORRECTED") == (1, 1)
    assert stands("公安厅", "ANSWERS_IN_TIME") == (1, 1)
    assert stands("住建厅", "FINDINGS_CRITICISED") == (1, 2)


def test_every_measure_says_what_it_means_and_nothing_is_summed_up(story_ledger: Any) -> None:
    body = story_ledger.ask(PATH, "数据局")
    codes = [measure["code"] for measure in body["measures"]]
    assert all(measure["formula_zh"] and measure["formula_en"] for measure in body["measures"])
    for row in body["rows"]:
        assert [each["measure"] for each in row["figures"]] == codes
        assert set(row) == {"organ", "name", "division", "figures"}
    assert [row["organ"] for row in body["rows"]] == sorted(row["organ"] for row in body["rows"])


def test_an_organ_has_its_own_card_an_authority_those_of_its_division_and_monitoring_all(story_ledger: Any) -> None:
    everyone = set(figures(story_ledger, "监察"))
    assert set(figures(story_ledger, "民政厅")) == {story_ledger.uscc("民政厅")}
    city = set(figures(story_ledger, "南京数据"))
    assert story_ledger.uscc("南京民政") in city
    assert story_ledger.uscc("民政厅") not in city
    assert (
        {story_ledger.uscc("民政厅"), story_ledger.uscc("南京民政")} <= set(figures(story_ledger, "数据局")) <= everyone
    )
    assert figures(story_ledger, "民政厅", organ=story_ledger.uscc("市监局")) == {}


def test_a_card_can_be_asked_of_one_organ_and_of_one_division(story_ledger: Any) -> None:
    assert set(figures(story_ledger, "数据局", organ=story_ledger.uscc("民政厅"))) == {story_ledger.uscc("民政厅")}
    assert story_ledger.uscc("南京民政") in figures(story_ledger, "数据局", division="320100")
    assert story_ledger.uscc("民政厅") not in figures(story_ledger, "数据局", division="320100")


@pytest.mark.parametrize(
    ("answer", "cases"),
    [("IN_TIME", {"2026-0001", "2026-0002", "2026-0003"}), ("ANSWERED", {"2026-0013", "2026-0014"}), ("LATE", set())],
)
def test_cases_are_found_by_how_they_stand_to_being_answered(story_ledger: Any, answer: str, cases: set[str]) -> None:
    found = {row["id"] for row in story_ledger.rows("/v1/cases", "数据局", answer=answer)}
    assert cases <= found
    assert not found & ({"2026-0001", "2026-0002", "2026-0003", "2026-0013", "2026-0014"} - cases)
