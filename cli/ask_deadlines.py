"""``ask deadlines|deadline``: due dates, the responsible organ, and the counting of days; in Chinese or English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.server.data_dir import DataDir
from cli.asking import LOCAL, PURPOSE, PurposeOption, Url, ask, get
from cli.options import AsParty, Data, Language, Output
from cli.output import Format, Lang, out, print_json, print_table
from cli.signing import token_for
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


def add_to(_app: typer.Typer) -> None:
    """Adds the verbs to ``ask``."""


@ask.command("deadlines")
def deadlines(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    state: Annotated[
        str | None, typer.Option(help="状态。overdue, due_soon, running, age_only, met, late, any.")
    ] = None,
    within: Annotated[int | None, typer.Option(help="剩余工作日不多于。Working days left at most.", min=0)] = None,
    clock: Annotated[str | None, typer.Option(help="期限种类。RESPONSE, UPDATE, FILING, …")] = None,
    responsible: Annotated[str | None, typer.Option(help="责任机关。Who has to act.")] = None,
    requester: Annotated[str | None, typer.Option(help="使用机关。Who asked.")] = None,
    provider: Annotated[str | None, typer.Option(help="提供机关。Whose information.")] = None,
    item: Annotated[str | None, typer.Option(help="目录条目。Catalogue item.")] = None,
    case: Annotated[str | None, typer.Option(help="案件编号。The share request.")] = None,
    provisional: Annotated[bool | None, typer.Option("--provisional", help="只看暂定的。Only ranges.")] = None,
    at: Annotated[str | None, typer.Option(help="提问的时刻。The instant of the question.")] = None,
    as_of: Annotated[str | None, typer.Option(help="树大小或时刻。Tree size or time.")] = None,
    limit: Annotated[int, typer.Option(help="行数。Rows.", min=1, max=500)] = 50,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """期限看板:谁、何事、到期日、剩余或逾期工作日。What is due when, most urgent first."""
    filters = {
        "state": state, "within": within, "clock": clock, "responsible": responsible, "requester": requester,
        "provider": provider, "item": item, "case": case, "provisional": "true" if provisional else None, "at": at,
        "as_of": as_of, "limit": limit,
    }  # fmt: skip
    params = {name: str(value) for name, value in filters.items() if value is not None}
    answer = get(to, "/v1/deadlines", params, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_deadlines(answer, lang)


@ask.command("deadline")
def deadline(
    index: Annotated[int, typer.Argument(metavar="INDEX", help="起算的记录号。The entry that started it.", min=0)],
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    clock: Annotated[str | None, typer.Option(help="期限种类。RESPONSE, UPDATE, FILING, …")] = None,
    at: Annotated[str | None, typer.Option(help="提问的时刻。The instant of the question.")] = None,
    as_of: Annotated[str | None, typer.Option(help="树大小或时刻。Tree size or time.")] = None,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """一个期限的逐日计算。One clock counted day by day, with holidays and days made up."""
    params = {name: value for name, value in (("clock", clock), ("at", at), ("as_of", as_of)) if value is not None}
    answer = get(to, f"/v1/deadlines/{index}", params, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_deadline(answer, lang)


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
        out.print(f"\n{who}  {_clock(row, lang)}  {row['stream']}", style="bold", highlight=False)
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
