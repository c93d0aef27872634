"""The storage page says what every table and column means, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.store import tables as schema
from ledger.store.store import Store
from tests.support.plain_log import append

PAGE = (Path(__file__).parents[2] / "docs/reference/storage.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", sorted(schema.metadata.tables))
def test_every_table_has_a_heading_and_every_column_a_meaning(table: str) -> None:
    section = PAGE.split(f"\n## {table}\n")[1].split("\n## ")[0]
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)))
    assert told == [column.name for column in schema.metadata.tables[table].columns]


def test_the_page_tells_of_no_table_that_is_not_there() -> None:
    headings = re.findall(r"^## ([a-z_]+)$", PAGE, re.MULTILINE)
    assert sorted(headings) == sorted(schema.metadata.tables)


def test_the_example_for_the_library_runs(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    append(store, ("use/113200000000000195", "one"), ("use/113200000000000195", "two"))
    monkeypatch.setenv("LEDGER_DATABASE_URL", store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("LEDGER_ORIGIN", store.origin)
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example.replace("sharing.use.recorded.v1", "test.v1"), {})
    assert capsys.readouterr().out == "2\n"


def test_the_sql_for_administrators_is_printed_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = re.findall(r'`python -c "(.*?)"`', PAGE)
    exec(command, {})
    assert "CREATE TABLE entry (" in capsys.readouterr().out
