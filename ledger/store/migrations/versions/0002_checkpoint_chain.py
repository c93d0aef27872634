"""Kept checkpoints are chained: each names the one before it, and the head the newest, so that none goes missing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("head", sa.Column("checkpoint", sa.BigInteger))
    op.add_column("checkpoint", sa.Column("previous", sa.BigInteger))
    op.execute(
        "UPDATE checkpoint SET previous = (SELECT max(older.size) FROM checkpoint AS older"
        " WHERE older.ledger = checkpoint.ledger AND older.size < checkpoint.size)"
    )
    op.execute(
        "UPDATE head SET checkpoint = (SELECT max(kept.size) FROM checkpoint AS kept WHERE kept.ledger = head.ledger)"
    )


def downgrade() -> None:
    raise NotImplementedError("the log is append-only: its tables are never dropped by a release")
