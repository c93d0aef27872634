"""Comparison of scopes (10.1): approval within request, narrowing within grant, use within grant."""

from __future__ import annotations

from collections.abc import Iterator

from domain.vocabulary.divisions import all_covered
from domain.vocabulary.values import Scope


def beyond(inner: Scope, outer: Scope) -> tuple[str, ...]:
    """Return the members in which ``inner`` goes beyond ``outer``, empty if it lies within.

    Items, fields, divisions, purpose codes, duty bases, units and posts must be subsets (no posts named: all of them).
    The term must lie inside. Population, network, way and frequency are not compared.
    """
    return tuple(_beyond(inner, outer))


def _beyond(inner: Scope, outer: Scope) -> Iterator[str]:
    if inner.items is not None and outer.items is not None and not set(inner.items) <= set(outer.items):
        yield "items"
    if not set(inner.fields) <= set(outer.fields):
        yield "fields"
    if not all_covered(inner.subjects.divisions, outer.subjects.divisions):
        yield "subjects"
    if not {purpose.code for purpose in inner.purposes} <= {purpose.code for purpose in outer.purposes}:
        yield "purposes"
    if not set(inner.duty_bases) <= set(outer.duty_bases):
        yield "duty_bases"
    if not _users_within(inner, outer):
        yield "users"
    if inner.term.from_ < outer.term.from_ or inner.term.to > outer.term.to:
        yield "term"


def _users_within(inner: Scope, outer: Scope) -> bool:
    if not set(inner.users.units) <= set(outer.users.units):
        return False
    if outer.users.posts is None:
        return True
    return inner.users.posts is not None and set(inner.users.posts) <= set(outer.users.posts)
