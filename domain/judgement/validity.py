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


class Bounds:
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


class Moment(datetime):
    """An aware instant in UTC that records its comparisons in ``bounds``."""

    bounds: Bounds

    @classmethod
    def of(cls, instant: datetime, bounds: Bounds) -> Moment:
        utc = instant.astimezone(UTC)
        moment = cls.combine(utc.date(), utc.time(), UTC)
        moment.bounds = bounds
        return moment

    def __ge__(self, other: date) -> bool:
        assert isinstance(other, datetime)
        return self.bounds.at_least(other, super().__ge__(other))

    def __lt__(self, other: date) -> bool:
        return not self.__ge__(other)

    def __gt__(self, other: date) -> bool:
        assert isinstance(other, datetime)
        return self.bounds.beyond(other, super().__gt__(other))

    def __le__(self, other: date) -> bool:
        return not self.__gt__(other)

    __hash__ = datetime.__hash__


class MomentDay(date):
    """The day in +08:00 of an instant. It records its comparisons as bounds of the instant."""

    bounds: Bounds

    @classmethod
    def of(cls, day: date, bounds: Bounds) -> MomentDay:
        noting = cls(day.year, day.month, day.day)
        noting.bounds = bounds
        return noting

    def __ge__(self, other: date) -> bool:
        return self.bounds.at_least(start_of(other), super().__ge__(other))

    def __lt__(self, other: date) -> bool:
        return not self.__ge__(other)

    def __gt__(self, other: date) -> bool:
        return self.bounds.at_least(end_of(other), super().__gt__(other))

    def __le__(self, other: date) -> bool:
        return not self.__gt__(other)

    __hash__ = date.__hash__
