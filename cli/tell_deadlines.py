"""Deadlines as text for people: due dates, the responsible organ, and the counting of days; in Chinese or English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cli.output import Lang, out, print_table
from cli.telling import Answer, china, column, organs_of, render_standing, say

CLOCKS: Mapping[str, tuple[str, str]] = {
    "RESPONSE": ("答复", "answer"),
    "FILING": ("拒绝备案", "filing of the refusal"),
    "ANSWER_AGAIN": ("重新答复", "answer again"),
    "RULING": ("执行裁定", "ruling"),
    "UPDATE": ("更新", "update"),
    "STATISTICS": ("报送统计", "statistics"),
    "CORRECTION": ("限期改正", "correction"),
    "REVIEW_REPORT": ("保密审查上报", "review: report"),
    "REVIEW_DECISION": ("保密审查确定", "review: decision"),
}
MARKS: Mapping[str, tuple[str, str]] = {
    "reconstructed": ("文本据译文还原", "reconstructed"),
    "unverified": ("未核实", "unverified"),
    "ours": ("设置,非法定", "a setting, not in law"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "WEEKDAY": ("工作日", "working day"),
    "MAKE_UP": ("调休上班", "made up, worked"),
    "WEEKEND": ("周末", "weekend"),
    "HOLIDAY": ("放假", "holiday"),
}
_DAYS = (("一", "Mon"), ("二", "Tue"), ("三", "Wed"), ("四", "Thu"), ("五", "Fri"), ("六", "Sat"), ("日", "Sun"))


def render_deadlines(answer: Answer, lang: Lang, *, title: str | None = None) -> None:
    names = organs_of(answer)
    heads = {
        Lang.zh: ("起算", "责任机关", "期限", "事项", "到期日", "剩余/逾期", "依据"),
        Lang.en: ("start", "who", "clock", "case", "due", "left / late", "basis"),
    }
    rows = [
        (
            f"#{row['index']} {china(row['started_at'])[:10]}",
            names.get(row["responsible"], row["responsible"]),
            _clock(row, lang),
            " ".join(filter(None, (row["stream"], row["item"]))),
            _due(row, lang),
            _standing(row, lang),
            _basis(row, lang),
        )
        for row in answer["rows"]
    ]
    print_table(title or ("期限", "Deadlines")[column(lang)], heads[lang], rows)
    if not rows:
        say(("没有符合条件的期限。", "Nothing matches.")[column(lang)])
    render_standing(answer, lang)


def render_deadline(answer: Answer, lang: Lang) -> None:
    """Prints each clock in one line, then its days."""
    names = organs_of(answer)
    for row in answer["deadlines"]:
        who = names.get(row["responsible"], row["responsible"])
        out.print(f"\n{who}  {_clock(row, lang)}  {row['stream']}", style="bold")
        say(f"{china(row['started_at'])} → {_due(row, lang)}  {_standing(row, lang)}  {_basis(row, lang)}")
        for day in row["counting"]:
            say(_day(day, lang))
    render_standing(answer, lang)


def _day(day: Answer, lang: Lang) -> str:
    number = "" if day["number"] is None else str(day["number"])
    kind = KINDS[day["kind"]][column(lang)]
    unsure = "" if day["published"] else (" (未公布,暂按此计)", " (not published, counted so)")[column(lang)]
    return f"  {number:>3}  {day['day']} {_weekday(day['day'], lang)}  {kind} {day['name'] or ''}{unsure}".rstrip()


def _clock(row: Answer, lang: Lang) -> str:
    return CLOCKS[row["clock"]][column(lang)]


def _due(row: Answer, lang: Lang) -> str:
    if row["latest"] is None:
        return ("无法定期限", "no term")[column(lang)]
    if row["provisional"]:
        return f"{row['earliest']}…{row['latest']} " + ("(暂定)", "(provisional)")[column(lang)]
    return f"{row['latest']} {_weekday(row['latest'], lang)}"


def _standing(row: Answer, lang: Lang) -> str:
    words: Mapping[str, tuple[str, str]] = {
        "overdue": ("✖ 逾期 {late} 个工作日", "✖ {late} working days late"),
        "late": ("⚠ 逾期 {late} 个工作日后完成", "⚠ met {late} working days late"),
        "running": ("剩余 {left} 个工作日", "{left} working days left"),
        "age_only": ("已 {age} 个工作日", "{age} working days old"),
        "met": ("✔ 已完成", "✔ met"),
    }
    return words[row["state"]][column(lang)].format(late=row["days_late"], left=row["days_left"], age=row["age"])


def _basis(row: Answer, lang: Lang) -> str:
    days = "" if row["days"] is None else (f"{row['days']}个工作日 ", f"{row['days']} wd ")[column(lang)]
    mark = MARKS[row["certainty"]][column(lang)]
    return f"{days}{row['basis']} {row['rule_set']} v{row['rule_set_version']} ({mark})"


def _weekday(day: str, lang: Lang) -> str:
    return ("周" if lang is Lang.zh else "") + _DAYS[dt.date.fromisoformat(day).weekday()][column(lang)]
