"""Reconciliation (对账) as text for people: deliveries and their acknowledgements, the explanations of differences, and
the use of grants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli.output import Lang, out, print_table
from cli.telling import Answer, china, column, organs_of, render_standing, say

STATES: Mapping[str, tuple[str, str]] = {
    "MATCHED": ("✔ 相符", "✔ matched"),
    "DIFFERS": ("✖ 不符", "✖ differs"),
    "UNACKNOWLEDGED": ("… 未签收", "… unacknowledged"),
    "REJECTED": ("✖ 拒收", "✖ rejected"),
    "RECALLED": ("↩ 已收回", "↩ recalled"),
    "DESTROYED": ("∅ 已销毁", "∅ destroyed"),
    "DISOWNED": ("- 已否认", "- disowned"),
}


def render_reconciliation(answer: Answer, lang: Lang, *, title: str = "") -> None:
    if title:
        out.print(f"\n{title}", style="bold")
    _deliveries(answer["rows"], organs_of(answer), lang)
    say(_summary(answer["summary"], lang))
    render_standing(answer, lang)


def _summary(summary: Answer, lang: Lang) -> str:
    states = "  ".join(
        f"{STATES[each['state']][column(lang)]} {each['number']}" for each in summary["states"] if each["number"]
    )
    number, left = summary["differences"], summary["unexplained"]
    differences = (f"差异 {number} 项,未说明 {left} 项", f"{number} differences, {left} of them unexplained")[
        column(lang)
    ]
    return f"{states}  {differences}".strip()


def _deliveries(rows: list[Answer], names: Mapping[str, str], lang: Lang) -> None:
    heads = {
        Lang.zh: ("记录", "提供", "编号", "提供 → 使用", "条目", "发出", "收到", "差异", "状态"),
        Lang.en: ("entry", "delivered", "id", "from → to", "item", "sent", "received", "difference", "state"),
    }
    print_table(
        "",
        heads[lang],
        [
            (
                str(row["entry"]),
                china(row["delivered_at"]),
                row["id"],
                f"{names.get(row['provider'], row['provider'])} → {names.get(row['requester'], row['requester'])}",
                row["item"],
                str(row["sent"]),
                "" if row["received"] is None else str(row["received"]),
                str(row["difference"]) if row["differs"] and row["difference"] is not None else "",
                "\n".join((STATES[row["state"]][column(lang)], *_why(row, lang))),
            )
            for row in rows
        ],
    )


def _why(row: Answer, lang: Lang) -> Iterator[str]:
    if row["state"] == "UNACKNOWLEDGED":
        yield (f"已 {row['days']} 天", f"for {row['days']} days")[column(lang)]
    if row["corrected_index"] is not None:
        yield (f"更正 #{row['corrected_index']}", f"corrected #{row['corrected_index']}")[column(lang)]
    if row["anew"] is not None:
        yield (f"另行提供 {row['anew']}", f"sent anew {row['anew']}")[column(lang)]
    if row["differs"] and not row["explained"]:
        yield ("未说明", "unexplained")[column(lang)]


def render_case_reconciliation(answer: Answer, lang: Lang) -> None:
    """Prints the grant, its deliveries, and its uses compared with them."""
    names, grant, tally = organs_of(answer), answer["grant"], answer["tally"]
    sides = f"{names.get(grant['requester'], '')} ← {names.get(grant['provider'], '')}"
    term = f"{china(grant['granted_at'])} … {china(grant['ends_at'])}"
    say(f"{grant['request']}  {sides}  {grant['item'] or ''}  v{grant['version']}  {term}")
    _deliveries(answer["deliveries"], names, lang)
    say((f"使用 {answer['uses']} 次", f"{answer['uses']} uses")[column(lang)])
    if tally is None:
        say(("使用过多,未逐条核对", "too many uses to read each of them")[column(lang)])
    else:
        for line in _tally(tally, lang):
            say(f"  {line}")
    render_standing(answer, lang)


def _tally(tally: Answer, lang: Lang) -> Iterator[str]:
    if tally["last"] is not None:
        span = f"{china(tally['first'])} … {china(tally['last'])}"
        yield (f"{span},涉及 {tally['subjects']} 人次", f"{span}, {tally['subjects']} subjects")[column(lang)]
    without, beyond = tally["without_delivery"], tally["beyond_fields"]
    places = "".join(f"  #{index}" for index in tally["without_delivery_at"])
    yield (f"无提供的使用 {without}", f"without delivery {without}")[column(lang)] + places
    yield (f"超出所提供信息项 {beyond}", f"beyond the delivered fields {beyond}")[column(lang)]
    for each in tally["beyond_fields_at"]:
        yield f"  #{each['index']}  {', '.join(each['fields'])}"
