"""Five JSON writers, as the systems of as many makers write the same record: spacing, escapes, the order of members."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from typing import Any, Final

import orjson

Record = dict[str, Any]
Writer = Callable[[Record], bytes]
Order = Callable[[tuple[str, ...]], tuple[str, ...]]  # the order in which these members are written


def _compact(record: Record) -> bytes:
    return orjson.dumps(record)


def _spaced(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def _sorted(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _escaped(record: Record) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()


def _indented(record: Record) -> bytes:
    """Indented, its lines joined: no text contains a line's end as it is."""
    return json.dumps(record, ensure_ascii=False, indent=1).replace("\n", " ").encode()


_WRITERS: Final = (_compact, _spaced, _sorted, _escaped, _indented)


def writer_of(number: int) -> Writer:
    """The writer of an organ's system, known by the organ's number. All five are taken in turn.

    A system has an order of its own for the members of each object; the compact one writes a hash map, whose order
    differs from record to record.
    """
    write = _WRITERS[number % len(_WRITERS)]
    order = _hashed(number) if write is _compact else _fixed(number)
    return lambda record: write(_ordered(record, order))


def _ordered(value: Any, order: Order) -> Any:
    if isinstance(value, dict):
        return {name: _ordered(value[name], order) for name in order(tuple(value))}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_ordered(each, order) for each in value]
    return value


def _fixed(number: int) -> Order:
    known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def order(names: tuple[str, ...]) -> tuple[str, ...]:
        if names not in known:
            known[names] = tuple(sorted(names, key=lambda name: sha256(f"{number} {name}".encode()).digest()))
        return known[names]

    return order


def _hashed(number: int) -> Order:
    """One of a thousand orders of the same members after the other."""
    turns: Iterator[int] = count(number)
    orders = [_fixed(n) for n in range(1_000)]
    return lambda names: orders[next(turns) % len(orders)](names)
