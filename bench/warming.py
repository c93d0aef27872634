"""A database as it is after some days of use, so that what is measured is not the machine giving it memory.

Memory that nobody has touched yet is not free. On a virtual machine the host finds a page only when it is first
touched: six times what the guest itself pays for it, here. A new server touches some 6 KiB for each record, in files of
its write-ahead log and in shared buffers; one that has been in use writes over what it has.
"""

from __future__ import annotations

import mmap
import time
from typing import Final

import psycopg
from sqlalchemy.engine import URL

from bench.postgres import libpq

_SEGMENTS: Final = 250  # of 16 MiB, within the `min_wal_size` of `postgres.SETTINGS`: beyond that they are removed
_PROBE: Final = 256 << 20  # bytes


def warm(server: URL) -> None:
    """Fill shared buffers once, and leave as many segments of write-ahead log to be used again as a run may write."""
    with psycopg.connect(libpq(server), autocommit=True) as connection:
        for _ in range(_SEGMENTS):
            connection.execute("SELECT pg_logical_emit_message(false, 'bench', 'a segment is not left empty')")
            connection.execute("SELECT pg_switch_wal()")
        # What lies before the last checkpoint but one is ready to be used again.
        for _ in range(2):
            connection.execute("CHECKPOINT")
        (pages,) = connection.execute(
            "SELECT setting::bigint FROM pg_settings WHERE name = 'shared_buffers'"
        ).fetchone() or (0,)
        connection.execute("CREATE UNLOGGED TABLE bench_warm (filling text STORAGE plain)")  # a row of it fills a page
        connection.execute(
            "INSERT INTO bench_warm SELECT repeat('x', 7900) FROM generate_series(1, %s::bigint)", (pages,)
        )
        connection.execute("DROP TABLE bench_warm")


def fresh_page() -> float:
    """Microseconds until a page of memory that this process has never had can be used."""
    began = time.perf_counter()
    with mmap.mmap(-1, _PROBE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE):
        taken = time.perf_counter() - began
    return taken / (_PROBE / mmap.PAGESIZE) * 1e6
