"""Entries are indexed by type except those of the one type that most of them have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return  # SQLite would use the smaller index only where a query repeats its condition word for word
    op.drop_index("entry_type", "entry")
    rare = sa.text("type <> 'sharing.use.recorded.v1'")
    op.create_index("entry_type", "entry", ["ledger", "type", "index"], postgresql_where=rare)


def downgrade() -> None:
    raise NotImplementedError("the log is append-only: its tables are never dropped by a release")
