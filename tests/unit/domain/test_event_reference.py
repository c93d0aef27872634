"""The event reference says what the code does: it is written from the code, and this fails when it is not current."""

from __future__ import annotations

from docs import generate_events
from domain.events import EVENTS


def test_the_event_reference_is_current() -> None:
    assert generate_events.PAGE.read_text(encoding="utf-8") == generate_events.page(), (
        "run: python -m docs.generate_events"
    )


def test_every_event_has_a_heading_in_the_reference() -> None:
    headings = set(generate_events.PAGE.read_text(encoding="utf-8").splitlines())
    assert {f"### {name}" for name in EVENTS} <= headings
