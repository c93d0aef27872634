"""Catalogue and disputes as text for people: resources, their history, and the positions of the organs; Chinese
first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli.output import Lang, print_table
from cli.telling import Answer, china, column, organs_of, render_standing, say

STATUSES: Mapping[str, tuple[str, str]] = {
    "UNCLASSIFIED": ("未分类", "not classified"),
    "DRAFT": ("草稿", "draft"),
    "PROPOSED": ("已提出", "proposed"),
    "PUBLISHED": ("已发布", "published"),
    "CHANGE_NOTIFIED": ("已通知变更", "change notified"),
    "SUSPENDED": ("已暂停", "suspended"),
    "WITHDRAWN": ("已撤出目录", "withdrawn"),
}
CLASSES: Mapping[str, tuple[str, str]] = {
    "state_secret": ("国家秘密", "state secret"),
    "trade_secret": ("商业秘密", "trade secret"),
    "privacy": ("个人隐私", "privacy"),
    "work_secret": ("工作秘密", "work secret"),
}
LANES: Mapping[str, tuple[str, str]] = {
    "OPENER": ("提出方", "opener"),
    "COUNTERPARTY": ("对方", "counterparty"),
    "DECIDER": ("确定机关", "decides"),
    "OTHER": ("其他", "other"),
}
_LOCKED = ("(涉密,不显示)", "(state secret, not shown)")


def word(words: Mapping[str, tuple[str, str]], code: str | None, lang: Lang) -> str:
    """The code in words; a code without words is returned as it is."""
    return "" if code is None else words.get(code, (code, code))[column(lang)]


def render_catalogue(answer: Answer, lang: Lang) -> None:
    names = organs_of(answer)
    heads = {
        Lang.zh: ("代码", "名称", "提供单位", "类别", "状态", "版本", "更新"),
        Lang.en: ("code", "name", "provider", "class", "status", "version", "update"),
    }
    rows = [
        (
            row["code"],
            _LOCKED[column(lang)] if row["stub"] else row["name"] or "",
            names.get(row["provider"], row["provider"] or ""),
            _classes(row["classes"], lang),
            word(STATUSES, row["status"], lang),
            "" if row["version"] is None else str(row["version"]),
            _freshness(row, lang),
        )
        for row in answer["rows"]
    ]
    print_table("", heads[lang], rows)
    render_standing(answer, lang)


def _classes(classes: list[str] | None, lang: Lang) -> str:
    if classes is None:
        return ""
    return "、".join(word(CLASSES, each, lang) for each in classes) or ("不敏感", "not sensitive")[column(lang)]


def _freshness(row: Answer, lang: Lang) -> str:
    if row["overdue"]:
        return (f"逾期 {row['days_late']} 个工作日", f"{row['days_late']} working days overdue")[column(lang)]
    if row["due"] is not None:
        return (f"应于 {row['due']} 前更新", f"due {row['due']}")[column(lang)]
    return ("待更新", "to be updated")[column(lang)] if row["stale"] else ""


def render_item(answer: Answer, lang: Lang) -> None:
    """Prints the resource in one line, then its classes, versions, changes, and its open matters."""
    names, item = organs_of(answer), answer["item"]
    name = _LOCKED[column(lang)] if item["stub"] else item["name"] or ""
    provider = names.get(item["provider"], item["provider"] or "")
    say(f"{item['code']}  {name}  {provider}  {word(STATUSES, item['status'], lang)}  {_freshness(item, lang)}")
    for each in answer["classifications"]:
        level = f" {each['level']}" if each["level"] else ""
        cause = f" ← {each['cause']['id']}" if each["cause"] else ""
        say(f"  {each['from']}  {_classes(each['classes'], lang)}{level}  #{each['index']}{cause}")
    for each in answer["versions"]:
        begun = each["published_at"]
        day = china(begun) if begun else ("未发布", "not published")[column(lang)]
        say(f"  v{each['version']}  {day}  #{each['published_index'] or each['proposed_index']}")
    for difference in answer["differences"]:
        for each in difference["members"]:
            say(
                f"    v{difference['from']} → v{difference['to']}  {each['member']}: {each['before']} → {each['after']}"
            )
    for each in answer["clocks"]:
        said = ("更新期限", "update due")[column(lang)]
        say(f"  #{each['start']}  {china(each['started_at'])}  {said} {each['latest']}  {each['state']}")
    for each in (*answer["disputes"], *answer["discrepancies"]):
        say(f"  {each['id']}  {each['status']}")
    render_standing(answer, lang)


def render_disputes(answer: Answer, lang: Lang) -> None:
    names = organs_of(answer)
    heads = {
        Lang.zh: ("争议", "路径", "条目", "提出方", "对方", "主张", "状态", "天数"),
        Lang.en: ("dispute", "route", "item", "opener", "counterparty", "claimed", "status", "days"),
    }
    rows = [
        (
            row["id"],
            row["route"],
            row["item"],
            names.get(row["opener"], row["opener"]),
            names.get(row["counterparty"], row["counterparty"]),
            word(CLASSES, row["claimed_class"], lang),
            row["status"],
            str(row["days"]),
        )
        for row in answer["rows"]
    ]
    print_table("", heads[lang], rows)
    render_standing(answer, lang)


def render_dispute(answer: Answer, lang: Lang) -> None:
    """Prints the dispute in one line, its steps by organ (both sides and the one that decides), and the
    consequences.
    """
    names, dispute = organs_of(answer), answer["dispute"]
    for line in _dispute(dispute, lang):
        say(line)
    lanes = ("OPENER", "COUNTERPARTY", "DECIDER")
    heads = [("记录", "entry")[column(lang)], ("发生", "happened")[column(lang)]]
    heads += [_lane(lane, dispute, names, lang) for lane in lanes]
    rows = [
        (str(step["index"]), china(step["time"]), *(step["event"] if step["lane"] == lane else "" for lane in lanes))
        for step in answer["steps"]
    ]
    print_table("", heads, rows)
    for each in answer["decisions"]:
        decided = ("决定", "decided")[column(lang)]
        who = names.get(each["by"], each["by"])
        say(f"{decided}: #{each['index']}  {who} {each['level'] or ''}  {each['result']}  {each['document_no']}")
    for each in answer["reopened"]:
        again = ("据此重新答复", "answered again")[column(lang)]
        say(f"{again}: #{each['index']}  {each['request']}  {each['event']}  {china(each['time'])}")
    render_standing(answer, lang)


def _dispute(row: Answer, lang: Lang) -> Iterator[str]:
    took = (f"历时 {row['days']} 天", f"{row['days']} days")[column(lang)]
    yield f"{row['id']}  {row['item']}  {word(CLASSES, row['claimed_class'], lang)}?  {row['status']}  {took}"
    if row["interim"]:
        yield ("争议期间按较严类别处理", "The stricter class holds meanwhile")[column(lang)]
    if row["stub"]:
        yield _LOCKED[column(lang)]


def _lane(lane: str, dispute: Answer, names: Mapping[str, str], lang: Lang) -> str:
    organ = {"OPENER": dispute["opener"], "COUNTERPARTY": dispute["counterparty"], "DECIDER": dispute["decider"]}[lane]
    return f"{word(LANES, lane, lang)} {names.get(organ, '')}".strip()
