"""Answers for programs and spreadsheets: JSON lines, and CSV (RFC 4180) in UTF-8 with a byte order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
import typer

BOM: Final = b"\xef\xbb\xbf"
# What a spreadsheet would take for a formula. The texts are those of other organs: a cell of theirs must not run.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def print_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Prints one JSON object a line."""
    for row in rows:
        typer.echo(orjson.dumps(row))


def print_csv(columns: Sequence[str], as_json: frozenset[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Prints the header, then a line for each row as it comes. A nested member is the column ``outer.inner``."""
    typer.echo(BOM + _line(columns), nl=False)
    for row in rows:
        typer.echo(_line([_cell(_member(row, name), as_json=name in as_json) for name in columns]), nl=False)


def _line(cells: Sequence[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()


def _member(row: Mapping[str, Any], name: str) -> Any:
    value: Any = row
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _cell(value: Any, *, as_json: bool) -> str:
    """Null is an empty cell; a number is written as it is, since no number is a formula."""
    if value is None:
        return ""
    if as_json:
        return _safe(orjson.dumps(value).decode())
    if isinstance(value, list):
        return _safe("; ".join(_text(each) for each in value))
    return _safe(value) if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
