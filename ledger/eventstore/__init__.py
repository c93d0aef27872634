"""The recorder, factory and application of the `eventsourcing` library over our log (design.md §5).

``PERSISTENCE_MODULE=ledger.eventstore`` finds ``Factory`` here. It must be the only factory among these names.
"""

from ledger.eventstore.factory import Factory

__all__ = ["Factory"]
