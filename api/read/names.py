"""Names in a question that nothing has: an empty answer would be the answer to another question.

Only an answer without rows is looked at, so that no other one costs anything. What a caller may not see is unknown to
it: the same words for what is not there and what is not for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum
from typing import Any, Final

from api.authz.row_filters import AccessScope
from api.http.parameters import Query
from api.http.problems import Problem
from projections.catalogue.query import CatalogueFilters
from projections.query.paging import LARGEST, QueryOptions, RowFilter
from projections.query.queries import Queries

NEAREST: Final = 3  # names that a problem offers
_LEAST: Final = 0.6  # likeness, from 0 to 1, of a name that is offered

Ask = Callable[[Sequence[RowFilter], int], QueryOptions]
"""Options for the present: the rows that may be seen, and how many."""


class Register(Enum):
    """Where a name is looked up, in words of both languages."""

    PARTY = ("机关", "party")
    DIVISION = ("行政区划", "party's division")
    ITEM = ("目录条目", "catalogue item")
    CASE = ("共享申请", "share request")
    AGREEMENT = ("保密协议", "agreement")


@dataclass(frozen=True, slots=True)
class NameIn:
    """Metadata of a parameter: which register has its value."""

    register: Register


def require_known_names(query: Query, queries: Queries, scope: AccessScope, ask: Ask) -> None:
    """Raises NAME_UNKNOWN for the first name of the question that nothing has, with the nearest names."""
    for parameter, register, name in _names_in(query):
        if not _found(register, name, queries, scope, ask):
            raise _unknown(parameter, register, name, _others(register, queries, scope, ask))


def _unknown(parameter: str, register: Register, name: str, known: Sequence[tuple[str, str | None]]) -> Problem:
    """``known``: codes and names that the caller may see."""
    chinese, english = register.value
    nearest = [{"code": code, "name": said} for code, said in _nearest(name, known)]
    detail = f"{parameter}: no {english} that this caller may see is {name!r} ({chinese}: 查无此名)."
    offered = ", ".join(f"{each['code']} {each['name'] or ''}".strip() for each in nearest)
    next_step = f"Did you mean: {offered}?" if nearest else "Name one that the register has."
    return Problem("NAME_UNKNOWN", detail, next_step, members={"parameter": parameter, "nearest": nearest})


def _names_in(query: Query) -> Iterator[tuple[str, Register, str]]:
    for attribute, info in type(query).model_fields.items():
        marks = [each.register for each in info.metadata if isinstance(each, NameIn)]
        value = getattr(query, attribute)
        if marks and value is not None:
            yield info.alias or attribute, marks[0], value


def _found(register: Register, name: str, queries: Queries, scope: AccessScope, ask: Ask) -> bool:
    """Whether something that the caller may see has the name."""
    match register:
        case Register.PARTY:
            return bool(queries.party(name, ask(scope.party_filter(), 1)).rows)
        case Register.DIVISION:
            return bool(queries.parties(ask(scope.party_filter(), 1), division=name).rows)
        case Register.ITEM:
            return bool(queries.catalogue.item(name, ask(scope.catalogue_filter(), 1)).rows)
        case Register.CASE:
            return bool(queries.case(name, ask(scope.case_filter(), 1)).rows)
        case Register.AGREEMENT:
            return bool(queries.agreement(name, ask(scope.agreement_filter(), 1)).rows)


def _others(register: Register, queries: Queries, scope: AccessScope, ask: Ask) -> Sequence[tuple[str, str | None]]:
    """Codes and names in the register; none of a register that is not for everybody."""
    match register:
        case Register.PARTY:
            return [(row.uscc, row.name) for row in _all(queries.parties, ask, scope.party_filter())]
        case Register.DIVISION:
            rows = _all(queries.parties, ask, scope.party_filter())
            return [(division, None) for division in sorted({row.division for row in rows})]
        case Register.ITEM:
            visible = scope.catalogue_filter()
            rows = _all(lambda asking: queries.catalogue.items(CatalogueFilters(), asking), ask, visible)
            return [(row.code, row.name) for row in rows]
        case _:
            return ()


def _all(question: Callable[[QueryOptions], Any], ask: Ask, visible: Sequence[RowFilter]) -> list[Any]:
    """All rows, page by page on the knowledge of the first: a register has some thousands."""
    asking, rows = ask(visible, LARGEST), list[Any]()
    while True:
        page = question(asking)
        rows += page.rows
        if page.next is None:
            return rows
        asking = replace(asking, cursor=page.next)


def _nearest(name: str, known: Sequence[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Those whose name holds the word, or whose code or name is like it, the likest first."""
    wanted = name.casefold()

    def likeness(each: tuple[str, str | None]) -> float:
        words = [word.casefold() for word in each if word]
        held = any(wanted in word for word in words)
        return 1.0 if held else max(SequenceMatcher(None, wanted, word).ratio() for word in words)

    rated = sorted(((likeness(each), each) for each in known), key=lambda rated: (-rated[0], rated[1][0]))
    return [each for rate, each in rated[:NEAREST] if rate >= _LEAST]
