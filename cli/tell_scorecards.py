"""Scorecards as text for people: the measures of each organ; in Chinese or English."""

from __future__ import annotations

from cli.output import Lang, out, print_table
from cli.telling import Answer, column, render_standing, say


def render_scorecards(answer: Answer, lang: Lang) -> None:
    """Prints the measures of each organ whose whole is not empty, then their formulas."""
    measures = {each["code"]: each for each in answer["measures"]}
    shown: dict[str, None] = {}
    heads = (("项目", "数", "共", "比例"), ("measure", "number", "of", "part"))[column(lang)]
    for card in answer["rows"]:
        figures = [each for each in card["figures"] if each["of"] and (each["number"] or _always(each))]
        if not figures:
            continue
        out.print(f"\n{card['name'] or card['organ']}", style="bold")
        shown |= {each["measure"]: None for each in figures}
        print_table("", heads, [_row(each, measures[each["measure"]][lang.value]) for each in figures])
    if not shown:
        say(("没有可计数的内容。", "There is nothing to count.")[column(lang)])
    for code in shown:
        say(f"{measures[code][lang.value]}: {measures[code][f'formula_{lang.value}']}")
    render_standing(answer, lang)


def _always(figure: Answer) -> bool:
    """Whether the figure is printed also where it is zero: that no act was late is worth a line."""
    return str(figure["measure"]).endswith(("IN_TIME", "OVERDUE", "OPEN"))


def _row(figure: Answer, name: str) -> tuple[str, str, str, str]:
    return name, str(figure["number"]), str(figure["of"]), f"{figure['value']:.1%}"
