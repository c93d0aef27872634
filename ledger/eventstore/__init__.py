"""The eventsourcing library's recorder, factory and application over our log.

``PERSISTENCE_MODULE=ledger.eventstore`` finds ``Factory`` here: it must stay the only factory among these names.
"""

from ledger.eventstore.factory import Factory

__all__ = ["Factory"]
