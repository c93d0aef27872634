"""What a strict format must survive: every flipped bit, and every other spelling of a field."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise


def flipped_bits(data: bytes, step: int = 1) -> Iterator[bytes]:
    """The same bytes, each time with another single bit changed: every bit, or each `step`-th where a check is dear."""
    for place in range(0, len(data) * 8, step):
        at, bit = divmod(place, 8)
        yield data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def respelled(field: str) -> Iterator[str]:
    """A field truncated, doubled, emptied, with a leading zero, sign, spaces, CR and trailing garbage."""
    yield from (field[:-1], field[1:], field * 2, "")
    yield from ("0" + field, "+" + field, "-" + field, " " + field, field + " ", "\t" + field)
    yield from (field + "\r", field + "\x00", field + "=", field + "A", field + "\u00a0", "\ufeff" + field)


def respelled_fields(data: bytes, separators: str = " \n+") -> Iterator[bytes]:
    """The same text, each time with one of its fields spelt otherwise, or two neighbours swapped."""
    text = data.decode()
    cuts = [place for place, character in enumerate(text) if character in separators]
    bounds = [0, *(place + 1 for place in cuts)], [*cuts, len(text)]
    fields = [(start, stop) for start, stop in zip(*bounds, strict=True) if start < stop]
    for start, stop in fields:
        for other in respelled(text[start:stop]):
            yield (text[:start] + other + text[stop:]).encode()
    for (start, stop), (start_2, stop_2) in pairwise(fields):
        if text[start:stop] != text[start_2:stop_2]:
            swapped = text[start_2:stop_2] + text[stop:start_2] + text[start:stop]
            yield (text[:start] + swapped + text[stop_2:]).encode()
