"""The output of the command: tables for people in Chinese or English, stable JSON for programs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any, Final
from unicodedata import category

import orjson
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

# Texts from records are data: no markup, no emoji names, no colours that a pattern in them would set.
out = Console(soft_wrap=False, markup=False, emoji=False, highlight=False)
err = Console(stderr=True, markup=False, emoji=False, highlight=False)
# Characters that move the cursor, end the line, reorder it or cannot be seen (Unicode categories Cc, Cf, Zl, Zp, Cs).
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def shown(text: str) -> str:
    """The text on one line with every character visible: others are written as ``\\u{202E}``."""
    if text.isprintable():
        return text
    return "".join(f"\\u{{{ord(each):04X}}}" if category(each) in _UNSEEN else each for each in text)


def made_safe(value: Any) -> Any:
    """An answer with every text in it as ``shown``: line ends and such are then the renderer's own."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {name: made_safe(each) for name, each in value.items()}
    if isinstance(value, list):
        return [made_safe(each) for each in value]
    return value


class Format(StrEnum):
    table = "table"
    json = "json"


class AnswerFormat(StrEnum):
    """Of the answer to a question. ``jsonl``: a row a line; ``csv``: for spreadsheets."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


class Lang(StrEnum):
    zh = "zh"
    en = "en"


def print_json(value: Any) -> None:
    """Prints one JSON document on stdout; never localised, never coloured."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


TEXT_WIDTH: Final = 12  # characters that a line of a text has at least


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, texts: Collection[int] = ()
) -> None:
    """Prints a table whose columns align also with full-width characters. Where the terminal is too narrow for it, each
    row is a block: no number and no date is ever broken over two lines. ``texts``: columns whose cells may be broken.
    """
    widths = [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]
    for place in texts:
        widths[place] = min(widths[place], TEXT_WIDTH)
    if sum(widths) + 3 * len(widths) + 1 > out.width:
        _print_blocks(title, columns, rows)
        return
    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    out.print(table)


def _print_blocks(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row as lines of name and value; what is empty is left out."""
    if title:
        out.print(title)
    widest = max(map(cell_len, columns))
    for row in rows:
        named = [(name, cell) for name, cell in zip(columns, row, strict=True) if cell]
        for number, (name, cell) in enumerate(named):
            indent = "• " if number == 0 else "  "
            out.print(f"{indent}{name}{' ' * (widest - cell_len(name))}  {cell}", soft_wrap=True)


class _Rate(ProgressColumn):
    """The recent rate, per second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.0f}/s")


def progress(*, rate: bool = False) -> Progress:
    """A bar with count, time and estimate on stderr, and the rate if asked; silent when stderr is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *([_Rate()] if rate else []),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )
