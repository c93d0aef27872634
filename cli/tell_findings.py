"""Findings as text for people: the machine's suspicions and their derivation; in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cli.output import Lang, out
from cli.telling import Answer, china, column, organs_of, render_standing, say

LIMBS: Mapping[str, tuple[str, str]] = {
    "a": ("拒绝提供、虚假或无故拖延", "refusal, falsehood or delay"),
    "b": ("未及时更新或有偿提供", "not updated, or charged for"),
    "c1": ("擅自扩大使用范围", "used beyond what was granted"),
    "c2": ("擅自公开", "released without consent"),
    "c3": ("违法提供或公开敏感信息", "sensitive information provided or released unlawfully"),
    "d": ("规划建设", "planning and construction"),
    "e": ("其他", "other"),
    "34": ("失职、滥权、徇私", "dereliction, abuse, favouritism"),
}
_PARTS: Mapping[str, tuple[str, str]] = {
    "act": ("行为", "the act"),
    "start": ("起算", "started the clock"),
    "stop": ("已逾期办理", "came too late"),
    "relied_on": ("所依据", "relied on"),
}
_CERTAINTY: Mapping[str, tuple[str, str]] = {
    "confirmed": ("已核对中文文本", "read in Chinese"),
    "reconstructed": ("据译文还原", "reconstructed"),
    "other_law": ("其他法规", "another law"),
}


def render_findings(answer: Answer, lang: Lang, *, title: str | None = None) -> None:
    names, usual = organs_of(answer), ("线索(机器怀疑,非违规认定)", "Findings (suspicions, no violations found)")
    out.print(f"\n{title or usual[column(lang)]}", style="bold")
    for row in answer["rows"]:
        for line in _finding(row, names, lang):
            say(line)
    if not answer["rows"]:
        say(("没有符合条件的线索。", "Nothing matches.")[column(lang)])
    render_standing(answer, lang)


def _finding(row: Answer, names: Mapping[str, str], lang: Lang) -> Iterator[str]:
    status = row[f"status_{lang.value}"] or ("(不予显示)", "(withheld)")[column(lang)]
    yield f"{row['id']}  {china(row['since'])}  {names.get(row['accused'], row['accused'])}  {status}"
    limb = LIMBS[row["limb"]][column(lang)]
    yield f"      §33 {row['limb']} {limb}: {row['reason']}, {row[lang.value]}  #{row['index']}"


def render_finding(answer: Answer, lang: Lang) -> None:
    """Prints the suspicion, then its three steps, each with the entries that it follows from, then the file."""
    names, row, derivation = organs_of(answer), answer["finding"], answer["derivation"]
    for line in _finding(row, names, lang):
        say(line)
    if not row["holds"]:
        gone = ("后来的事实已使其不成立(树大小 {0})", "Later facts took it away (tree size {0})")[column(lang)]
        say(gone.format(row["known_to"]))
    say(("\n一、事实", "\n1. Facts")[column(lang)])
    for fact in derivation["facts"]:
        part = _PARTS[fact["part"]][column(lang)]
        say(
            f"  #{fact['index']}  {china(fact['time'])}  {names.get(fact['by'], fact['by'])}  {fact['event']}  ({part})"
        )
    say(("\n二、规则", "\n2. Rule")[column(lang)])
    for line in _rule(derivation["rule"], lang):
        say(f"  {line}")
    say(("\n三、结论", "\n3. Conclusion")[column(lang)])
    say(f"  {_conclusion(derivation['conclusion'], names, lang)}")
    if answer["history"]:
        say(("\n主管部门核实", "\nThe authority's file")[column(lang)])
    for moved in answer["history"]:
        who, stage = names.get(moved["by"], moved["by"]), moved[f"status_{lang.value}"]
        say(f"  #{moved['index']}  {china(moved['time'])}  {who}  {moved['event']}  → {stage}")
    render_standing(answer, lang)


def _rule(rule: Answer, lang: Lang) -> Iterator[str]:
    articles = ", ".join(
        f"{each['article']}({_CERTAINTY.get(each['certainty'], (each['certainty'],) * 2)[column(lang)]})"
        for each in rule["grounds"]
    )
    table = f" [{rule['table_row']}]" if rule["table_row"] else ""
    yield f"{rule['rule_set']} v{rule['rule_set_version']}{table}  {rule['reason']} ({rule['severity']})  {articles}"
    clock = rule["clock"]
    if clock is not None:
        due = clock["latest"] if not clock["provisional"] else f"{clock['earliest']} … {clock['latest']}"
        days = ("{1} 个工作日,", "{1} working days ")[column(lang)] if clock["days"] is not None else ""
        words = ("自 {0} 起 " + days + "至 {2}", days + "from {0} until {2}")[column(lang)]
        yield words.format(china(clock["started_at"])[:10], clock["days"], due)


def _conclusion(conclusion: Answer, names: Mapping[str, Any], lang: Lang) -> str:
    who, said = names.get(conclusion["accused"], conclusion["accused"]), conclusion[lang.value]
    words = (
        "怀疑 {0}:{1}(§33 {2})。是否违规由主管部门认定。",
        "{0} is suspected: {1} (Art. 33 {2}). Whether it is a violation, the authority finds.",
    )[column(lang)]
    return words.format(who, said, conclusion["limb"])
