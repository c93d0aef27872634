"""Answers as text for people: the sentence, the verdict in a word, the reasons with their articles; Chinese first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cli.output import Lang, out, print_table
from domain.deadlines.calendar import CHINA

Answer = Mapping[str, Any]
Teller = Callable[[Answer, Lang], None]

# The console's fixed words: a machine's judgement is never called 违规, because only the authority can find one.
VERDICTS = {
    "AUTHORIZED": ("✔ 已授权", "✔ authorized"),
    "AUTHORIZED_WITH_FLAGS": ("⚠ 已授权(有标记)", "⚠ authorized, flagged"),
    "UNAUTHORIZED": ("✖ 未授权", "✖ unauthorized"),
    "UNDETERMINED": ("? 无法判定", "? undetermined"),
    "LAWFUL": ("✔ 符合规定", "✔ lawful"),
    "DEFECTIVE": ("⚠ 有瑕疵", "⚠ defective"),
    "UNLAWFUL": ("✖ 依据不足", "✖ unlawful"),
}
KINDS = {
    "use": ("使用", "use"),
    "release": ("发布/公开", "release"),
    "delivery": ("提供", "delivery"),
    "refusal": ("拒绝", "refusal"),
}


def render_access(answer: Answer, lang: Lang, *, title: str) -> None:
    """Prints a sentence or two for each act: who accessed which data, for which purpose, whether it was authorized, and
    why not.
    """
    names = organs_of(answer)
    out.print(f"\n{title}", style="bold")
    for row in answer["rows"]:
        say(f"#{row['index']}  {china(row['time'])}  {_who_what(row, names, lang)}")
        say(f"      {_why(row, lang)}  {_word(row['verdict'], lang)}{_basis(row)}")
        for reason in row["reasons"]:
            say(f"      {_reason(reason, lang)}")
    if not answer["rows"]:
        say("没有符合条件的记录。" if lang is Lang.zh else "Nothing matches.")
    render_standing(answer, lang)


def _who_what(row: Answer, names: Mapping[str, str], lang: Lang) -> str:
    who = f"{names.get(row['by'], row['by'])} {row['post']}"
    kind = KINDS.get(row["kind"], (row["kind"], row["kind"]))[column(lang)]
    item, provider = row["item"] or "", names.get(row["provider"], row["provider"] or "")
    if row["kind"] in {"delivery", "refusal"}:
        other = names.get(row["requester"], row["requester"] or "")
        return f"{who} {kind} {item} → {other}"
    return f"{who} {kind} {item} ({provider}提供)" if lang is Lang.zh else f"{who}: {kind} of {item}, from {provider}"


def _why(row: Answer, lang: Lang) -> str:
    purpose = " ".join(part for part in (row["purpose"], row["purpose_text"]) if part)
    if not purpose:
        return ""
    return f"用途 {purpose};" if lang is Lang.zh else f"purpose {purpose};"


def _basis(row: Answer) -> str:
    agreement = f" {row['agreement']} v{row['agreement_version']}" if row["agreement"] else ""
    return f"{agreement} [{row['table_row']}]" if row["table_row"] else agreement


def _word(verdict: str | None, lang: Lang) -> str:
    return VERDICTS[verdict][column(lang)] if verdict in VERDICTS else ""


def say(line: str) -> None:
    out.print(line, soft_wrap=True)


def _reason(reason: Answer, lang: Lang) -> str:
    limb = f"; 线索 §33 {reason['limb']}" if lang is Lang.zh else f"; finding, Art. 33 {reason['limb']}"
    articles = ", ".join(reason["grounds"])
    return f"{reason['code']}: {reason[lang.value]} ({articles}{limb if reason['limb'] else ''})"


def render_cases(answer: Answer, lang: Lang, *, title: str) -> None:
    """Prints a line for each case: the requester, the provider, the item, its status, and the day by which it is to be
    answered.
    """
    names = organs_of(answer)
    out.print(f"\n{title}", style="bold")
    for row in answer["rows"]:
        sides = f"{names.get(row['requester'], row['requester'])} → {names.get(row['provider'], row['provider'])}"
        say(f"{row['id']}  {sides}  {row['item'] or ''}  {row['status']}{_due(row, lang)}")
    if not answer["rows"]:
        say("没有符合条件的案件。" if lang is Lang.zh else "Nothing matches.")
    render_standing(answer, lang)


def _due(case: Answer, lang: Lang) -> str:
    """The due day of the clock that still runs; of a provisional day (the calendar is unpublished) the last possible
    one.
    """
    days = [clock["latest"] for clock in case["clocks"] if clock["latest"] is not None and clock["met_at"] is None]
    word = "应于" if lang is Lang.zh else "due"
    after = " 前答复" if lang is Lang.zh else ""
    return f"  {word} {min(days)}{after}" if days else ""


def render_case(answer: Answer, lang: Lang) -> None:
    """Prints the case in one line, then its timeline: happened, recorded, judged."""
    names, case = organs_of(answer), answer["case"]
    sides = f"{names.get(case['requester'], case['requester'])} → {names.get(case['provider'], case['provider'])}"
    out.print(f"{case['id']}  {sides}  {case['item'] or ''}  {case['status']}")
    heads = {
        Lang.zh: ("记录", "发生", "登记", "谁", "事件", "判定"),
        Lang.en: ("entry", "happened", "recorded", "who", "event", "judgement"),
    }
    rows = [
        (
            str(row["index"]),
            china(row["time"]),
            china(row["recorded_at"]),
            names.get(row["by"], row["by"]),
            row["event"],
            _judged(row["judgement"], lang),
        )
        for row in answer["timeline"]
    ]
    print_table("", heads[lang], rows)
    render_standing(answer, lang)


def _judged(judgement: Answer | None, lang: Lang) -> str:
    if judgement is None:
        return ""
    return "\n".join((_word(judgement["verdict"], lang), *(reason["code"] for reason in judgement["reasons"]))).strip()


def render_agreement(answer: Answer, lang: Lang) -> None:
    """Prints the agreement in one line, then its versions."""
    names, agreement = organs_of(answer), answer["agreement"]
    sides = f"{names.get(agreement['requester'], agreement['requester'])} ↔ {names.get(agreement['provider'], '')}"
    out.print(f"{agreement['id']}  {sides}  {agreement['status']} v{agreement['version']}")
    heads = {
        Lang.zh: ("版本", "生效", "截止", "用途", "信息项"),
        Lang.en: ("version", "in force from", "to", "purposes", "fields"),
    }
    rows = [
        (
            str(version["version"]),
            str(version["effective_from"]),
            str(version["effective_to"]),
            ", ".join(purpose["code"] for purpose in version["scope"]["purposes"]),
            ", ".join(version["scope"]["fields"]),
        )
        for version in answer["versions"]
    ]
    print_table("", heads[lang], rows)
    render_standing(answer, lang)


def render_standing(answer: Answer, lang: Lang) -> None:
    """Prints the snapshot of the answer: anyone can repeat the question for the same tree size and gets the same
    answer.
    """
    if answer.get("next") is not None:
        more = (
            "还有更多: 请加条件,或用 --limit(至多 500)、--all。",
            "There is more: narrow the question, raise --limit (500 at most), or use --all.",
        )
        say(more[column(lang)])
    if answer.get("count") is not None:
        least = "" if answer["count_exact"] else ("至少 ", "at least ")[column(lang)]
        say((f"共 {least}{answer['count']} 行", f"{least}{answer['count']} rows in all")[column(lang)])
    mark = ("演示数据 · " if lang is Lang.zh else "demo data · ") if answer.get("demo") else ""
    word = "检查点: 树大小" if lang is Lang.zh else "checkpoint: tree size"
    root = answer["checkpoint"]["root"][:12]
    out.print(f"{mark}{word} {answer['as_of']}, root {root}…, at {china(answer['at'])}")


def organs_of(answer: Answer) -> dict[str, str]:
    organs: Sequence[Answer] = answer["organs"]
    return {organ["uscc"]: organ["name"] for organ in organs}


def china(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def column(lang: Lang) -> int:
    return 0 if lang is Lang.zh else 1
