"""``ask findings|finding``: the machine's suspicions and their derivation; in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from api.server.data_dir import DataDir
from cli.asking import LOCAL, PURPOSE, PurposeOption, Url, ask, get
from cli.options import AsParty, Data, Language, Output
from cli.output import Format, Lang, out, print_json
from cli.signing import token_for
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


def add_to(_app: typer.Typer) -> None:
    """Adds the verbs to ``ask``."""


@ask.command("findings")
def findings(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    status: Annotated[str | None, typer.Option(help="状态。OPEN, TAKEN_UP, CORRECTED, …")] = None,
    limb: Annotated[str | None, typer.Option(help="第三十三条分项。Limb of Art. 33.")] = None,
    reason: Annotated[str | None, typer.Option(help="理由代码。Reason code.")] = None,
    accused: Annotated[str | None, typer.Option(help="所涉机关。Against whom.")] = None,
    item: Annotated[str | None, typer.Option(help="目录条目。Catalogue item.")] = None,
    case: Annotated[str | None, typer.Option(help="案件编号。The share request.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="起。RFC 3339 or a day.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="止。RFC 3339 or a day.")] = None,
    as_of: Annotated[str | None, typer.Option(help="树大小或时刻。Tree size or time.")] = None,
    limit: Annotated[int, typer.Option(help="行数。Rows.", min=1, max=500)] = 50,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """线索清单:机器的怀疑及其核实状态。What the machine suspects, and where each suspicion stands."""
    filters = {
        "status": status,
        "limb": limb,
        "reason": reason,
        "accused": accused,
        "item": item,
        "case": case,
        "from": from_,
        "to": until,
        "as_of": as_of,
        "limit": str(limit),
    }
    params = {name: value for name, value in filters.items() if value is not None}
    answer = get(to, "/v1/findings", params, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_findings(answer, lang)


@ask.command("finding")
def finding(
    finding_id: Annotated[str, typer.Argument(metavar="ID", help="线索编号(20位)。The finding.")],
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    as_of: Annotated[str | None, typer.Option(help="树大小或时刻。Tree size or time.")] = None,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """一条线索的推导:事实→规则→结论。One finding: facts, rule, conclusion, and what became of it."""
    params = {} if as_of is None else {"as_of": as_of}
    answer = get(to, f"/v1/findings/{finding_id}", params, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_finding(answer, lang)


def render_findings(answer: Answer, lang: Lang, *, title: str | None = None) -> None:
    names, usual = organs_of(answer), ("线索(机器怀疑,非违规认定)", "Findings (suspicions, no violations found)")
    out.print(f"\n{title or usual[column(lang)]}", style="bold", highlight=False)
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
