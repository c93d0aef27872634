"""The page of rule sets is written from the data, with the mark beside every number."""

from __future__ import annotations

from dataclasses import fields

import pytest

from docs import generate_rule_sets
from domain.rules.bundled import load_rule_sets
from domain.rules.rule_set import CLOCKED, NUMBERS, SETTINGS, RuleSettings

PAGE = generate_rule_sets.PAGE.read_text(encoding="utf-8")


def test_the_page_of_rule_sets_is_current() -> None:
    assert generate_rule_sets.page() == PAGE, "run: python -m docs.generate_rule_sets"


@pytest.mark.parametrize("rule_set", load_rule_sets())
def test_every_number_stands_on_the_page_with_its_mark(rule_set: str) -> None:
    section = PAGE.split(f"\n## {rule_set}\n")[1].split("\n## ")[0]
    rows = {line.split(" | ")[0].strip("| `"): line for line in section.splitlines() if line.startswith("| `")}
    for name, number in load_rule_sets()[rule_set].numbers.items():
        cells = rows[name].split(" | ")
        assert (cells[2], cells[4]) == ("none" if number.value is None else str(number.value), number.certainty)
        assert cells[6] == "nobody"


def test_every_setting_is_explained_and_none_that_does_not_exist() -> None:
    assert set(SETTINGS) == {each.name for each in fields(RuleSettings)}


def test_the_numbers_by_which_a_clock_runs_are_among_those_a_rule_set_gives() -> None:
    assert set(NUMBERS) >= CLOCKED
