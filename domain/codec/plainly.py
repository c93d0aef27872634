"""Reading an object whose members are plainly right, by one function made for its shape.

Uses come by the million, nearly all of them right. Whatever is not plainly right (a fault, or something merely rare)
is left to the careful reader of ``domain.codec.decode``, which says what is wrong. So nothing is refused here; it only
must take nothing that the careful reader would not take, and make the same of it, to which a test holds it.

What is in the log has been read carefully once, and is read again by each projection and at each rebuild: for that a
reader is made that takes strings, numbers and codes as they stand (``recorded``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from domain.codec.scalars import ID_LENGTH, INT_LIMIT, Faults, Reader, known_id
from domain.codec.schema import Code, Leaf, Many, Member, Object, Shape
from domain.vocabulary.values import Form

_IDS: Final = frozenset({Form.ID, Form.POST, Form.ITEM})
_AS_THEY_STAND: Final = _IDS | {Form.DIV, Form.USCC, Form.STREAM, Form.SOURCE, Form.TEXT}  # read as the very string
_FEW: Final = 16  # an organ states the same few fields and divisions use after use; long lists are of pseudonyms
_REMEMBERED: Final = 4096  # lists of one member
_ABSENT: Final = object()

Taken = Callable[[int, Member, str], Iterator[str]]
"""Writes how a member is taken: its place, the member, the indentation."""


def plain_reader(shape: Object, careful: Reader, readers: Mapping[str, Reader], *, recorded: bool = False) -> Reader:
    """A reader of the shape: by itself where all is plain, else by ``careful``. ``readers``: of each member.

    ``recorded``: of payloads that were read carefully before they were kept, and so are taken at their word.
    """
    made = shape.made
    names: dict[str, Any] = {
        "careful": careful, "made": made, "new": object.__new__, "Faults": Faults, "ABSENT": _ABSENT,
        "known_id": known_id,
    }  # fmt: skip
    defaults = {each.name: each.default for each in dataclasses.fields(made)}
    assert defaults.keys() == {each.attribute for each in shape.members}, "an event is its members and nothing else"
    assert not hasattr(made, "__post_init__"), "an event is made by setting its members"
    for place, member in enumerate(shape.members):
        names[f"r{place}"] = readers[member.name]
        names[f"d{place}"] = defaults[member.attribute]
        # A frozen dataclass sets its members by name through ``object``; its slots do it in a third of the time.
        names[f"s{place}"] = getattr(made, member.attribute).__set__
        names[f"c{place}"] = frozenset(member.shape.values) if isinstance(member.shape, Code) else None
        names[f"k{place}"] = _known(readers[member.name])
    source = "\n".join(_source(shape, _as_recorded if recorded else _check))
    exec(source, names)  # noqa: S102 - made of the shape's own names and of nothing that was received
    read: Reader = names["read"]
    return read


def _source(shape: Object, taken: Taken) -> Iterator[str]:
    members = list(enumerate(shape.members))
    required = [(place, member) for place, member in members if member.required]
    yield "def read(raw):"
    yield "    if type(raw) is not dict: return careful(raw)"
    yield f"    count = {len(required)}"
    yield "    try:"
    yield from (f"        m{place} = raw[{member.name!r}]" for place, member in required)
    yield "        pass"
    yield "    except KeyError: return careful(raw)"
    yield "    try:"
    yield from (f"    {line}" for line in _rest(shape, taken))
    # A list of what is no string cannot be looked up.
    yield "    except TypeError: return careful(raw)"


def _rest(shape: Object, taken: Taken) -> Iterator[str]:
    members = list(enumerate(shape.members))
    for place, member in members:
        if member.required:
            yield from taken(place, member, "    ")
            continue
        yield f"    m{place} = raw.get({member.name!r}, ABSENT)"
        yield f"    if m{place} is ABSENT: m{place} = d{place}"
        yield "    else:"
        yield "        count += 1"
        yield from taken(place, member, "        ")
    yield "    if count != len(raw): return careful(raw)"
    yield "    event = new(made)"
    yield from (f"    s{place}(event, m{place})" for place, _ in members)
    yield "    return event"


def _check(place: int, member: Member, indent: str) -> Iterator[str]:
    """What must hold of member ``m<place>``, and what it is read as."""
    value = f"m{place}"
    test = _test(place, member)
    if isinstance(member.shape, Many) and _stands(member.shape.of) and not member.nullable:
        yield f"{indent}if type({value}) is list and len({value}) <= {_FEW} and k{place}(tuple({value})):"
        yield f"{indent}    {value} = tuple({value})"
        yield f"{indent}else: return careful(raw)"
    elif test is None:
        yield f"{indent}{value} = r{place}({value})"
        yield f"{indent}if type({value}) is Faults: return careful(raw)"
    else:
        plain = f"({value} is None or {test})" if member.nullable else f"({test})"
        yield f"{indent}if not {plain}: return careful(raw)"


def _as_recorded(place: int, member: Member, indent: str) -> Iterator[str]:
    """What member ``m<place>`` is read as, which is known to be right."""
    value = f"m{place}"
    match member.shape:
        case Code() | Leaf(form=Form.INT):
            return
        case Leaf() as leaf if _stands(leaf):
            return
        case Many(of=of) if _stands(of) and not member.nullable:
            yield f"{indent}{value} = tuple({value})"
        case _:
            yield f"{indent}{value} = r{place}({value})"
            yield f"{indent}if type({value}) is Faults: return careful(raw)"


def _known(read: Reader) -> Callable[[tuple[str, ...]], bool]:
    """Whether a list of strings is read as it stands."""

    @lru_cache(maxsize=_REMEMBERED)
    def known(values: tuple[str, ...]) -> bool:
        return read(list(values)) == values

    return known


def _stands(of: Shape) -> bool:
    return isinstance(of, Leaf) and of.form in _AS_THEY_STAND


def _test(place: int, member: Member) -> str | None:
    """A test that a plain value passes, which is then taken as it stands; None: it takes its reader."""
    value = f"m{place}"
    match member.shape:
        case Leaf(form=form) if form in _IDS:
            ascii_ = f"({value}.isalnum() and {value}.isascii() or known_id({value}))"
            return f"type({value}) is str and len({value}) <= {ID_LENGTH} and {ascii_}"
        case Leaf(form=Form.INT):
            return f"type({value}) is int and 0 <= {value} < {INT_LIMIT}"
        case Code():
            return f"type({value}) is str and {value} in c{place}"
        case _:
            return None
