"""Every event, by name. The classes live in one module per subject; ``domain.wire`` reads and writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType, ModuleType

from domain.events import (
    agreements,
    authorities,
    corrections,
    deliveries,
    demands,
    discrepancies,
    disputes,
    founding,
    grants,
    item_data,
    items,
    negotiations,
    parties,
    party_keys,
    party_records,
    releases,
    requests,
    rules,
    sanctions,
    secrecy_reviews,
    supervision,
    uses,
    violations,
)
from domain.events.event import FAMILIES, Event, TwoPostEvent

MODULES: tuple[ModuleType, ...] = (
    founding,
    parties,
    party_keys,
    party_records,
    authorities,
    rules,
    items,
    item_data,
    demands,
    requests,
    negotiations,
    secrecy_reviews,
    grants,
    deliveries,
    uses,
    releases,
    agreements,
    disputes,
    discrepancies,
    violations,
    sanctions,
    supervision,
    corrections,
)


def _declared() -> Iterator[type[Event]]:
    for module in MODULES:
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Event)
                and value.event_name
                and value.__module__ == module.__name__
            ):
                yield value


EVENTS: Mapping[str, type[Event]] = MappingProxyType({each.event_name: each for each in _declared()})

__all__ = ["EVENTS", "FAMILIES", "MODULES", "Event", "TwoPostEvent"]
