"""Vectors on disk: one JSON file per case, named by its mutation; a case whose fault is null is accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "unit" / "ledger" / "vectors"


def cases(format_name: str) -> list[Any]:
    """Every case of a format, as pytest parameters with the file's name as id."""
    files = sorted((FOLDER / format_name).glob("*.json"))
    assert files, f"no vectors for {format_name}"
    return [pytest.param(json.loads(file.read_text(encoding="utf-8")), id=file.stem) for file in files]


def golden(format_name: str, name: str = "golden") -> dict[str, Any]:
    """One case by its name."""
    case: dict[str, Any] = json.loads((FOLDER / format_name / f"{name}.json").read_text(encoding="utf-8"))
    return case


def received(case: dict[str, Any], name: str) -> bytes:
    """The bytes of a case: text, or hex where text could not hold them."""
    return case[name].encode() if name in case else bytes.fromhex(case[f"{name}_hex"])
