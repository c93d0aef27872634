"""Lines that say the same, save what is new in each: read whole twice, and after that only where they differ.

A system's records differ in `id` and `time`, and in what their type names as new each time. To read a line we

1. cut it at these members, into what is kept and what is new;
2. look for what is kept, byte for byte, among the lines that were read whole;
3. hold what is new against patterns, and give out the record of the one before with it.

Whatever does not come through this is read whole. Why (3) is enough: the line before was a record, and it is learned
only after other values were put in where it was cut and just these members were read to have changed. So this line is
that line with other members there; and the patterns let through only texts without anything escaped or forbidden, whole
numbers that a browser reads, and lists of such texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, zip_longest
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from ledger import rfc3339
from ledger.errors import Malformed
from ledger.records import ID, MAX_ESCAPED_LINE, Record, parse_record

KINDS: Final = 256  # kinds of lines that are learned; lines of others are read whole

_ALWAYS: Final = {"id": ID, "time": rfc3339.MOMENT}
_SHORT: Final = MAX_ESCAPED_LINE // 2  # a line that is not too long, whatever stands in it
_PLAIN: Final = r'[^\x00-\x1f\x7f-\x9f"\\]*'  # without a line feed, which parts the values here
# … and what a writer that keeps to ASCII makes of others; not of those that no text may hold, nor of a quotation mark.
_CHARACTERS: Final = _PLAIN + r"(?:\\u(?!00[0189]|0022|005[cC]|007[fF]|[dD][89a-fA-F])[0-9a-fA-F]{4}" + _PLAIN + ")*"


@dataclass(frozen=True, slots=True)
class News:
    """Which members of `data` are new in each record of a type, and whether they are as the type demands: asked with
    those that are there and nothing else, and only where all the rest is that of a record that was found right.
    """

    names: tuple[str, ...]
    is_right: Callable[[dict[str, Any]], bool]


class _Sort(NamedTuple):
    pattern: str
    read: Callable[[str], Any]
    other: Callable[[str], str]  # a value that is not this one


def _text(value: str) -> str:
    return str(orjson.loads(f'"{value}"')) if "\\" in value else value


_TEXT: Final = _Sort(_CHARACTERS, _text, lambda value: value + "~")
_NUMBER: Final = _Sort("(?:0|[1-9][0-9]{0,14})", int, lambda value: str(int(value) + 1))
_LIST: Final = _Sort(
    f'(?:"{_CHARACTERS}"(?:, ?"{_CHARACTERS}")*)?',
    lambda value: orjson.loads(f"[{value}]"),
    lambda value: '"~"' if value != '"~"' else "",
)


class _Cut(NamedTuple):
    """A member's value stands between `begin` and the next `end`."""

    name: str
    begin: bytes
    end: bytes
    sort: _Sort


_Kept = tuple[bytes | None, ...]


class _Kind(NamedTuple):
    first: Record
    number: int
    fit: Callable[[str], re.Match[str] | None]  # of what is new, a value a line
    id: int  # which value it is
    time: int
    news: Sequence[tuple[str, int, Callable[[str], Any]]]
    is_right: Callable[[dict[str, Any]], bool]


