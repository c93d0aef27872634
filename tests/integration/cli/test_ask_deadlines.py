"""A deadline told to people: in both languages, with its mark, and its counting with every day that does not count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from api.read.deadlines import CLOCKS as ASKED
from cli.output import Lang, out
from cli.tell_deadlines import CLOCKS, KINDS, MARKS, render_deadline, render_deadlines
from domain.deadlines.calendar import DayKind
from domain.rules.rule_set import Certainty

ANSWERS = Path(__file__).with_name("answers")  # of the demo ledger, shortened
DEADLINES: dict[str, Any] = orjson.loads((ANSWERS / "deadlines.json").read_bytes())
DEADLINE: dict[str, Any] = orjson.loads((ANSWERS / "deadline.json").read_bytes())


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "width", 240)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def with_row(**changes: Any) -> dict[str, Any]:
    row = {**DEADLINES["rows"][1], **changes}
    return {**DEADLINES, "rows": [row]}


def test_every_clock_kind_of_day_and_mark_has_its_words() -> None:
    assert set(CLOCKS) == set(ASKED)
    assert set(KINDS) == set(DayKind)
    assert set(MARKS) == set(Certainty)


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"state": "overdue", "days_late": 15}, "✖ 逾期 15 个工作日", "✖ 15 working days late"),
        ({"state": "running", "days_left": 1}, "剩余 1 个工作日", "1 working days left"),
        ({"state": "late", "days_late": 2}, "⚠ 逾期 2 个工作日后完成", "⚠ met 2 working days late"),
        ({"state": "met"}, "✔ 已完成", "✔ met"),
        ({"state": "age_only", "age": 8, "latest": None}, "已 8 个工作日", "8 working days old"),
        ({"latest": None}, "无法定期限", "no term"),
        ({"latest": "2026-10-10"}, "2026-10-10 周六", "2026-10-10 Sat"),
        (
            {"provisional": True, "earliest": "2027-01-04", "latest": "2027-01-05"},
            "2027-01-04…2027-01-05 (暂定)",
            "2027-01-04…2027-01-05 (provisional)",
        ),
        ({"certainty": "reconstructed"}, "(文本据译文还原)", "(reconstructed)"),
        ({"certainty": "ours", "basis": "A18 ¶2"}, "A18 ¶2 js-85-2012 v1 (设置,非法定)", "(a setting, not in law)"),
    ],
)
def test_a_row_says_how_it_stands_until_when_and_by_which_law(
    capsys: pytest.CaptureFixture[str], changes: dict[str, Any], zh: str, en: str
) -> None:
    render_deadlines(with_row(**changes), Lang.zh)
    assert zh in told(capsys)
    render_deadlines(with_row(**changes), Lang.en)
    assert en in told(capsys)


@pytest.mark.usefixtures("wide")
def test_a_row_names_the_entry_that_started_it_and_who_has_to_act(capsys: pytest.CaptureFixture[str]) -> None:
    render_deadlines(with_row(), Lang.zh)
    shown = told(capsys)
    row = DEADLINES["rows"][1]
    assert f"#{row['index']} 2026-06-08" in shown
    assert "江苏省自然资源厅" in shown
    assert row["stream"] in shown


def test_where_nothing_matches_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    render_deadlines({**DEADLINES, "rows": []}, Lang.en)
    assert "Nothing matches." in told(capsys)


def test_a_counting_numbers_the_days_that_count_and_says_why_the_others_do_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    render_deadline(DEADLINE, Lang.zh)
    lines = told(capsys).splitlines()
    assert "    1  2026-04-14 周二  工作日" in lines
    assert "       2026-05-01 周五  放假 劳动节" in lines
    assert "   15  2026-05-07 周四  工作日" in lines


def test_a_day_of_an_unpublished_year_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    (counted,) = DEADLINE["deadlines"]
    days = [{**counted["counting"][0], "published": False}]
    render_deadline({**DEADLINE, "deadlines": [{**counted, "counting": days}]}, Lang.en)
    assert "(not published, counted so)" in told(capsys)
