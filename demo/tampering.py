"""篡改演示: changes one byte of one stored entry in the database, and restores it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select, update

from formats.errors import Malformed
from ledger.store import tables as schema
from ledger.store.store import Store

# The purpose inside an entry: the record is a JSON string there, so its quotes are escaped.
TRUE, FORGED = b'\\"purpose_code\\":\\"P9\\"', b'\\"purpose_code\\":\\"P1\\"'
USE = "sharing.use.recorded.v1"


@dataclass(frozen=True, slots=True)
class Tampering:
    """Makes the one use outside its purpose look lawful: P9 becomes P1 in its stored row. No other byte changes."""

    store: Store
    record_id: str

    def tamper(self) -> int:
        """Change the byte and return the index of the entry."""
        return self._swap(TRUE, FORGED)

    def restore(self) -> int:
        """Restore the byte and return the index of the entry."""
        return self._swap(FORGED, TRUE)

    def _swap(self, old: bytes, new: bytes) -> int:
        entry = schema.entry
        mine = and_(entry.c.ledger == self.store.ledger, entry.c.record_id == self.record_id, entry.c.type == USE)
        with self.store.engine.begin() as connection:
            row = connection.execute(select(entry.c.index, entry.c.line).where(mine)).one_or_none()
            if row is None or row.line.count(old) != 1:
                detail = f"no stored use {self.record_id} contains {old.decode()}"
                raise Malformed(
                    "NOT_TAMPERABLE", detail, next_step="Run make demo first; tamper and restore take turns."
                )
            connection.execute(update(entry).where(mine).values(line=row.line.replace(old, new)))
        return int(row[0])
