"""Uses recognised in the log by what is kept of their lines (`ledger.records.cutting`), without being read.

Entries hold records that the log let in, each a right record by itself. Where what is kept of one is kept of another
and its values are cut where they end, the two say the same save what is new each time (`domain.codec.repeating`); of
that only the time is wanted here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Final, NamedTuple

import orjson

from domain.codec.repeating import NEW_EACH_TIME
from domain.deadlines.calendar import day_of
from ledger.records.cutting import LONG, Cutter, Kept, fitting
from replay.log_source import Unread, moment

CAPACITY: Final = 4_000
_RECORDED_AT: Final = b'"recorded_at":"'
_RECORD: Final = b'"record":"'
_MOMENT: Final = len("2026-03-25T01:12:00.000Z")
_CHINA: Final = "+08:00"  # of a time that is written so, the day is seen at once


class Recognised(NamedTuple):
    stream: str
    said: Hashable  # and on which day it was done, and on which recorded
    time: datetime


class _Pattern(NamedTuple):
    number: int
    stream: str
    fit: Callable[[Sequence[bytes]], re.Match[str] | None]  # of what is new
    time: int  # its place in that


class UseLines:
    """Owned by one lane's thread. It may forget anything at any time: then a use is read."""

    def __init__(self) -> None:
        self._cutter = Cutter(escaped=True)
        self._seen: set[Kept] = set()
        self._patterns: dict[Kept, _Pattern | None] = {}  # None: it cannot be cut
        self._numbers = count()

    def recognise(self, entry: Unread) -> Recognised | None:
        """None: it must be read."""
        line = entry.line
        if not self._patterns or len(line) > LONG:
            return None
        at = line.find(_RECORDED_AT) + len(_RECORDED_AT)
        kept, new = self._cutter.cut(_record(line, at))
        pattern = self._patterns.get(kept)
        values = None if pattern is None else self._cutter.plain(new)
        fits = None if pattern is None or values is None else pattern.fit(values)
        if pattern is None or fits is None:
            return None
        written: str = fits[pattern.time + 1]
        if not written.endswith(_CHINA):
            return None
        time = datetime.fromisoformat(written)
        said = pattern.number, time.date(), _recorded_on(line[at : at + _MOMENT])
        return Recognised(pattern.stream, said, time)

    def learn(self, entry: Unread) -> None:
        """From a use that was read. The second of which the same is kept teaches to recognise the next."""
        if len(entry.line) > LONG:
            return
        opened = orjson.loads(entry.line)
        record = opened["record"].encode()
        if self._cutter.learn(record, NEW_EACH_TIME) or len(self._seen) >= CAPACITY:
            self._seen.clear()
            self._patterns.clear()
        kept, new = self._cutter.cut(_record(entry.line))
        if kept not in self._seen:
            self._seen.add(kept)
        elif kept not in self._patterns:
            values = self._cutter.plain(new)
            cuts = () if values is None else self._cutter.members(record, kept, values)
            time = [cut.name for cut in cuts].index("time") if cuts else 0
            self._patterns[kept] = (
                _Pattern(next(self._numbers), opened["stream"], fitting(cuts), time) if cuts else None
            )


def _record(line: bytes, at: int = 0) -> bytes:
    """The record in an entry's line, as it stands there."""
    return line[line.find(_RECORD, at) + len(_RECORD) : -len(b'"}')]


@lru_cache(maxsize=64)
def _recorded_on(text: bytes) -> date:
    """A batch of entries shares one moment."""
    return day_of(moment(text.decode()))
