"""Every figure can still be measured: the quick run, which says nothing about how good a figure is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey

FLOOR, UNIFORM, PLAIN = "floor", "uniform", "plain"
# Of each figure the unit, and what it stands beside.
FIGURES = {
    "ingest": ("records/s", {FLOOR, UNIFORM, PLAIN}),
    "ingest-lag": ("s", {UNIFORM}),
    "ingest-processors": ("µs", {FLOOR, UNIFORM}),
    "judging": ("µs", {UNIFORM}),
    "singles": ("/s", {FLOOR, UNIFORM, PLAIN}),
    "singles-p99": ("ms", {FLOOR, UNIFORM, PLAIN}),
    "memory": ("MiB", set()),
    "access": ("ms", {FLOOR, PLAIN}),
    "proof": ("ms", {FLOOR}),
    "audit": ("entries/s", {FLOOR, UNIFORM, PLAIN}),
    "rebuild": ("entries/s", {FLOOR, UNIFORM, PLAIN}),
    "start": ("s", {FLOOR}),
    "sqlite-wal": ("MiB", set()),
}


def test_a_quick_run_measures_every_figure_beside_what_it_is_compared_with(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--quick", "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=420, check=False)
    assert done.returncode == 0, done.stderr
    figures = {figure["name"]: figure for figure in json.loads(out.read_text())["figures"]}
    assert figures.keys() == FIGURES.keys()
    for name, (unit, others) in FIGURES.items():
        figure = figures[name]
        assert figure["unit"] == unit
        assert figure["value"] > 0
        assert {other for other in (FLOOR, UNIFORM, PLAIN) if figure[other]} == others
        assert figure["goal"] > 0
    assert ": pass;" in figures["audit"]["note"]
    assert ": pass;" in figures["audit"]["uniform_note"]


def test_a_figure_that_does_not_exist_is_named() -> None:
    command = [sys.executable, "-m", "bench", "speed", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no such figure: speed" in done.stderr
