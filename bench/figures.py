"""A figure: what was measured, what was asked for, and what it stands beside."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

_SHARE = "x"
_WIDTH = 150  # of the table where there is no terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Rates and shares are better when higher, all else (ms, MiB) when lower. `bare` and `plain` have the same unit."""

    name: str
    what: str
    value: float
    unit: str
    goal: float
    bare: float | None = None
    plain: float | None = None
    peak_mib: float | None = None  # of the process that does the work
    note: str = ""

    @property
    def better_higher(self) -> bool:
        return self.unit.endswith("/s") or self.unit == _SHARE

    @property
    def reached(self) -> bool:
        return self.value >= self.goal if self.better_higher else self.value <= self.goal

    def ratio(self, other: float | None) -> float | None:
        """How many times the other the figure is."""
        return self.value / other if other else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "reached": self.reached,
            "to_bare": self.ratio(self.bare),
            "to_plain": self.ratio(self.plain),
        }


def print_table(figures: Iterable[Figure], title: str) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("figure", min_width=40)
    for heading in ("measured", "goal", "bare loop", "ratio", "plain library", "ratio", "peak MiB"):
        table.add_column(heading, justify="right")
    table.add_column("")
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    listed = list(figures)
    for figure in listed:
        table.add_row(*_cells(figure))
    console.print(table)
    for figure in listed:
        if figure.note:
            console.print(f"{figure.name}: {figure.note}", markup=False, highlight=False, soft_wrap=True)


def _cells(figure: Figure) -> Iterable[str]:
    yield figure.what
    yield f"{_number(figure.value)} {figure.unit}"
    yield f"{'≥' if figure.better_higher else '≤'} {_number(figure.goal)}"
    for other in (figure.bare, figure.plain):
        ratio = figure.ratio(other)
        yield "–" if other is None else _number(other)
        yield "–" if ratio is None else f"{ratio:.2f}"
    yield "–" if figure.peak_mib is None else f"{figure.peak_mib:.0f}"
    yield "reached" if figure.reached else "missed"


def _number(value: float) -> str:
    return thousands(value) if value >= 100 else f"{value:.3g}"


def thousands(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")
