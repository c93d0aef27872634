"""The page of the Order says of every article what holds it: written from the data, and complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from docs import generate_law
from docs.shown_by import showing, shown
from domain.events import EVENTS
from domain.judgement.tables import ROWS
from domain.reasons.catalogue import CATALOGUE
from domain.rules.bundled import load_order
from domain.vocabulary.articles import Mark
from domain.vocabulary.provisions import place_of, provisions

PAGE = generate_law.PAGE.read_text(encoding="utf-8")
ORDER = load_order()
NUMBERS = range(1, 36)
LINK = re.compile(r"\[([^\]]+)\]\(\.\./\.\./(tests/domain/test_\w+\.py)\)")
ROOT = Path(__file__).parents[2]


def section(number: int) -> str:
    return PAGE.split(f"\n## Art. {number}\n")[1].split("\n## ")[0]


def without_tests(page: str) -> str:
    return re.sub(rf"{LINK.pattern}(; {LINK.pattern})*", "tests", page)


def test_the_page_of_the_order_is_current_whichever_of_its_tests_it_names() -> None:
    assert without_tests(generate_law.page()) == without_tests(PAGE), "run: python -m docs.generate_law"


def named_with_tests() -> Iterator[tuple[str, str, str]]:
    """Each event, reason and row of the page with the tests that stand beside it: name, sentence, file."""
    for line in PAGE.splitlines():
        entry = re.match(r"- \[([\w.]+)\]\((?:events|reasons)\.md#", line) or re.match(r"\| (\w+) \| .* \|$", line)
        if entry is not None:
            yield from ((entry[1], sentence, path) for sentence, path in LINK.findall(line))


def test_every_test_beside_an_event_reason_or_row_shows_it() -> None:
    shows = {(name, test.sentence, f"tests/domain/{test.path.name}") for test in shown() for name in test.names}
    beside = set(named_with_tests())
    assert {name for name, _, _ in beside} == {*EVENTS, *CATALOGUE, *ROWS}
    assert beside - shows == set()


def test_every_article_has_a_row_and_is_either_held_or_told_why_it_is_outside() -> None:
    assert [article.number for article in ORDER.articles] == list(NUMBERS)
    rows = re.findall(r"^\| (?:\[(\d+)\]\(#art-\d+\)|(\d+)) \|", PAGE, re.MULTILINE)
    assert [int(linked or plain) for linked, plain in rows] == list(NUMBERS)
    for article in ORDER.articles:
        assert (f"\n## Art. {article.number}\n" in PAGE) is not article.outside
        assert article.outside is (PAGE.count(f"\n| {article.number} | ") == 1)


def test_an_article_outside_names_no_event_and_no_reason_that_would_hold_it() -> None:
    named = {number for made in EVENTS.values() for number, _ in provisions(made.law)}
    named |= {number for entry in CATALOGUE.values() for number, _ in provisions(entry.grounds)}
    assert [article.number for article in ORDER.articles if article.outside is (article.number in named)] == []


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_stands_under_each_article_it_names(name: str) -> None:
    for number, _ in provisions(EVENTS[name].law):
        assert f"\n- [{name}](events.md#" in section(number)


@pytest.mark.parametrize("reason", CATALOGUE)
def test_every_reason_stands_under_each_article_it_rests_on(reason: str) -> None:
    entry = next(entry for code, entry in CATALOGUE.items() if code == reason)
    for number, _ in provisions(entry.grounds):
        assert f"\n- [{reason}](reasons.md#{reason.lower()})" in section(number)


def test_a_paragraph_that_an_event_or_reason_names_is_one_that_is_summarised() -> None:
    for entry in (*(made.law for made in EVENTS.values()), *(each.grounds for each in CATALOGUE.values())):
        for number, place in provisions(entry):
            known = {paragraph.place for paragraph in ORDER.articles[number - 1].paragraphs}
            assert not place.startswith("¶") or place in known or known == {""}, (number, place)


def test_every_provision_named_is_one_of_the_order_or_of_a_law_that_is_named() -> None:
    named = {each for made in EVENTS.values() for each in made.law}
    named |= {each for entry in CATALOGUE.values() for each in entry.grounds}
    others = {provision for provision in named if place_of(provision) is None}
    assert others == {
        "Secrecy Law 2024 Art. 31",
        "Disclosure Regs 2019 Art. 10",
        "Disclosure Regs 2019 Arts 14, 15",
        "国发〔2016〕51号",
        "国令809 Art. 25",
        "实施条例 2024 Art. 25",
        "实施条例 2024 Art. 26",
    }


@pytest.mark.parametrize(
    ("provision", "place"),
    [
        ("A14", (14, "")),
        ("A18 ¶1", (18, "¶1")),
        ("A19 ¶2 A", (19, "¶2")),
        ("33(三)", (33, "三")),
        ("国令809 Art. 25", None),
    ],
)
def test_a_provision_is_read_to_article_and_paragraph(provision: str, place: tuple[int, str] | None) -> None:
    assert place_of(provision) == place


def test_only_the_first_six_articles_are_confirmed_in_chinese() -> None:
    assert [article.number for article in ORDER.articles if article.mark is Mark.CONFIRMED] == [1, 2, 3, 4, 5, 6]


def test_every_test_named_on_the_page_exists() -> None:
    named = set(LINK.findall(PAGE))
    assert len(named) > len(CATALOGUE)
    assert [each for each in named if f"test_{each[0].replace(' ', '_')}" not in functions(each[1])] == []


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", [*EVENTS, *CATALOGUE, *ROWS])
def test_every_event_reason_and_row_is_shown_by_a_test(name: str) -> None:
    assert showing(name) != ()


@pytest.mark.parametrize("reason", CATALOGUE)
def test_the_tests_of_a_reason_really_mention_it(reason: str) -> None:
    for test in showing(reason):
        tree = ast.parse(test.path.read_text(encoding="utf-8"))
        (body,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test.name)
        names = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
        tables = [node for node in tree.body if isinstance(node, ast.Assign) and defined(node) & names]
        assert any(f"Reason.{reason}" in ast.unparse(node) for node in (body, *tables))


def defined(node: ast.Assign) -> set[str]:
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def test_a_test_that_names_nothing_shows_nothing() -> None:
    own = next(test for test in shown() if test.name == "test_a_test_that_names_nothing_shows_nothing")
    assert own.names == frozenset()


def test_every_tricky_case_is_shown_by_tests_or_told_why_no_ledger_holds_it() -> None:
    known = {test.name for test in shown()}
    assert len(ORDER.cases) == 15
    for each in ORDER.cases:
        assert bool(each.tests) is not bool(each.outside)
        assert set(each.tests) <= known
        assert f"\n- **{each.case}**: " in PAGE
