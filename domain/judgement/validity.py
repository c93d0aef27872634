"""An instant that records its comparisons, and the interval in which each of them has the same outcome.

The basis of a use (grant, agreement, class, parties) depends on its instant only by comparisons. It is therefore
established once, with a tracing instant, and holds for every act in the interval.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from domain.state import end_of, start_of

EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)


class ValidityInterval:
    """The interval, ``since`` included and ``until`` excluded, in which the recorded comparisons hold."""

    __slots__ = ("since", "until")

    def __init__(self) -> None:
        self.since = EARLIEST
        self.until = LATEST

    def at_least(self, bound: datetime, holds: bool) -> bool:
        """Record and return the outcome of ``instant >= bound``."""
        if holds:
            self.since = max(self.since, bound)
        else:
            self.until = min(self.until, bound)
        return holds

    def beyond(self, bound: datetime, holds: bool) -> bool:
        """Record and return the outcome of ``instant > bound``. Instants are whole microseconds."""
        return self.at_least(bound + datetime.resolution if bound < LATEST else bound, holds)


class TracedInstant(datetime):
    """An aware instant in UTC that records its comparisons in ``validity``."""

    validity: ValidityInterval

    @classmethod
    def of(cls, instant: datetime, validity: ValidityInterval) -> TracedInstant:
        utc = instant.astimezone(UTC)
        traced = cls.combine(utc.date(), utc.time(), UTC)
        traced.validity = validity
        return traced

    def __ge__(self, other: date) -> bool:
        assert isinstance(other, datetime)
        return self.validity.at_least(other, super().__ge__(other))

    def __lt__(self, other: date) -> bool:
        return not self.__ge__(other)

    def __gt__(self, other: date) -> bool:
        assert isinstance(other, datetime)
        return self.validity.beyond(other, super().__gt__(other))

    def __le__(self, other: date) -> bool:
        return not self.__gt__(other)

    __hash__ = datetime.__hash__


class TracedDay(date):
    """The day in +08:00 of an instant. It records its comparisons as bounds of the instant."""

    validity: ValidityInterval

    @classmethod
    def of(cls, day: date, validity: ValidityInterval) -> TracedDay:
        traced = cls(day.year, day.month, day.day)
        traced.validity = validity
        return traced

    def __ge__(self, other: date) -> bool:
        return self.validity.at_least(start_of(other), super().__ge__(other))

    def __lt__(self, other: date) -> bool:
        return not self.__ge__(other)

    def __gt__(self, other: date) -> bool:
        return self.validity.at_least(end_of(other), super().__gt__(other))

    def __le__(self, other: date) -> bool:
        return not self.__gt__(other)

    __hash__ = date.__hash__
