"""What the server itself has still to bring into the log is kept, so that no death of a process loses it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "owed",
        sa.Column("ledger", _KEY, nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("topic", _KEY, nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("record", _KEY),
        sa.PrimaryKeyConstraint("ledger", "id", name="owed_pk"),
    )


def downgrade() -> None:
    raise NotImplementedError("the log is append-only: its tables are never dropped by a release")
