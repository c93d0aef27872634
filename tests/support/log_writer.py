"""Acts written into a store as the sequencer writes them, under signatures nobody checks: for readers of the log."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

import orjson

from domain.act import Act
from domain.codec.wire import type_of, write_event
from domain.vocabulary.values import URN
from formats import base64url
from ledger.records.entry import Entry, build_entry
from ledger.store.rows import Head, StoredEntry, StoredSubmission
from ledger.store.store import Store
from ledger.tree import merkle, tiles

_submissions = itertools.count()


def write_acts(store: Store, acts: Iterable[Act], *, batch: int = 500) -> None:
    """Append acts; each run of acts under one key becomes a submission. Index and position are the log's."""
    pending = list(acts)
    for start in range(0, len(pending), batch):
        _write(store, pending[start : start + batch])


def _write(store: Store, acts: Sequence[Act]) -> None:
    with store.writing() as transaction:
        start = transaction.head.size
        heads = transaction.stream_heads({act.stream for act in acts})
        entries: list[StoredEntry] = []
        submissions: list[StoredSubmission] = []
        for kid, run in itertools.groupby(acts, key=lambda act: act.kid):
            lines = list(run)
            jws = _jws(kid)
            digest = hashlib.sha256(jws.encode()).hexdigest()
            first = start + len(entries)
            submissions.append(StoredSubmission(digest, jws, first, len(lines)))
            for leaf, act in enumerate(lines):
                position, previous = heads.get(act.stream, (0, bytes(32)))
                stored = _stored(store.origin, act, first + leaf, position, previous, digest, leaf, len(lines))
                heads[act.stream] = (position + 1, merkle.leaf_hash(stored.line))
                entries.append(stored)
        hashes = [merkle.leaf_hash(entry.line) for entry in entries]
        grown = {(row.level, row.n): row for row in tiles.grow(start, hashes, store.tile)}
        reader = tiles.TileReader(
            lambda level, n: grown[level, n].hashes if (level, n) in grown else store.tile(level, n)
        )
        size = start + len(entries)
        head = Head(size, merkle.tree_root(size, reader), acts[-1].recorded_at)
        transaction.write(entries)
        transaction.append(submissions, list(grown.values()), head)


def _stored(
    origin: str, act: Act, index: int, position: int, previous: bytes, digest: str, leaf: int, of: int
) -> StoredEntry:
    line = build_entry(
        Entry(
            ledger=origin,
            index=index,
            stream=act.stream,
            position=position,
            previous=previous.hex(),
            recorded_at=act.recorded_at.astimezone(UTC),
            submission=digest,
            leaf=leaf,
            of=of,
            record=_record(act),
        )
    )
    return StoredEntry(index, act.stream, position, type_of(act.event), URN + act.by, act.id, digest, line)


def entry_line(record: bytes, stream: str, recorded_at: datetime) -> bytes:
    """Of an entry by itself that holds this record line."""
    return build_entry(Entry("js", 7, stream, 3, "a" * 64, recorded_at, "b" * 64, 0, 1, record.decode()))


def record_of(act: Act) -> bytes:
    return _record(act).encode()


def _record(act: Act) -> str:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": act.id,
            "source": URN + act.by,
            "type": type_of(act.event),
            "subject": act.stream,
            "time": act.time.isoformat(),
            "datacontenttype": "application/json",
            "data": write_event(act.event),
        }
    ).decode()


def _jws(kid: str) -> str:
    return f"{_header(kid)}.{base64url.encode(str(next(_submissions)).encode())}.c2ln"


@cache
def _header(kid: str) -> str:
    return base64url.encode(orjson.dumps({"alg": "Ed25519", "kid": kid, "typ": "sharing-submission+jws"}))
