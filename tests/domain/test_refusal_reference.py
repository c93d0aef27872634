"""The page of refusals names every code with both its titles, and no code that the law's code does not know."""

from __future__ import annotations

from pathlib import Path

from domain.reasons.refusals import CODES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "refusals.md"


def test_every_refusal_code_has_its_heading_and_titles() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    titles = {line[4:]: lines[place + 1] for place, line in enumerate(lines) if line.startswith("### ")}
    assert titles == {code: f"{title.zh} · {title.en}" for code, title in CODES.items()}
