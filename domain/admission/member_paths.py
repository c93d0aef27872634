"""Where an event class has values of a form, found once from its shape."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from domain.codec.schema import ListOf, ObjectSchema, Scalar, Shape
from domain.vocabulary.values import Form, UsccOrText

Path = tuple[tuple[str, str], ...]  # (attribute, wire name); ("*", "*") is every place of a list


def paths(shape: Shape, forms: Collection[Form]) -> Iterator[Path]:
    """The paths to the values of these forms."""
    match shape:
        case Scalar(form=form) if form in forms:
            yield ()
        case ListOf(element=of):
            for path in paths(of, forms):
                yield (("*", "*"), *path)
        case ObjectSchema(cls=cls, members=members) if cls is not UsccOrText:
            for member in members:
                for path in paths(member.shape, forms):
                    yield ((member.attribute, member.name), *path)


def values(value: Any, path: Path, pointer: str) -> Iterator[tuple[str, Any]]:
    """Each value at the path that is there, with its pointer (RFC 6901)."""
    if value is None:
        return
    if not path:
        yield pointer, value
        return
    (attribute, name), rest = path[0], path[1:]
    if attribute == "*":
        for place, each in enumerate(value):
            yield from values(each, rest, f"{pointer}/{place}")
    else:
        yield from values(getattr(value, attribute), rest, f"{pointer}/{name}")
