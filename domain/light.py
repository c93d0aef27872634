"""Values of which one is made at each reading or each judgement of each record.

A frozen dataclass sets each member through ``object``, which takes most of the time of making one; these are frozen to
the type checker only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def light(made: type[T]) -> type[T]:
    """A dataclass with slots, made by keywords. mypy stops whoever assigns to a member; it cannot be hashed."""
    return dataclass(slots=True, kw_only=True)(made)
