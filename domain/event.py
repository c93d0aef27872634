"""The base of every event: a frozen value with its name, streams, articles and permitted signers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar, dataclass_transform

from domain.vocabulary.values import Post

FAMILIES = (
    "party",
    "authority",
    "ruleset",
    "calendar",
    "item",
    "demand",
    "request",
    "agreement",
    "dispute",
    "discrepancy",
    "violation",
    "inspection",
    "statistics",
    "use",
    "ledger",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the past tense. ``post`` is the acting post of the organ that signs."""

    event_name: ClassVar[str] = ""
    families: ClassVar[tuple[str, ...]] = ()  # stream families that may hold the event
    law: ClassVar[tuple[str, ...]] = ()  # articles of Order 85, unless another law is named
    signed_by: ClassVar[str] = ""
    two_posts: ClassVar[bool] = False
    paired: ClassVar[bool] = (
        False  # both organs record it; the second record brings it into effect (grant.narrowed: only without ground)
    )

    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPostEvent(Event):
    """An event that needs a second, different post of the signing organ besides the signature."""

    two_posts: ClassVar[bool] = True

    second_post: Post


E_co = TypeVar("E_co", bound=Event)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def event(
    name: str, *, streams: tuple[str, ...], law: tuple[str, ...], signed_by: str, paired: bool = False
) -> Callable[[type[E_co]], type[E_co]]:
    """Return a decorator that makes a class the frozen dataclass of the event ``name``."""

    def declare(cls: type[E_co]) -> type[E_co]:
        event_class = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        event_class.event_name = name
        event_class.families = streams
        event_class.law = law
        event_class.signed_by = signed_by
        event_class.paired = paired
        return event_class

    return declare
