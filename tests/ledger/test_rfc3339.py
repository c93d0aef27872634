"""Moments. The record vectors hold the refused spellings; here is what an accepted one means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from formats import rfc3339
from formats.errors import Malformed


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-25T09:12:00+08:00", datetime(2026, 3, 25, 1, 12, tzinfo=UTC)),
        ("2026-03-25T01:12:00Z", datetime(2026, 3, 25, 1, 12, tzinfo=UTC)),
        ("2026-03-24T20:42:00.5-04:30", datetime(2026, 3, 25, 1, 12, 0, 500_000, tzinfo=UTC)),
        ("2026-03-25T01:12:00.123456999Z", datetime(2026, 3, 25, 1, 12, 0, 123_456, tzinfo=UTC)),
        ("2024-02-29T23:59:59+23:59", datetime(2024, 2, 29, 0, 0, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_with_its_offset(text: str, moment: datetime) -> None:
    assert rfc3339.parse(text) == moment


def test_a_refusal_carries_the_pointer_it_was_given() -> None:
    with pytest.raises(Malformed) as refused:
        rfc3339.parse("2026-03-25T09:12:00", pointer="/data/at")
    assert (refused.value.code, refused.value.pointer) == ("TIME_WITHOUT_OFFSET", "/data/at")


def test_the_ledgers_own_times_are_utc_with_three_digits() -> None:
    beijing = datetime(2026, 3, 25, 9, 12, 3, 120_000, tzinfo=timezone(timedelta(hours=8)))
    assert rfc3339.format_milliseconds(beijing) == "2026-03-25T01:12:03.120Z"
    assert rfc3339.format_milliseconds(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"
