"""Lines cut at the members that are new in each of them: what is kept, and what is new.

Where to cut is learned from a line that was read whole, and believed of lines with the same kept parts only after other
values were put in where one of them was cut, and just these members were read to have changed. So lines that are kept
alike say the same with other values there, provided that each of those is by itself a value of its sort: a text without
a quotation mark, a whole number, a short list of such texts. That must be asked of every line, also of the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from formats import rfc3339
from ledger.records.record import ID

LONG: Final = 4096  # bytes of a line that it is not worth while to cut: what is kept of lines stays in memory
ALWAYS_NEW: Final = {"id": ID, "time": rfc3339.MOMENT}
_PLAIN: Final = r'[^\x00-\x1f\x7f-\x9f"\\]*'  # without a line feed, so that values can be parted by one
# … and what a writer that keeps to ASCII makes of others; not of those that no text may hold, nor of a quotation mark.
_CHARACTERS: Final = _PLAIN + r"(?:\\u(?!00[0189]|0022|005[cC]|007[fF]|[dD][89a-fA-F])[0-9a-fA-F]{4}" + _PLAIN + ")*"

Kept = tuple[bytes | None, ...]
"""A part before each cut, None where that member is not found, and the rest."""


class Sort(NamedTuple):
    """A sort of values, as they stand between the two ends of a cut. `other`: a value that is not this one."""

    pattern: str
    read: Callable[[str], Any]
    other: Callable[[str], str]


def _text(value: str) -> str:
    return str(orjson.loads(f'"{value}"')) if "\\" in value else value


_TEXT: Final = Sort(_CHARACTERS, _text, lambda value: value + "~")
_NUMBER: Final = Sort("(?:0|[1-9][0-9]{0,14})", int, lambda value: str(int(value) + 1))
_LIST: Final = Sort(
    f'(?:"{_CHARACTERS}"(?:, ?"{_CHARACTERS}"){{0,31}})?',
    lambda value: orjson.loads(f"[{value}]"),
    lambda value: f'{value},"~"' if value else '"~"',
)


class Cut(NamedTuple):
    """A member's value stands between `begin` and the next `end`."""

    name: str
    begin: bytes
    end: bytes
    sort: Sort

    @property
    def pattern(self) -> str:
        return ALWAYS_NEW.get(self.name, self.sort.pattern)


class Cutter:
    """Of the lines of one text, or of one log. `escaped`: what is cut are lines as they stand in JSON strings."""

    def __init__(self, *, escaped: bool = False) -> None:
        self._escaped = escaped
        self._cuts: Sequence[Cut] = ()
        self._marks: Sequence[tuple[bytes, bytes]] = ()
        self._elsewhere: Sequence[bytes] = ()  # members that may be new, and did not stand in the line learned from

    def cut(self, text: bytes) -> tuple[Kept, list[bytes]]:
        """What is kept; and what is new, for each member that was found."""
        kept: list[bytes | None] = []
        new: list[bytes] = []
        rest = text
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

    def plain(self, new: list[bytes]) -> Sequence[bytes] | None:
        """The values, not escaped; None if one is not escaped as it must be, or if more than quotation marks are."""
        together = b"".join(new)
        if not self._escaped or (b'"' not in together and b"\\" not in together):
            return new
        values = [value.replace(b'\\"', b'"') for value in new]
        escaped = [value.replace(b'"', b'\\"') for value in values]
        return values if escaped == new and not any(b"\\" in value for value in values) else None

    def learn(self, line: bytes, names: Sequence[str]) -> bool:
        """Where lines are to be cut from now on, from one (not escaped) of which these members of `data` may be new.
        True: otherwise than before, so that what was kept of earlier lines is of no more use.
        """
        if self._cuts and not any(member in line for member in self._elsewhere):
            return False
        cuts = _cuts_of(line, names)
        self._elsewhere = [_quoted(name) for name in names if _quoted(name) not in line]
        if len(cuts) <= len(self._cuts):
            return False
        self._cuts, self._marks = cuts, [(self._spelled(cut.begin), self._spelled(cut.end)) for cut in cuts]
        return True

    def members(self, line: bytes, kept: Kept, values: Sequence[bytes]) -> Sequence[Cut]:
        """The members that are new, of a line (not escaped) and what `cut` and `plain` made of it; none if it was not
        cut at the very members that the cuts are meant for.
        """
        cuts, parts = self._found(kept)
        if not {cut.name for cut in cuts}.issuperset(ALWAYS_NEW):
            return ()
        return cuts if _are_members(line, parts, cuts, values) else ()

    def frame(self, kept: Kept) -> bytes:
        """A line of which so much is kept (not escaped), with `%b` for each value that is new."""
        cuts, parts = self._found(kept)
        doubled = [part.replace(b"%", b"%%") for part in parts]
        return _joined(doubled, cuts, [b"%b"] * len(cuts))

    def _found(self, kept: Kept) -> tuple[Sequence[Cut], Sequence[bytes]]:
        """The members that were found, and the parts around them, not escaped."""
        cuts = [cut for cut, part in zip(self._cuts, kept, strict=False) if part is not None]
        parts = [part for part in kept if part is not None]
        return cuts, list(map(_read, parts)) if self._escaped else parts

    def _spelled(self, mark: bytes) -> bytes:
        return mark.replace(b'"', b'\\"') if self._escaped else mark


