"""Classes of which one value is built for each reading or each judgement of a record.

A frozen dataclass sets each member through ``object``, which takes most of the construction time. These classes are
frozen for the type checker only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def light(made: type[T]) -> type[T]:
    """Make a dataclass with slots and keyword-only members.

    mypy rejects assignment to a member. Values have no hash.
    """
    return dataclass(slots=True, kw_only=True)(made)
