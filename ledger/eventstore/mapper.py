"""From stored events to what they mean, by a closed registry.

The library's mapper imports whatever module a row's topic names: renaming a class would break history, and a row that
an intruder changed would run code. Here a topic is a record's type, and one that is not registered is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, ProgrammingError, StoredEvent
from typing_extensions import override

Read = Callable[[StoredEvent], Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """What an entry means, and its place in its stream: the form in which the library passes events on."""

    originator_id: str
    originator_version: int
    event: Any


class ClosedMapper(Mapper[str]):
    """Reads events by their type. It writes none: an event's bytes are those that were signed."""

    def __init__(self, registry: Mapping[str, Read]) -> None:
        super().__init__(JSONTranscoder())
        self._registry = registry

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> Placed:
        read = self._registry.get(stored_event.topic)
        if read is None:
            raise MapperDeserialisationError(
                f"{stored_event.originator_id} version {stored_event.originator_version}:"
                f" the type {stored_event.topic!r} is not registered"
            )
        return Placed(str(stored_event.originator_id), stored_event.originator_version, read(stored_event))

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        raise ProgrammingError("events enter the ledger as the bytes that were signed, not as objects")