class AlikeLines:
    """Reads the lines of one submission, or of another text of many lines; owned by whoever reads it."""

    def __init__(self, news: Mapping[str, News], *, plain: bool = False) -> None:
        """`news` by the type of record. `plain`: the lines are parts of a text that `jsontext.is_plain`."""
        self._news = news
        self._plain = plain
        self._cuts: Sequence[_Cut] = ()
        self._marks: Sequence[tuple[bytes, bytes]] = ()
        self._elsewhere: Sequence[bytes] = ()  # members that may be new, and are not cut
        self._seen: dict[_Kept, int] = {}  # the number of a kind of which there was one line
        self._kinds: dict[_Kept, _Kind] = {}
        self._numbers = count(1)

    def read(self, line: bytes) -> Record:
        """As `parse_record`. Records with the same `alike` say the same save their news, and that is right in each."""
        if self._kinds:
            kept, new = self._cut(line)
            kind = self._kinds.get(kept)
            again = None if kind is None else _again(line, kind, new)
            if again is not None:
                return again
        record = parse_record(line, plain=self._plain)
        news = self._news.get(record.type)
        return record if news is None else self._hear(line, record, news)

    def _cut(self, line: bytes) -> tuple[_Kept, Sequence[bytes]]:
        """What is kept: a part before each cut, None where that member is not found, and the rest. What is new."""
        kept: list[bytes | None] = []
        new: list[bytes] = []
        rest = line
        for begin, end in self._marks:
            before, found, behind = rest.partition(begin)
            if found:
                value, _, rest = behind.partition(end)
                kept.append(before)
                new.append(value)
            else:
                kept.append(None)
        kept.append(rest)
        return tuple(kept), new

    def _hear(self, line: bytes, record: Record, news: News) -> Record:
        """The record of a line that was read whole, with its number. The second of a kind teaches how the next are
        read. The first is given its number without a look at its news: there is none before it to be like.
        """
        if not self._cuts or any(member in line for member in self._elsewhere):
            self._cut_as(line, news.names)
        kept, new = self._cut(line)
        if kept in self._kinds:
            return record
        if kept in self._seen:
            return self._learn(line, record, news, kept, new)
        if len(self._seen) == KINDS:
            return record
        number = self._seen[kept] = next(self._numbers)
        return _numbered(record, number)

    def _cut_as(self, line: bytes, names: Sequence[str]) -> None:
        """From now on lines are cut where this one can be, if there is more to cut."""
        cuts = _cuts_of(line, names)
        if len(cuts) > len(self._cuts):
            self._cuts, self._marks = cuts, [(cut.begin, cut.end) for cut in cuts]
            self._seen.clear()
            self._kinds.clear()
        self._elsewhere = [_quoted(name) for name in names if _quoted(name) not in line]
        if not self._cuts:
            self._news = {}  # such lines are read whole

    def _learn(self, line: bytes, record: Record, news: News, kept: _Kept, new: Sequence[bytes]) -> Record:
        """The record, with its number if what was cut off are the members that they are taken for."""
        cuts = [cut for cut, part in zip(self._cuts, kept, strict=False) if part is not None]
        parts = [part for part in kept if part is not None]
        if not _are_members(line, parts, cuts, new):
            return record
        kind = self._kinds[kept] = _kind(record, self._seen[kept], cuts, news)
        return _again(line, kind, new) or record


def _numbered(record: Record, number: int) -> Record:
    return Record(record.line, record.id, record.source, record.type, record.subject, record.time, number)


def _kind(first: Record, number: int, cuts: Sequence[_Cut], news: News) -> _Kind:
    fit = re.compile("\n".join(f"({_ALWAYS.get(cut.name, cut.sort.pattern)})" for cut in cuts), re.ASCII)
    places = {cut.name: place for place, cut in enumerate(cuts)}
    of_news = [(cut.name, place, cut.sort.read) for place, cut in enumerate(cuts) if cut.name not in _ALWAYS]
    return _Kind(first, number, fit.fullmatch, places["id"], places["time"], of_news, news.is_right)


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


def _quoted(name: str) -> bytes:
    return b'"%b"' % name.encode()


def _cuts_of(line: bytes, names: Sequence[str]) -> Sequence[_Cut]:
    """Where a line can be cut, in the order in which it is; nowhere if not at what is always new."""
    found: list[tuple[int, _Cut]] = []
    for name in (*_ALWAYS, *names):
        member = re.search(rb'(%b: ?)(?:(")|(\[)|[0-9]+(.))' % _quoted(name), line)
        if member is None:
            continue
        begin, text, list_, end = member.groups()
        if text:
            cut = _Cut(name, begin + text, b'"', _TEXT)
        elif list_:
            cut = _Cut(name, begin + list_, b"]", _LIST)
        else:
            cut = _Cut(name, begin, end, _NUMBER)
        found.append((member.start(), cut))
    cuts = [cut for _, cut in sorted(found, key=itemgetter(0))]
    return cuts if {cut.name for cut in cuts}.issuperset(_ALWAYS) else ()


def _are_members(line: bytes, parts: Sequence[bytes], cuts: Sequence[_Cut], new: Sequence[bytes]) -> bool:
    """Whether the line was cut at the very members that the cuts name: with other values there, just these are read to
    have changed.
    """
    try:
        others = [cut.sort.other(value.decode()) for cut, value in zip(cuts, new, strict=True)]
        filled = [cut.begin + other.encode() + cut.end for cut, other in zip(cuts, others, strict=True)]
        read = orjson.loads(b"".join(chain.from_iterable(zip_longest(parts, filled, fillvalue=b""))))
        expected = orjson.loads(line)
        for cut, other in zip(cuts, others, strict=True):
            (expected if cut.name in _ALWAYS else expected["data"])[cut.name] = cut.sort.read(other)
    except ValueError:  # it was cut elsewhere
        return False
    return bool(read == expected)
