"""Every setting has its heading, with its default, its bounds, why it exists and what it prevents; and no other has."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.server.settings import Settings
from tests.support.pages import ROOT, Page, files

PAGE = Page(ROOT / "docs" / "reference" / "settings.md")
FIELDS = {f"LEDGER_{name.upper()}": field for name, field in Settings.model_fields.items()}


def section(heading: str) -> str:
    found = re.search(rf"^### {heading}\n(.*?)(?=^##|\Z)", PAGE.text, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def test_the_page_has_every_setting_and_no_other() -> None:
    assert sorted(heading for heading in PAGE.headings() if heading.startswith("LEDGER_")) == sorted(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_says_why_it_exists_and_what_it_prevents(name: str) -> None:
    assert "*Why*: " in section(name)
    assert "*Prevents*: " in section(name)


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_states_its_default_and_its_bounds(name: str) -> None:
    field, text = FIELDS[name], section(name)
    expected = "none" if field.default is None else f"`{field.default}`"
    assert re.match(rf"\nDefault:? {re.escape(expected)}", text), f"{name} has the default {expected}"
    stated = re.findall(r"\d+(?: \d{3})*(?:\.\d+)?", text.split("*Why*")[0])
    assert bounds(field.metadata) <= {float(number.replace(" ", "")) for number in stated}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_changes_something(name: str) -> None:
    readers = [
        path.read_text(encoding="utf-8") for path in files() if {"api", "cli"} & {*path.parts} and path.suffix == ".py"
    ]
    assert any(re.search(rf"\b(?:settings|self)\.{name}\b", text) for text in readers), f"nobody reads {name}"


def bounds(metadata: list[Any]) -> set[float]:
    return {float(getattr(each, side)) for each in metadata for side in ("ge", "le") if hasattr(each, side)}
