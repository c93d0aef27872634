"""The statements keep the rules of a distributed PostgreSQL (docs/reference/distributed-postgresql.md), as far as their
text shows it.
"""

from __future__ import annotations

import re

from sqlalchemy import CheckConstraint, Engine
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from ledger.store.outbox import Outbox
from ledger.store.rows import OutboxMessage
from ledger.store.store import Store
from ledger.store.tables import metadata as log
from projections import KINDS
from projections.engine.interval_table import metadata as projections
from tests.support.faults import statements
from tests.support.plain_log import AT, append

VOLATILE = re.compile(r"\b(?:pg_notify|random|now|clock_timestamp|nextval|gen_random_uuid)\s*\(", re.IGNORECASE)
CHANGES = ("INSERT", "UPDATE", "DELETE")


def test_no_statement_that_changes_a_row_calls_a_volatile_function(engine: Engine, store: Store) -> None:
    outbox = Outbox(store, bytes(32))

    def work() -> None:
        append(store, ("s/1", "a"), ("s/2", "b"))
        outbox.add(OutboxMessage("m", "reads", AT, "{}"))
        outbox.assign({"r": ["m"]})
        outbox.delete("r")

    sent = statements(engine, work)
    changing = [one for one in sent if one.lstrip().upper().startswith(CHANGES)]
    assert len(changing) >= 4
    assert [one for one in changing if VOLATILE.search(one)] == []


def test_every_table_can_be_distributed_by_its_ledger() -> None:
    assert KINDS, "the tables of every projection are known"
    for table in (*log.sorted_tables, *projections.sorted_tables):
        keys = [*table.primary_key.columns]
        assert "ledger" in {column.name for column in keys}, table.name
        for constraint in table.constraints:
            if isinstance(constraint, ColumnCollectionConstraint) and not isinstance(constraint, CheckConstraint):
                assert "ledger" in {column.name for column in constraint.columns}, (table.name, constraint)
