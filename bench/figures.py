"""A figure: what was measured, what was asked for, and what it is compared with."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from rich.console import Console
from rich.table import Table

_WIDTH = 150  # of the table where there is no terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFigure:
    """Rates are better when higher, all else (s, ms, µs, MiB) when lower. `floor`, `uniform`, `plain`: the same unit.

    ``uniform`` is the same figure of the uniform population, ``uniform_note`` what is said of it.
    """

    name: str
    what: str
    value: float
    unit: str
    goal: float
    floor: float | None = None
    uniform: float | None = None
    plain: float | None = None
    peak_mib: float | None = None  # of the process that does the work
    note: str = ""
    uniform_note: str = ""

    @property
    def better_higher(self) -> bool:
        return self.unit.endswith("/s")

    @property
    def reached(self) -> bool:
        return self.value >= self.goal if self.better_higher else self.value <= self.goal

    def ratio(self, other: float | None) -> float | None:
        """How many times the other the figure is."""
        return self.value / other if other else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "reached": self.reached,
            "to_floor": self.ratio(self.floor),
            "to_plain": self.ratio(self.plain),
        }


def beside(figures: Iterable[BenchFigure], uniform: Iterable[BenchFigure]) -> list[BenchFigure]:
    """Each figure with that of the same name of the uniform population, where there is one."""
    others = {figure.name: figure for figure in uniform}
    return [
        replace(figure, uniform=other.value, uniform_note=other.note)
        if (other := others.get(figure.name)) is not None
        else figure
        for figure in figures
    ]


def print_table(figures: Sequence[BenchFigure], title: str) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("figure", min_width=36)
    for heading in ("measured", "goal", "floor", "ratio", "uniform", "plain library", "ratio", "peak MiB"):
        table.add_column(heading, justify="right")
    table.add_column("")
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    for figure in figures:
        table.add_row(*_cells(figure))
    console.print(table)
    for figure in figures:
        for label, note in ((figure.name, figure.note), (f"{figure.name} (uniform)", figure.uniform_note)):
            if note:
                console.print(f"{label}: {note}", markup=False, highlight=False, soft_wrap=True)


def _cells(figure: BenchFigure) -> Iterable[str]:
    yield figure.what
    yield f"{_number(figure.value)} {figure.unit}"
    yield f"{'≥' if figure.better_higher else '≤'} {_number(figure.goal)}"
    yield from _beside(figure, figure.floor)
    yield _or_dash(figure.uniform)
    yield from _beside(figure, figure.plain)
    yield _or_dash(figure.peak_mib)
    yield "reached" if figure.reached else "missed"


def _beside(figure: BenchFigure, other: float | None) -> tuple[str, str]:
    ratio = figure.ratio(other)
    return _or_dash(other), "–" if ratio is None else f"{ratio:.2f}"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else _number(value)


def _number(value: float) -> str:
    return thousands(value) if value >= 100 else f"{value:.3g}"


def thousands(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")
