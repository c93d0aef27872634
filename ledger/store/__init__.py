"""The ledger in a database: SQLite embedded, PostgreSQL in production, behind one contract.

`PERSISTENCE_MODULE=ledger.store` finds `Factory` here: it must stay the only factory among these names.
"""

from ledger.store.engine import open_engine
from ledger.store.factory import Factory
from ledger.store.leadership import Leadership
from ledger.store.migrating import migrate
from ledger.store.owed import Owed
from ledger.store.recorder import LedgerRecorder
from ledger.store.rows import Head, OwedNote, StoredCheckpoint, StoredEntry, StoredRefusal, StoredSubmission
from ledger.store.store import Store, origins
from ledger.store.writing import RecordTaken, WriteTransaction

__all__ = [
    "Factory",
    "Head",
    "Leadership",
    "LedgerRecorder",
    "Owed",
    "OwedNote",
    "RecordTaken",
    "Store",
    "StoredCheckpoint",
    "StoredEntry",
    "StoredRefusal",
    "StoredSubmission",
    "WriteTransaction",
    "migrate",
    "open_engine",
    "origins",
]
