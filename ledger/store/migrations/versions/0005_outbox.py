"""The server's own messages are in a table of the term's name, each with the code that proves that it made it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.rename_table("owed", "outbox")
    op.add_column("outbox", sa.Column("mac", sa.LargeBinary, nullable=False, server_default=sa.text("''")))
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER INDEX owed_pk RENAME TO outbox_pk")


def downgrade() -> None:
    raise NotImplementedError("the log is append-only: its tables are never dropped by a release")
