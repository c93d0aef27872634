"""What each question of the API takes and answers, without the API: the models themselves import the server.

``questions.json`` is written from the API's models by ``python -m docs.generate_ask``; a test fails when it is not
current.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

FILE: Final = Path(__file__).with_name("questions.json")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A member of the query model, or of the path. ``kind``: text, integer or flag; ``choices``: the closed set it is
    one of; ``least`` and ``most``: bounds of an integer; ``default``: what the API takes where it is absent.
    """

    name: str
    help: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """An operation of the API. ``rows``: whether its answer is a list; ``columns``: the members of a row, or of the
    one thing, nested ones with dots; ``as_json``: those of them that hold objects.
    """

    path: str
    in_path: Parameter | None
    parameters: tuple[Parameter, ...]
    rows: bool
    columns: tuple[str, ...]
    as_json: frozenset[str]


def load() -> Mapping[str, Question]:
    """The questions by operation id."""
    stored = orjson.loads(FILE.read_bytes())
    shared = stored["shared"]
    return {name: _question(each, shared) for name, each in stored["questions"].items()}


def _question(stored: Mapping[str, Any], shared: Mapping[str, Any]) -> Question:
    own = [_parameter(name, each) for name, each in stored["own"].items()]
    return Question(
        path=stored["path"],
        in_path=next((_parameter(name, each) for name, each in stored["in_path"].items()), None),
        parameters=(*own, *(_parameter(name, shared[name]) for name in stored["shared"])),
        rows=stored["rows"],
        columns=tuple(stored["columns"]),
        as_json=frozenset(stored["as_json"]),
    )


def _parameter(name: str, stored: Mapping[str, Any]) -> Parameter:
    return Parameter(name, **{**stored, "choices": tuple(stored.get("choices", ()))})
