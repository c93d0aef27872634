"""The log: head, entries, submissions, tiles, checkpoints; beside it its readers' places, and what was refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def upgrade() -> None:
    op.create_table(
        "head",
        _key("ledger"),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.Text),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("demo_clock", sa.Text),
        sa.PrimaryKeyConstraint("ledger", name="head_pk"),
        sa.CheckConstraint("size >= 0 AND length(root) = 32", name=op.f("head_tree_check")),
        sa.CheckConstraint("demo OR demo_clock IS NULL", name=op.f("head_clock_check")),
    )
    op.create_table(
        "entry",
        _key("ledger"),
        sa.Column("index", sa.BigInteger, nullable=False),
        _key("stream"),
        sa.Column("position", sa.BigInteger, nullable=False),
        _key("type"),
        _key("source"),
        _key("record_id"),
        sa.Column("submission", sa.LargeBinary, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "index", name="entry_pk"),
        sa.UniqueConstraint("ledger", "stream", "position", name="entry_ledger_stream_position_key"),
        sa.UniqueConstraint("ledger", "source", "record_id", name="entry_ledger_source_record_id_key"),
        sa.CheckConstraint('"position" >= 0 AND "index" >= "position"', name=op.f("entry_place_check")),
    )
    op.create_index("entry_type", "entry", ["ledger", "type", "index"])
    op.create_table(
        "submission",
        _key("ledger"),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("first_index", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "digest", name="submission_pk"),
        sa.UniqueConstraint("ledger", "first_index", name="submission_ledger_first_index_key"),
        sa.CheckConstraint("count > 0 AND length(digest) = 32", name=op.f("submission_shape_check")),
    )
    op.create_table(
        "tile",
        _key("ledger"),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "level", "n", name="tile_pk"),
        sa.CheckConstraint(
            "length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0", name=op.f("tile_width_check")
        ),
    )
    op.create_table(
        "checkpoint",
        _key("ledger"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "size", name="checkpoint_pk"),
    )
    _beside_the_log()


def _beside_the_log() -> None:
    op.create_table(
        "tracking",
        _key("ledger"),
        _key("name"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("notification_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "name", "version", name="tracking_pk"),
    )
    op.create_table(
        "refusal",
        _key("ledger"),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        _key("source"),
        _key("kid"),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("codes", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary),
        sa.PrimaryKeyConstraint("ledger", "number", name="refusal_pk"),
    )


def downgrade() -> None:
    raise NotImplementedError("the log is append-only: its tables are never dropped by a release")
