"""Instants as the tables keep them: whole microseconds since 1970-01-01T00:00Z, one form on every back end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """An aware instant as a number; a naive one is a TypeError, as it should be."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(number: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + number * _MICROSECOND
