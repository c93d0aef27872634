"""The reference of reasons is written from the catalogue, and every reason is asserted by a test."""

from __future__ import annotations

from pathlib import Path

from docs import generate_reasons
from domain.reasons.catalogue import Reason

HERE = Path(__file__).parent


def test_the_reason_reference_is_current() -> None:
    assert generate_reasons.PAGE.read_text(encoding="utf-8") == generate_reasons.page(), (
        "run: python -m docs.generate_reasons"
    )


def test_every_reason_has_a_heading_in_the_reference() -> None:
    headings = set(generate_reasons.PAGE.read_text(encoding="utf-8").splitlines())
    assert {f"### {reason}" for reason in Reason} <= headings


def test_every_reason_is_asserted_by_a_test_that_raises_it() -> None:
    tests = [*HERE.glob("test_judging_*.py"), HERE / "test_silence.py"]
    words = {word for path in tests for word in path.read_text(encoding="utf-8").replace("(", " ").split()}
    named = {word.strip("),:]}.") for word in words}
    assert [reason for reason in Reason if not any(f"Reason.{reason}" in word for word in named)] == []
