"""The whole audit: everything that is stored is hashed and checked again, from entry 0."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import URL

from ledger.audit.checkpoints import CheckpointAudit
from ledger.audit.report import FindingCounter, Report
from ledger.audit.segment import Audited, Segment
from ledger.audit.submissions import FindKeyAt, SignatureAudit
from ledger.audit.tree import TreeAudit
from ledger.notes.note import Verifier
from ledger.store import tables as schema
from ledger.store.engine import open_engine, reading
from ledger.store.store import Store

ReportProgress = Callable[[int, int], None]
"""(entries done, of so many)."""

SEGMENT = 16_384  # entries
ALONE = 4 * SEGMENT  # so small a log is audited sooner than other processes have started


def audit(
    store: Store,
    *,
    verifiers: Sequence[Verifier],
    find_key: FindKeyAt | None,
    progress: ReportProgress | None = None,
    threads: int = 2,
    processes: int | None = None,
) -> Report:
    """To believe a ledger we:

    1. take the head at its word, and look whether anything lies beyond it;
    2. read every entry: its place, its row, its record, the hash of the one before it in its stream, its moment;
    3. hash every entry and compare it with its leaf, and each full tile with its place in the tile above;
    4. compare each submission with its entries: digest, number, root of their records, issuer, ledger;
    5. verify each submission's signature, with the key that was authorised for its issuer then;
    6. follow the tiles to the root and compare it with the head's;
    7. verify each kept checkpoint, and compare it with the root that the leaves below it have.
    What the caller must still do: pin `verifiers` from outside, for no entry vouches for entry 0; and compare the
    checkpoints with those that others hold, for a log that was cut off together with its checkpoints is whole in
    itself. The log may grow meanwhile: what comes after the start is not looked at. Memory does not grow with the log.
    A large log is audited in several processes: as many as there are processors, unless `processes` says otherwise.
    Every record is parsed by itself: nothing that the writer believes about lines is taken over.
    """
    tally = FindingCounter()
    trunk = TreeAudit(store, tally)
    size = trunk.begin()  # (1)
    last_at: datetime | None = None
    signatures = SignatureAudit(find_key, tally, threads) if find_key else None
    processes = processes or os.cpu_count() or 1
    parts = _here(store, size) if processes == 1 or size <= ALONE else _elsewhere(store, size, processes)
    for part in parts:  # (2) (3) (4)
        _join(tally, part, last_at)
        last_at = part.last_at or last_at
        if signatures:
            signatures.take(part.signatures)  # (5)
        if progress:
            progress(part.stop, size)
    if signatures:
        signatures.end()
    else:
        tally.not_checked("signatures", "unchecked", "no registry of the parties' keys was given")
    reader = trunk.end(size, last_at)  # (6)
    CheckpointAudit(store, tally, verifiers).run(size, reader)  # (7)
    return tally.report(store.origin, size, trunk.claim.root)


def _join(tally: FindingCounter, part: Audited, last_at: datetime | None) -> None:
    tally.add(part.tally)
    if part.first_at and last_at and part.first_at < last_at:
        detail = "recorded_at is earlier than that of the entry before it"
        tally.fault("times", "TIME_BACKWARDS", f"entry {part.start}", detail, index=part.start)


def _here(store: Store, size: int) -> Iterator[Audited]:
    yield from Segment(store, 0, size, size).parts()


def _elsewhere(store: Store, size: int, processes: int) -> Iterator[Audited]:
    """Segments in other processes, in the order of the log, a few ahead of the one that is waited for."""
    # spawn: a fork would share this process's database connections and threads.
    context = multiprocessing.get_context("spawn")
    args = (store.engine.url, store.origin, size)
    with ProcessPoolExecutor(processes, context, initializer=_Worker.open, initargs=args) as workers:
        ahead: deque[Future[Audited]] = deque()
        for start, stop in _ranges(store, size):
            ahead.append(workers.submit(_Worker.audit, start, stop))
            if len(ahead) > processes + 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _ranges(store: Store, size: int) -> Iterator[tuple[int, int]]:
    """Cut where a submission begins, as the submission table has it."""
    first = schema.submission.c.first_index
    start = 0
    while start < size:
        later = select(func.min(first)).where(schema.submission.c.ledger == store.ledger, first >= start + SEGMENT)
        with reading(store.engine) as connection:
            cut = connection.scalar(later)
        stop = size if cut is None else min(cut, size)
        yield start, stop
        start = stop


class _Worker:
    """What a worker process keeps between segments."""

    store: Store
    size: int

    @classmethod
    def open(cls, url: URL, origin: str, size: int) -> None:
        cls.store, cls.size = Store(open_engine(url), origin), size
        # Thousands of rows are held at a time, and none in a cycle: the collector need not look again and again.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)

    @classmethod
    def audit(cls, start: int, stop: int) -> Audited:
        whole = Audited(start, stop, FindingCounter())
        for part in Segment(cls.store, start, stop, cls.size).parts():
            whole.add(part)
        return whole
