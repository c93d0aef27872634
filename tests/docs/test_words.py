"""Words that plain English does not need appear neither on the pages nor in comments and docstrings.

Text in backticks and in blocks is code and is not read.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.test_house import ROOMS
from tests.support.pages import ROOT, files


@dataclass(frozen=True, slots=True)
class Word:
    """A word that does not appear, and the plain one that says it."""

    name: str
    pattern: str
    forbidden: str  # a sample
    allowed: str  # a sample of another meaning, or of a word that looks like it


WORDS = (
    Word("anew (again)", r"\banew\b", "it is folded anew", "it is new"),
    Word("alike (the same)", r"\balike\b", "lines that are alike", "a line like it"),
    Word(
        "save (except)",
        r"\bsave (?:for|that|where|when|if|under|by|what|its|their)\b",
        "nothing, save for two parties",
        "save the key again",
    ),
    Word("whoever (the caller, a reader)", r"\bwhoever\b", "whoever reads it", "who reads it?"),
    Word("of whom (name the noun)", r"\bof whom\b", "a party of whom it knows", "a party that it knows"),
    Word("others than (other … than)", r"\bothers than\b", "the days are others than before", "days other than these"),
    Word("had (obtained)", r"\b(?:be|is|are|was|were|been|being) had\b", "it can be had in parts", "it had no parts"),
    Word(
        "tell, told (log, return, render, say)",
        r"\b(?:tells?|told|telling)\b(?! apart\b)",
        "the sender is told",
        "two that nobody can tell apart",
    ),
    Word(
        "stands (is, is stored)",
        r"\b(?:stands?|stood)\b(?! (?:by|for|alone)\b)",
        "it stands in the log",
        "an ellipsis stands for anything",
    ),
    Word("the very (the same)", r"\bthe very\b", "the very bytes", "very few bytes"),
    Word("none of it (nothing)", r"\bnone of it\b", "none of it is kept", "none of its parts"),
    Word("he (it; a person by the post)", r"\b(?:he|him|his|himself)\b", "He reads the head", "the head"),
    Word("pen (batch writer)", r"\bpens?\b", "rows go to the pen", "an open row"),
    Word("lane (group)", r"\blanes?\b", "two lanes", "a plane"),
    Word("shelf (row buffer)", r"\b(?:shelf|shelves)\b", "the shelves", "itself"),
    Word("ripple (affected acts)", r"\bripples?\b", "the ripple reaches", "triple"),
    Word("desk (cached state, context)", r"\bdesks?\b", "on the desk", "a desktop"),
    Word("hand (own-record submitter)", r"\b(?:the|own) hand\b", "The server's own hand", "on the other hand"),
)

_COMPILED = {word.name: re.compile(word.pattern, re.IGNORECASE) for word in WORDS}
_BLOCK = re.compile(r"^```.*?^```$|(``?)[^`]+\1|\]\([^)\s]+\)", re.DOTALL | re.MULTILINE)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are prose, by number: a page's text, or a module's comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        yield from numbered(1, text)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from numbered(token.start[0], token.string)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            assert isinstance(first.value, ast.Constant)
            yield from numbered(first.lineno, str(first.value.value))


def numbered(first: int, text: str) -> Iterator[tuple[int, str]]:
    """The text without its code, which keeps its lines so that numbers stay right."""
    without_code = _BLOCK.sub(lambda code: "\n" * code.group().count("\n"), text)
    yield from enumerate(without_code.splitlines(), first)


def found_in(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {name}: {line.strip()[:90]}"
        for number, line in prose(path)
        for name, pattern in _COMPILED.items()
        if pattern.search(line)
    ]


def read_files() -> list[Path]:
    """Every page, and every module of the program; tests are not read."""
    rooms = (*ROOMS, "bench", "docs")
    return [
        path
        for path in files()
        if path.suffix == ".md" or (path.suffix == ".py" and path.relative_to(ROOT).parts[0] in rooms)
    ]


FILES = {path.relative_to(ROOT).as_posix(): path for path in read_files()}


@pytest.mark.parametrize("name", FILES)
def test_a_page_or_module_has_no_word_that_plain_english_does_not_need(name: str) -> None:
    assert found_in(FILES[name]) == []


# "What is refused leaves no trace." has no noun for a subject; "What is refused?" is a question.
_NO_SUBJECT = re.compile(r"(?:(?<=[.!?:] )|(?<![^\n])(?:- |\d\. )?)(?:What|Who|Whom|Whose) [^.?!|]*[.!]", re.MULTILINE)


def sentences_without_subject(text: str) -> list[str]:
    """Sentences of a page that begin with a relative clause in place of a noun; headings are not sentences."""
    without_headings = re.sub(r"^#.*$", "", _BLOCK.sub("", text), flags=re.MULTILINE)
    return [found.group() for found in _NO_SUBJECT.finditer(without_headings)]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".md")])
def test_a_sentence_of_a_page_begins_with_a_noun(name: str) -> None:
    assert sentences_without_subject(FILES[name].read_text(encoding="utf-8")) == []


def test_a_sentence_without_a_subject_is_found_and_a_question_is_not() -> None:
    assert sentences_without_subject("It is so. What is refused leaves no trace.\n") == [
        "What is refused leaves no trace."
    ]
    assert sentences_without_subject("- Who reads\nit is noted.") == ["- Who reads\nit is noted."]
    assert (
        sentences_without_subject("# What it proves\n\nWho reads it? [What is proven](x.md) says what it proves.") == []
    )


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_a_forbidden_word_is_found_and_its_allowed_meaning_is_not(word: Word) -> None:
    assert _COMPILED[word.name].search(word.forbidden)
    assert not _COMPILED[word.name].search(word.allowed)


def test_code_is_not_read_as_prose() -> None:
    lines = dict(numbered(1, "a `hand` b\n```sh\nstands anew\n```\nthe [last](whoever.md) line"))
    assert lines == {1: "a  b", 2: "", 3: "", 4: "", 5: "the [last line"}
