"""From stored events to what they mean, by a closed registry.

The library's mapper imports whatever module a row's topic names: renaming a class would break history, and a row that
an intruder changed would run code. Here a topic is a record's type, and one that is not registered is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, ProgrammingError, StoredEvent
from typing_extensions import override

Read = Callable[[StoredEvent], DomainEventProtocol[str]]


class ClosedMapper(Mapper[str]):
    """Reads events by their type. It writes none: an event's bytes are those that were signed."""

    def __init__(self, registry: Mapping[str, Read]) -> None:
        super().__init__(JSONTranscoder())
        self._registry = registry

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        read = self._registry.get(stored_event.topic)
        if read is None:
            raise MapperDeserialisationError(
                f"{stored_event.originator_id} version {stored_event.originator_version}:"
                f" the type {stored_event.topic!r} is not registered"
            )
        return read(stored_event)

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        raise ProgrammingError("events enter the ledger as the bytes that were signed, not as objects")
