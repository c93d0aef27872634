"""No passage of more than twelve lines occurs twice in the source. Imports, comments and blank lines do not count."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tests.docs.test_house import sources
from tests.support.pages import ROOT

LONGEST = 12


def code_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of the lines that are code, without indentation."""
    imported = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#") and number not in imported:
            yield number, stripped


def repeated(texts: Mapping[str, str]) -> list[str]:
    """The places of each passage of more than ``LONGEST`` lines that occurs twice."""
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, text in texts.items():
        lines = list(code_lines(text))
        for start in range(len(lines) - LONGEST):
            passage = tuple(line for _, line in lines[start : start + LONGEST + 1])
            places[passage].append(f"{name}:{lines[start][0]}")
    return [_described(found) for found in places.values() if len(found) > 1]


def _described(places: Iterable[str]) -> str:
    return " = ".join(places)


def test_no_passage_occurs_twice() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sources()}
    assert repeated(texts) == []


def test_a_passage_is_found_wherever_it_is_indented_and_a_shorter_one_is_not() -> None:
    long = [f"x{number} = {number}" for number in range(LONGEST + 1)]
    inside = "def f():\n" + "\n\n".join(f"    {line}  " for line in long)
    assert repeated({"a": "\n".join(["import os", *long]), "b": inside}) == ["a:2 = b:2"]
    assert repeated({"a": "\n".join(long[1:]), "b": "\n".join(long[1:])}) == []


def test_imports_are_not_counted() -> None:
    imports = "from a import (\n" + "".join(f"    x{number},\n" for number in range(2 * LONGEST)) + ")\n"
    assert repeated({"a": imports, "b": imports}) == []
