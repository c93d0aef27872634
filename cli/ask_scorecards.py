"""``ask scorecard``: the measures of each organ; in Chinese or English."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.server.data_dir import DataDir
from cli.asking import LOCAL, PURPOSE, PurposeOption, Url, ask, get
from cli.options import AsParty, Data, Language, Output
from cli.output import Format, Lang, out, print_json, print_table
from cli.signing import token_for
from cli.telling import Answer, column, render_standing, say


def add_to(_app: typer.Typer) -> None:
    """Adds the verb to ``ask``."""


@ask.command("scorecard")
def scorecard(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    organ: Annotated[str | None, typer.Option(help="机关。One organ.")] = None,
    division: Annotated[str | None, typer.Option(help="区划。Organs of a division.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="起。RFC 3339 or a day.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="止。RFC 3339 or a day.")] = None,
    as_of: Annotated[str | None, typer.Option(help="树大小或时刻。Tree size or time.")] = None,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """部门评分卡:各项计数、算法与明细出处;不排名、不打总分。Counts by organ with their formula; no rank, no score."""
    filters = {"organ": organ, "division": division, "from": from_, "to": until, "as_of": as_of, "limit": "500"}
    params = {name: value for name, value in filters.items() if value is not None}
    answer = get(to, "/v1/scorecards", params, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_scorecards(answer, lang)


def render_scorecards(answer: Answer, lang: Lang) -> None:
    """Prints the measures of each organ whose whole is not empty, then their formulas."""
    measures = {each["code"]: each for each in answer["measures"]}
    groups: dict[str, None] = {}
    heads = (("项目", "数", "共", "比例"), ("measure", "number", "of", "part"))[column(lang)]
    for card in answer["rows"]:
        figures = [each for each in card["figures"] if each["of"] and (each["number"] or _always(each))]
        if not figures:
            continue
        out.print(f"\n{card['name'] or card['organ']}", style="bold", highlight=False)
        groups |= {each["measure"]: None for each in figures}
        print_table("", heads, [_row(each, measures[each["measure"]][lang.value]) for each in figures])
    if not groups:
        say(("没有可计数的内容。", "There is nothing to count.")[column(lang)])
    for code in groups:
        say(f"{measures[code][lang.value]}: {measures[code][f'formula_{lang.value}']}")
    render_standing(answer, lang)


def _always(figure: Answer) -> bool:
    """Whether the figure is printed also where it is zero: that no act was late is worth a line."""
    return str(figure["measure"]).endswith(("IN_TIME", "OVERDUE", "OPEN"))


def _row(figure: Answer, name: str) -> tuple[str, str, str, str]:
    return name, str(figure["number"]), str(figure["of"]), f"{figure['value']:.1%}"
