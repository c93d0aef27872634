"""The page of the command line has every verb, every option and argument of it, and every exit code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
import typer

from cli.exits import Exit
from cli.main import app
from tests.support.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "reference" / "cli.md")


def verbs(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its words."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
        return
    for name, each in inner.items():
        yield from verbs(each, *path, name)


VERBS = dict(verbs(typer.main.get_command(app)))


def section(heading: str) -> str:
    found = re.search(rf"^### {heading}\n(.*?)(?=^##|\Z)", PAGE.text, re.DOTALL | re.MULTILINE)
    return found.group(1) + shared(heading) if found else ""


def shared(heading: str) -> str:
    """What the page says once for several verbs: the options of every question, and those of every list."""
    if not heading.startswith("ask "):
        return ""
    above = PAGE.text.partition("## Asking\n")[2].partition("### ")[0]
    of_all, _, of_lists = above.partition("Every list takes")
    return of_all + (of_lists if "--all" in {name for option in options(heading) for name in option.opts} else "")


def test_the_page_has_every_verb_and_no_other() -> None:
    headings = re.findall(r"^### (.+)$", PAGE.text, re.MULTILINE)
    assert sorted(headings) == sorted(VERBS)


def options(verb: str) -> list[Any]:
    return [parameter for parameter in VERBS[verb].params if parameter.param_type_name == "option"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_states_its_options_and_no_others(verb: str) -> None:
    rows = re.findall(r"^\| (`-[^|]*) \|", section(verb), re.MULTILINE)
    stated = {name for row in rows for name in re.findall(r"`(--?[a-z-]+)", row)}
    assert stated == {name for option in options(verb) for name in option.opts}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_states_the_defaults_of_its_options(verb: str) -> None:
    for option in options(verb):
        row = re.search(rf"^\| [^|]*`{option.opts[-1]}[ `][^|]*\| ([^|]*) \|", section(verb), re.MULTILINE)
        assert row is not None
        if option.required:
            assert row.group(1) == "required"
        elif option.default not in (None, ""):
            default = option.default.value if isinstance(option.default, Enum) else option.default
            assert row.group(1) == f"`{default}`"
        else:
            assert row.group(1) not in ("", "required")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_states_its_arguments(verb: str) -> None:
    arguments = [parameter for parameter in VERBS[verb].params if parameter.param_type_name == "argument"]
    for argument in arguments:
        assert f"`{argument.metavar or argument.name.upper()}`" in section(verb)


def test_the_page_has_every_exit_code() -> None:
    table = PAGE.text.partition("## Exit codes")[2]
    stated = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert stated == {int(code) for code in Exit}
