"""Lines that say the same, save what is new in each: read whole twice, and after that only where they differ.

A system's records differ in `id` and `time`, and in what their type names as new each time. To read a line we

1. cut it at these members, into what is kept and what is new;
2. look for what is kept, byte for byte, among the lines that were read whole;
3. hold what is new against patterns, and give out the record of the one before with it.

Whatever does not come through this is read whole. Why (3) is enough: the line before was a record, and this one is that
line with other members there (`ledger.records.cutting`); the patterns let through only texts without anything
forbidden or an escaped quotation mark, whole numbers that a browser reads, and lists of such texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, NamedTuple

from formats import rfc3339
from formats.errors import Malformed
from ledger.records.cutting import ALWAYS_NEW, LONG, Cutter, Kept, fitting
from ledger.records.record import Record, parse_record

KINDS: Final = 256  # kinds of lines that are learned; lines of others are read whole


@dataclass(frozen=True, slots=True)
class News:
    """Which members of `data` are new in each record of a type, and whether they are as the type demands: asked with
    those that are there and nothing else, and only where all the rest is that of a record that was found right. None:
    nobody wants to know.
    """

    names: tuple[str, ...]
    is_right: Callable[[dict[str, Any]], bool] | None = None


class _Kind(NamedTuple):
    first: Record
    number: int
    frame: bytes | None  # of an escaped line: what it is a frame of, not escaped
    fit: Callable[[Sequence[bytes]], re.Match[str] | None]  # of what is new
    id: int  # which value it is
    time: int
    news: Sequence[tuple[str, int, Callable[[str], Any]]]
    is_right: Callable[[dict[str, Any]], bool] | None


class AlikeLines:
    """Reads the lines of one text, such as a submission; owned by whoever reads it. `escaped`: the lines are recalled
    as they stand in JSON strings.
    """

    def __init__(self, news: Mapping[str, News], *, escaped: bool = False, kinds: int = KINDS) -> None:
        """`news` by the type of record."""
        self._news = news
        self._escaped = escaped
        self._most = kinds
        self._cutter = Cutter(escaped=escaped)
        # Of a kind of which there was one line: its number, and what was new in that line.
        self._seen: dict[Kept, tuple[int, Sequence[bytes] | None]] = {}
        self._kinds: dict[Kept, _Kind | None] = {}  # None: lines of this kind are read whole
        self._numbers = count(1)

    def read(self, line: bytes) -> Record:
        """As `parse_record`. Records with the same `alike` say the same save their news, and that is right in each but
        the first, of which it is not asked."""
        assert not self._escaped, "a line that is escaped is no record"
        return self.recall(line) or self.hear(line, parse_record(line))

    def recall(self, text: bytes) -> Record | None:
        """The record of a line that need not be read whole."""
        if not self._kinds or len(text) > LONG:
            return None
        kept, new = self._cutter.cut(text)
        kind = self._kinds.get(kept)
        values = None if kind is None else self._cutter.plain(new)
        if kind is None or values is None:
            return None
        return _again(text if kind.frame is None else kind.frame % tuple(values), kind, values)

    def hear(self, text: bytes, record: Record) -> Record:
        """The record of a line that was read whole, with its number. The second of a kind teaches how the next are
        recalled. The first is given its number without a look at its news: there is none before it to be like.
        """
        news = self._news.get(record.type)
        if news is None or len(text) > LONG:
            return record
        if self._cutter.learn(record.line, news.names):
            self._seen.clear()
            self._kinds.clear()
        kept, new = self._cutter.cut(text)
        if kept in self._kinds:
            return record
        values = self._cutter.plain(new)
        if kept in self._seen:
            self._kinds[kept] = self._kind(record, news, kept, values)
            return self.recall(text) or record
        if len(self._seen) == self._most:
            return record
        number = next(self._numbers)
        self._seen[kept] = number, values
        return Record(record.line, record.id, record.source, record.type, record.subject, record.time, number)

    def _kind(self, record: Record, news: News, kept: Kept, values: Sequence[bytes] | None) -> _Kind | None:
        """What the second of a kind teaches: nothing if it, or the first, was not cut where its values end."""
        number, before = self._seen[kept]
        cuts = () if values is None else self._cutter.members(record.line, kept, values)
        fit = fitting(cuts)
        if not cuts or before is None or fit(before) is None:
            return None
        frame = self._cutter.frame(kept) if self._escaped else None
        places = {cut.name: place for place, cut in enumerate(cuts)}
        of_news = [(cut.name, place, cut.sort.read) for place, cut in enumerate(cuts) if cut.name not in ALWAYS_NEW]
        return _Kind(record, number, frame, fit, places["id"], places["time"], of_news, news.is_right)


def _again(line: bytes, kind: _Kind, values: Sequence[bytes]) -> Record | None:
    """(3); what the whole reading would refuse is left to it, since it says why."""
    fits = kind.fit(values)
    if fits is None:
        return None
    found = fits.groups()
    try:
        moment = rfc3339.read(found[kind.time])
    except Malformed:
        return None
    first, alike = kind.first, kind.is_right is None or kind.is_right(_news(kind, found))
    return Record(line, found[kind.id], first.source, first.type, first.subject, moment, kind.number if alike else None)


def _news(kind: _Kind, found: Sequence[str]) -> dict[str, Any]:
    return {name: read(found[place]) for name, place, read in kind.news}
