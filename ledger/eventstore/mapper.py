"""From stored events to their meaning, by a closed registry (design.md §5).

The library's mapper imports the module that a row's topic names. Then a renamed class breaks history, and a row that an
intruder changed runs code. Here a topic is the type of a record, and a type that is not registered is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, ProgrammingError, StoredEvent
from typing_extensions import override

ReadEvent = Callable[[StoredEvent], Any]


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """The meaning of an entry, and its place in its stream, in the form in which the library passes events on."""

    originator_id: str
    originator_version: int
    event: Any


class ClosedMapper(Mapper[str]):
    """Reads events by their type. It writes none, because the bytes of an event are the bytes that were signed."""

    def __init__(self, registry: Mapping[str, ReadEvent]) -> None:
        super().__init__(JSONTranscoder())
        self._registry = registry

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> PlacedEvent:
        read = self._registry.get(stored_event.topic)
        if read is None:
            raise MapperDeserialisationError(
                f"{stored_event.originator_id} version {stored_event.originator_version}:"
                f" the type {stored_event.topic!r} is not registered"
            )
        return PlacedEvent(str(stored_event.originator_id), stored_event.originator_version, read(stored_event))

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        raise ProgrammingError("events enter the ledger as the bytes that were signed, not as objects")
