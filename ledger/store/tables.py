"""The log's tables. docs/reference/storage.md says what each column means; the migrations create them.

Every key begins with `ledger`, the origin's short id: one database serves many ledgers, the rows of one lie together,
and a distributed PostgreSQL can shard by that column. The tables refuse what must never happen, from every writer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from typing_extensions import override

from formats import rfc3339
from ledger.tree.merkle import HASH_SIZE
from ledger.tree.tiles import TILE_WIDTH

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# Keys compare by byte on both back ends: a locale's order is slower, and an index built under it breaks when an upgrade
# of the system changes the collation.
Key = Text().with_variant(Text(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment as the ledger writes it: RFC 3339, UTC, milliseconds. The text sorts as time on both back ends."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else rfc3339.format_milliseconds(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def short_id(origin: str) -> str:
    """The first column of every key: 64 bits of SHA-256(origin). `head` keeps the origin: no collision passes."""
    return hashlib.sha256(origin.encode()).hexdigest()[:16]


def _key(name: str) -> Column[Any]:
    return Column(name, Key, nullable=False)


def _ledger() -> Column[Any]:
    return _key("ledger")


head = Table(
    "head",
    metadata,
    _ledger(),
    Column("origin", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("recorded_at", Instant),
    Column("demo", Boolean(create_constraint=False), nullable=False),
    Column("demo_clock", Instant),
    Column("checkpoint", BigInteger),
    PrimaryKeyConstraint("ledger"),
    CheckConstraint(f"size >= 0 AND length(root) = {HASH_SIZE}", name="tree"),
    # Only a ledger whose founding record says demo may run on a scripted clock (design: genesis).
    CheckConstraint("demo OR demo_clock IS NULL", name="clock"),
)

entry = Table(
    "entry",
    metadata,
    _ledger(),
    Column("index", BigInteger, nullable=False),
    _key("stream"),
    Column("position", BigInteger, nullable=False),
    _key("type"),
    _key("source"),
    _key("record_id"),
    Column("submission", LargeBinary, nullable=False),
    Column("line", LargeBinary, nullable=False),
    PrimaryKeyConstraint("ledger", "index"),
    UniqueConstraint("ledger", "stream", "position"),
    UniqueConstraint("ledger", "source", "record_id"),
    CheckConstraint('"position" >= 0 AND "index" >= "position"', name="place"),
    # Keys, rule sets and the like are a few entries among millions, and looked for by type. The millions are not, and
    # would pay for it: on PostgreSQL migration 0004 leaves the commonest type out.
    Index("entry_type", "ledger", "type", "index"),
)

submission = Table(
    "submission",
    metadata,
    _ledger(),
    Column("digest", LargeBinary, nullable=False),
    Column("first_index", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("jws", Text, nullable=False),
    PrimaryKeyConstraint("ledger", "digest"),
    UniqueConstraint("ledger", "first_index"),
    CheckConstraint("count > 0 AND length(digest) = 32", name="shape"),
)

tile = Table(
    "tile",
    metadata,
    _ledger(),
    Column("level", SmallInteger, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("ledger", "level", "n"),
    CheckConstraint(
        f"length(hashes) BETWEEN {HASH_SIZE} AND {TILE_WIDTH * HASH_SIZE} AND length(hashes) % {HASH_SIZE} = 0",
        name="width",
    ),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    _ledger(),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("published", Boolean(create_constraint=False), nullable=False),
    Column("at", Instant, nullable=False),
    Column("previous", BigInteger),
    PrimaryKeyConstraint("ledger", "size"),
)

tracking = Table(
    "tracking",
    metadata,
    _ledger(),
    _key("name"),
    Column("version", Integer, nullable=False),
    Column("notification_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("ledger", "name", "version"),
)

refusal = Table(
    "refusal",
    metadata,
    _ledger(),
    Column("number", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    _key("source"),
    _key("kid"),
    Column("digest", LargeBinary, nullable=False),
    Column("line", Integer),
    Column("codes", Text, nullable=False),
    Column("bytes", LargeBinary),
    PrimaryKeyConstraint("ledger", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    _ledger(),
    _key("id"),
    _key("topic"),
    Column("due", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Column("record", Key),
    Column("mac", LargeBinary, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("ledger", "id"),
)
