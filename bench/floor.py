"""The floor: what no ledger of signed records can do without, measured alone on the entries of the same run.

SHA-256 of each entry, one Ed25519 verification a submission, each entry's JSON parsed by orjson, and COPY of the same
rows into the same tables with all their keys. It decides nothing, and answers nobody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

import orjson
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.sql import SQL, Composable, Identifier, Literal
from sqlalchemy import Table

from bench import children, postgres
from ledger.store import tables
from ledger.store.engine import open_engine
from ledger.store.rows import StoredEntry
from ledger.store.store import Store
from ledger.tree.merkle import leaf_hash
from projections.engine import interval_table
from projections.engine.interval_table import create_tables

_SIGNED: Final = bytes(220)  # about as long as what a submission's signature is over
_TIMES: Final = 1_000  # verifications
_ALONE: Final = 300  # submissions of one record
_PAGE: Final = 10_000
_LOG: Final = (tables.entry, tables.submission)
_OUT: Final = "COPY (SELECT {columns} FROM {table} WHERE {by} >= {from}) TO STDOUT (FORMAT BINARY)"
_IN: Final = "COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
# By these columns the rows are known that came with the last entries.
_COUNTED: Final = ("index", "first_index", "from_size")


@dataclass(frozen=True, slots=True)
class Floor:
    """Microseconds: of one entry, of one verification. COPY by table set, on the clock and on the processors."""

    sha256: float
    orjson: float
    ed25519: float  # of one submission
    copied_log: float
    copied_projections: float
    copy_computed: float  # of both: this side's and PostgreSQL's processor time
    alone_p99: float  # milliseconds of one record verified, hashed, parsed, copied and committed by itself

    @property
    def entry(self) -> float:
        """Of one entry without the signature."""
        return self.sha256 + self.orjson + self.copied_log + self.copied_projections

    def described(self) -> str:
        return (
            f"SHA-256 {self.sha256:.1f} µs, orjson {self.orjson:.1f} µs, COPY of the log {self.copied_log:.1f} µs"
            f" and of the projections {self.copied_projections:.1f} µs an entry,"
            f" Ed25519 {self.ed25519:.0f} µs a submission"
        )


@dataclass(slots=True)
class _Copied:
    """Seconds on the clock, and on the processors of both sides."""

    seconds: float = 0.0
    computed: float = 0.0


def measure(store: Store, source: str, target: str, count: int) -> Floor:
    """Of the last ``count`` entries, or of half the log if it is shorter."""
    size = store.head().size
    count = min(count, size // 2)
    entries = _last(store, size, count)
    verify = _verification()
    sha256, parsed = _each(entries, leaf_hash), _each(entries, orjson.loads)
    ed25519 = _computing(lambda: [verify() for _ in range(_TIMES)]) / _TIMES * 1e6
    with psycopg.connect(source) as reader, psycopg.connect(target) as writer:
        log, projected = (
            _copied(reader, writer, kept, size - count) for kept in (_LOG, interval_table.metadata.sorted_tables)
        )
        alone = _alone(writer, verify, entries[:_ALONE])
    return Floor(
        sha256=sha256,
        orjson=parsed,
        ed25519=ed25519,
        copied_log=log.seconds / count * 1e6,
        copied_projections=projected.seconds / count * 1e6,
        copy_computed=(log.computed + projected.computed) / count * 1e6,
        alone_p99=alone,
    )


def _last(store: Store, size: int, count: int) -> list[StoredEntry]:
    pages = (store.entries(start, min(_PAGE, size - start)) for start in range(size - count, size, _PAGE))
    return [entry for page in pages for entry in page]


def _verification() -> Callable[[], None]:
    key = Ed25519PrivateKey.generate()
    signature, public = key.sign(_SIGNED), key.public_key()
    return lambda: public.verify(signature, _SIGNED)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _computing(work: Callable[[], object]) -> float:
    """Seconds on a processor: what others take of the machine is not counted."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _each(entries: Sequence[StoredEntry], work: Callable[[bytes], object]) -> float:
    """Microseconds of each line."""
    lines = [entry.line for entry in entries]
    return _computing(lambda: [work(line) is None for line in lines]) / len(lines) * 1e6


def _copied(reader: psycopg.Connection, writer: psycopg.Connection, kept: Sequence[Table], start: int) -> _Copied:
    """Until the rows of the entries from ``start`` on are committed in the same tables of the other database."""
    done = _Copied()
    for table in kept:
        counted = next((name for name in _COUNTED if name in table.columns), None)
        if counted is None:
            continue
        columns = SQL(", ").join(Identifier(column.name) for column in table.columns)
        names: dict[str, Composable] = {
            "table": Identifier(table.name),
            "columns": columns,
            "by": Identifier(counted),
            "from": Literal(start),
        }
        with reader.cursor() as cursor, cursor.copy(SQL(_OUT).format(**names)) as copy:
            chunks = [bytes(chunk) for chunk in copy]
        before = time.process_time() + postgres.spent(writer)
        done.seconds += _seconds(partial(_written, writer, names, chunks))
        done.computed += time.process_time() + postgres.spent(writer) - before
    return done


def _written(writer: psycopg.Connection, names: Mapping[str, Composable], chunks: Sequence[bytes]) -> None:
    with writer.cursor() as cursor, cursor.copy(SQL(_IN).format(**names)) as copy:
        for chunk in _joined(chunks):
            copy.write(chunk)
    writer.commit()


def _joined(chunks: Sequence[bytes]) -> Iterator[bytes]:
    """A row a chunk as the server sends them; in pieces as a client sends them."""
    for start in range(0, len(chunks), 100):
        yield b"".join(chunks[start : start + 100])


def _alone(writer: psycopg.Connection, verify: Callable[[], None], entries: Sequence[StoredEntry]) -> float:
    """The P99 in milliseconds of records that are each durable before the next comes."""
    writer.execute("CREATE TABLE alone (line bytea NOT NULL)")
    writer.commit()

    def one(line: bytes) -> None:
        verify()
        leaf_hash(line)
        orjson.loads(line)
        with writer.cursor() as cursor, cursor.copy("COPY alone (line) FROM STDIN") as copy:
            copy.write_row([line])
        writer.commit()

    times = sorted(_seconds(partial(one, entry.line)) * 1e3 for entry in entries)
    return children.percentile(times, 0.99)


def main() -> None:
    """``python -m bench.floor LEDGER_URL ORIGIN OTHER_URL COUNT``."""
    source, origin, target, count = sys.argv[1:]
    engine, other = open_engine(source), open_engine(target)
    store = Store(engine, origin)
    tables.metadata.create_all(other)
    create_tables(other)
    children.answer({"floor": asdict(measure(store, source, target, int(count)))})
    store.close()
    engine.dispose()
    other.dispose()


if __name__ == "__main__":
    main()
