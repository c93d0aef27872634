"""`kill -9` of the writing process at any moment: what it had confirmed is there, whole and without gaps, and the next
process writes on without a repair."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.store.store import Store
from ledger.tree import merkle, tiles
from tests.support.plain_log import append

WRITE_FOR_EVER = """
import sys
from ledger.store.engine import open_engine
from ledger.store.store import Store
from tests.support.plain_log import append
store = Store(open_engine(sys.argv[1]), sys.argv[2])
for number in range(10**9):
    print(append(store, *((f"s/{number % 7}", f"{number} {line}") for line in range(20)))[-1].index, flush=True)
"""


@pytest.mark.journey
def test_what_was_confirmed_before_kill_9_is_in_the_log_without_gaps(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WRITE_FOR_EVER, url, store.origin]
    for confirmations in (1, 13, 40):
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3], text=True) as process:
            assert process.stdout is not None
            confirmed = [int(process.stdout.readline()) for _ in range(confirmations)][-1]
            process.send_signal(signal.SIGKILL)
        _assert_whole(store, at_least=confirmed + 1)
        append(store, ("s/0", "the next process writes on"))
    _assert_whole(store, at_least=54 * 20 + 3)


def _assert_whole(store: Store, *, at_least: int) -> None:
    head = store.head()
    entries = store.entries(0, head.size + 1000)
    assert head.size >= at_least
    assert [entry.index for entry in entries] == list(range(head.size))
    assert merkle.root_hash([merkle.leaf_hash(entry.line) for entry in entries]) == head.root
    assert merkle.tree_root(head.size, tiles.TileReader(store.tile)) == head.root
    assert sum(one.count for one in store.submissions(0, head.size)) == head.size
