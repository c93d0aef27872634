"""Every figure can still be measured: the quick run, which says nothing about how good a figure is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey

FIGURES = {
    "ingest": ("records/s", True, True),  # unit, beside the bare loop, beside the plain library
    "ingest-to-bare": ("x", False, False),
    "judging": ("µs", False, False),
    "singles": ("/s", False, True),
    "singles-p99": ("ms", False, True),
    "memory": ("MiB", False, False),
    "access": ("ms", False, True),
    "proof": ("ms", False, False),
    "audit": ("entries/s", True, True),
    "rebuild": ("entries/s", True, True),
}


def test_a_quick_run_measures_every_figure_beside_what_it_is_compared_with(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--quick", "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    figures = {figure["name"]: figure for figure in json.loads(out.read_text())["figures"]}
    assert figures.keys() == FIGURES.keys()
    for name, (unit, bare, plain) in FIGURES.items():
        figure = figures[name]
        assert figure["unit"] == unit
        assert figure["value"] > 0
        assert (figure["to_bare"] is not None, figure["to_plain"] is not None) == (bare, plain)
        assert figure["goal"] > 0
    assert ": pass;" in figures["audit"]["note"]


def test_a_figure_that_does_not_exist_is_named() -> None:
    command = [sys.executable, "-m", "bench", "speed", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no such figure: speed" in done.stderr
