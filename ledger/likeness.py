"""Lines that say the same, save what is new in each: read whole twice, and after that only where they differ.

A system's records differ in `id` and `time`, and in what their type names as new each time. To read a line we

1. cut it at these members, into what is kept and what is new;
2. look for what is kept, byte for byte, among the lines that were read whole;
3. hold what is new against patterns, and give out the record of the one before with it.

Whatever does not come through this is read whole. Why (3) is enough: the line before was a record, and this one is that
line with other members there (`ledger.cutting`); the patterns let through only texts without anything forbidden or an
escaped quotation mark, whole numbers that a browser reads, and lists of such texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

from ledger import rfc3339
from ledger.cutting import ALWAYS_NEW, Cut, Cutter, Kept
from ledger.errors import Malformed
from ledger.records import MAX_ESCAPED_LINE, Record, parse_record

KINDS: Final = 256  # kinds of lines that are learned; lines of others are read whole

_SHORT: Final = MAX_ESCAPED_LINE // 2  # a line that is not too long, whatever stands in it


@dataclass(frozen=True, slots=True)
class News:
    """Which members of `data` are new in each record of a type, and whether they are as the type demands: asked with
    those that are there and nothing else, and only where all the rest is that of a record that was found right.
    """

    names: tuple[str, ...]
    is_right: Callable[[dict[str, Any]], bool] = field(default=lambda _: True)


class _Kind(NamedTuple):
    first: Record
    number: int
    frame: bytes | None  # of an escaped line: what it is a frame of, not escaped
    fit: Callable[[str], re.Match[str] | None]  # of what is new, a value a line
    id: int  # which value it is
    time: int
    news: Sequence[tuple[str, int, Callable[[str], Any]]]
    is_right: Callable[[dict[str, Any]], bool]


class AlikeLines:
    """Reads the lines of one text, such as a submission; owned by whoever reads it. `escaped`: the lines are recalled
    as they stand in JSON strings.
    """

    def __init__(
        self, news: Mapping[str, News], *, plain: bool = False, escaped: bool = False, kinds: int = KINDS
    ) -> None:
        """`news` by the type of record. `plain`: the lines are parts of a text that `jsontext.is_plain`."""
        self._news = news
        self._plain = plain
        self._escaped = escaped
        self._most = kinds
        self._cutter = Cutter(escaped=escaped)
        self._seen: dict[Kept, int] = {}  # the number of a kind of which there was one line
        self._kinds: dict[Kept, _Kind | None] = {}  # None: lines of this kind are read whole
        self._numbers = count(1)

    def read(self, line: bytes) -> Record:
        """As `parse_record`. Records with the same `alike` say the same save their news, and that is right in each."""
        assert not self._escaped, "a line that is escaped is no record"
        return self.recall(line) or self.hear(line, parse_record(line, plain=self._plain))

    def recall(self, text: bytes) -> Record | None:
        """The record of a line that need not be read whole."""
        if not self._kinds:
            return None
        kept, new = self._cutter.cut(text)
        kind = self._kinds.get(kept)
        if kind is None:
            return None
        if kind.frame is None:
            return _again(text, kind, new)
        # What is escaped in an escaped line stands for something else in the line.
        plain = not any(b"\\" in value for value in new)
        return _again(kind.frame % tuple(new), kind, new) if plain else None

    def hear(self, text: bytes, record: Record) -> Record:
        """The record of a line that was read whole, with its number. The second of a kind teaches how the next are
        recalled. The first is given its number without a look at its news: there is none before it to be like.
        """
        line, news = record.line, self._news.get(record.type)
        if news is None:
            return record
        if self._cutter.learn(line, news.names):
            self._seen.clear()
            self._kinds.clear()
        if not self._cutter.cuts:
            self._news = {}  # such lines are read whole
            return record
        kept, new = self._cutter.cut(text)
        if kept in self._kinds:
            return record
        if kept in self._seen:
            cuts = self._cutter.members(line, kept, new)
            frame = self._cutter.frame(kept) if self._escaped else None
            self._kinds[kept] = _kind(record, self._seen[kept], frame, cuts, news) if cuts else None
            return self.recall(text) or record
        if len(self._seen) == self._most:
            return record
        number = self._seen[kept] = next(self._numbers)
        return Record(line, record.id, record.source, record.type, record.subject, record.time, number)


def _kind(first: Record, number: int, frame: bytes | None, cuts: Sequence[Cut], news: News) -> _Kind:
    fit = re.compile("\n".join(f"({cut.pattern})" for cut in cuts), re.ASCII)
    places = {cut.name: place for place, cut in enumerate(cuts)}
    of_news = [(cut.name, place, cut.sort.read) for place, cut in enumerate(cuts) if cut.name not in ALWAYS_NEW]
    return _Kind(first, number, frame, fit.fullmatch, places["id"], places["time"], of_news, news.is_right)


def _again(line: bytes, kind: _Kind, new: Sequence[bytes]) -> Record | None:
    """(3); what the whole reading would refuse is left to it, since it says why."""
    try:
        fits = kind.fit(b"\n".join(new).decode())
        if fits is None or len(line) > _SHORT:
            return None
        values = fits.groups()
        moment = rfc3339.read(values[kind.time])
    except (UnicodeDecodeError, Malformed):
        return None
    news = {name: read(values[place]) for name, place, read in kind.news}
    first, alike = kind.first, kind.number if kind.is_right(news) else None
    return Record(line, values[kind.id], first.source, first.type, first.subject, moment, alike)