def fitting(cuts: Sequence[Cut]) -> Callable[[Sequence[bytes]], re.Match[str] | None]:
    """What finds out whether each value is one of its sort, and gives them as texts."""
    fit = re.compile("\n".join(f"({cut.pattern})" for cut in cuts), re.ASCII).fullmatch

    def of(values: Sequence[bytes]) -> re.Match[str] | None:
        try:
            return fit(b"\n".join(values).decode())
        except UnicodeDecodeError:
            return None

    return of


def _read(escaped: bytes) -> bytes:
    return str(orjson.loads(b'"%b"' % escaped)).encode()


def _quoted(name: str) -> bytes:
    return b'"%b"' % name.encode()


def _cuts_of(line: bytes, names: Sequence[str]) -> Sequence[Cut]:
    """Where a line can be cut, in the order in which it is; nowhere if not at what is always new."""
    found: list[tuple[int, Cut]] = []
    for name in (*ALWAYS_NEW, *names):
        member = re.search(rb'(%b: ?)(?:(")|(\[)|[0-9]+([,} \t]))' % _quoted(name), line)
        if member is None:
            continue
        begin, text, list_, end = member.groups()
        if text:
            cut = Cut(name, begin + text, b'"', _TEXT)
        elif list_:
            cut = Cut(name, begin + list_, b"]", _LIST)
        else:
            cut = Cut(name, begin, end, _NUMBER)
        found.append((member.start(), cut))
    cuts = [cut for _, cut in sorted(found, key=itemgetter(0))]
    return cuts if {cut.name for cut in cuts}.issuperset(ALWAYS_NEW) else ()


def _joined(parts: Sequence[bytes], cuts: Sequence[Cut], values: Sequence[bytes]) -> bytes:
    filled = [cut.begin + value + cut.end for cut, value in zip(cuts, values, strict=True)]
    return b"".join(chain.from_iterable(zip_longest(parts, filled, fillvalue=b"")))


def _are_members(line: bytes, parts: Sequence[bytes], cuts: Sequence[Cut], values: Sequence[bytes]) -> bool:
    """Whether with other values there, just these members are read to have changed."""
    try:
        others = [cut.sort.other(value.decode()) for cut, value in zip(cuts, values, strict=True)]
        read = orjson.loads(_joined(parts, cuts, [other.encode() for other in others]))
        expected = orjson.loads(line)
        for cut, other in zip(cuts, others, strict=True):
            (expected if cut.name in ALWAYS_NEW else expected["data"])[cut.name] = cut.sort.read(other)
    except ValueError:  # it was cut elsewhere
        return False
    return bool(read == expected)
