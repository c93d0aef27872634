"""Plain lists as text for people: a table of some members of each row; in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cli.output import Lang, print_table
from cli.telling import Answer, Teller, china, column, organs_of, render_standing, say

Heads = Mapping[str, tuple[str, str]]  # a member of a row, and its head in both languages

PARTIES: Heads = {
    "uscc": ("代码", "code"),
    "name": ("名称", "name"),
    "category": ("类别", "category"),
    "level": ("层级", "level"),
    "division": ("区划", "division"),
    "valid_to": ("终止", "ended"),
}
AGREEMENTS: Heads = {
    "id": ("编号", "id"),
    "requester": ("使用机关", "requester"),
    "provider": ("提供机关", "provider"),
    "status": ("状态", "status"),
    "version": ("版本", "version"),
    "in_force_from": ("生效", "in force from"),
    "ends_at": ("截止", "ends"),
}
DEMANDS: Heads = {
    "id": ("编号", "id"),
    "requester": ("需求机关", "requester"),
    "item": ("所需条目", "item asked for"),
    "matched_item": ("匹配条目", "item matched"),
    "status": ("状态", "status"),
    "stated_at": ("提出", "stated"),
    "request": ("共享申请", "share request"),
}
DISCREPANCIES: Heads = {
    "id": ("编号", "id"),
    "item": ("条目", "item"),
    "reporter": ("报告机关", "reporter"),
    "source": ("数源机关", "source"),
    "severity": ("程度", "severity"),
    "status": ("状态", "status"),
    "result": ("核实结果", "result"),
    "days": ("天数", "days"),
}
GRANTS: Heads = {
    "request": ("案件", "case"),
    "requester": ("使用机关", "requester"),
    "provider": ("提供机关", "provider"),
    "item": ("条目", "item"),
    "granted_at": ("授予", "granted"),
    "ends_at": ("截止", "ends"),
    "deliveries": ("提供次数", "deliveries"),
    "last_use": ("最近使用", "last use"),
}
VIOLATIONS: Heads = {
    "id": ("编号", "id"),
    "accused": ("所涉机关", "accused"),
    "limb": ("第三十三条", "Art. 33"),
    "status": ("状态", "status"),
    "correction": ("整改", "correction"),
    "opened_at": ("立案", "opened"),
    "limit_at": ("限期", "limit"),
}
_KEYS: Heads = {
    "kid": ("密钥", "key"),
    "valid_from": ("自", "from"),
    "valid_to": ("至", "to"),
    "compromised_from": ("失密自", "compromised from"),
}
_POSTS: Heads = {
    "post": ("岗位", "post"),
    "unit": ("单位", "unit"),
    "held_from": ("自", "from"),
    "held_to": ("至", "to"),
}
_HISTORY: Heads = {
    "index": ("记录", "entry"),
    "time": ("时间", "time"),
    "by": ("谁", "who"),
    "event": ("事件", "event"),
}


def rows_under(heads: Heads) -> Teller:
    """A teller of lists whose tables have these columns."""

    def tell(answer: Answer, lang: Lang) -> None:
        _table(answer["rows"], heads, organs_of(answer), lang)
        if not answer["rows"]:
            say(("没有符合条件的记录。", "Nothing matches.")[column(lang)])
        render_standing(answer, lang)

    return tell


def render_party(answer: Answer, lang: Lang) -> None:
    """Prints the party in one line, then its keys, then its posts where they are for this caller."""
    party = answer["party"]
    say(f"{party['uscc']}  {party['name'] or ''}  {party['category']}  {party['level']}  {party['division']}")
    _table(answer["keys"], _KEYS, {}, lang)
    if answer["posts"] is None:
        say(("岗位不予显示。", "Its posts are withheld.")[column(lang)])
    else:
        _table(answer["posts"], _POSTS, {}, lang)
    render_standing(answer, lang)


def render_violation(answer: Answer, lang: Lang) -> None:
    """Prints the file in one line, then its records."""
    names, file = organs_of(answer), answer["violation"]
    status = file[f"status_{lang.value}"]
    say(f"{file['id']}  {names.get(file['accused'], file['accused'])}  §33 {file['limb']}  {status}")
    _table(answer["history"], _HISTORY, names, lang)
    render_standing(answer, lang)


def _table(rows: Sequence[Answer], heads: Heads, names: Mapping[str, str], lang: Lang) -> None:
    """An organ's code is shown as its name, a time in China's."""
    cells = [[_cell(name, row[name], names) for name in heads] for row in rows]
    print_table("", [head[column(lang)] for head in heads.values()], cells)


def _cell(name: str, value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if name == "time" or name.endswith(("_at", "_from", "_to", "_use")):
        return china(value)
    return names.get(value) or value if isinstance(value, str) else str(value)
