"""The `eventsourcing` library's own test cases, run against our recorder on both back ends.

They insert arbitrary bytes, which no ledger takes: a `Compose` of the tests puts them into the log through the same
transaction that the sequencer uses. Some of them number versions from 0; those are composed accordingly. The case of
the aggregate recorder is not run: it wants a version 0 back, and no ids; what else it asks stands in test_recorder.py.
"""

from __future__ import annotations

import importlib
import io
import sys
from contextlib import redirect_stdout
from types import ModuleType
from uuid import uuid4

import pytest

from ledger.eventstore.recorder import LedgerRecorder
from ledger.store.store import Store
from tests.support.plain_log import composing

# The cases' module imports a cipher that needs a package of its own; no case that is run here uses it.
_cipher = ModuleType("eventsourcing.cipher")
_cipher.AESCipher = object  # type: ignore[attr-defined]
with pytest.MonkeyPatch.context() as patch:
    patch.setitem(sys.modules, _cipher.__name__, _cipher)
    library = importlib.import_module("eventsourcing.tests.persistence")


@pytest.mark.parametrize(
    ("case", "name", "first_version"),
    [
        pytest.param(library.ApplicationRecorderTestCase, "test_insert_select", 1, id="notifications"),
        pytest.param(library.ApplicationRecorderTestCase, "test_concurrent_no_conflicts", 0, id="concurrent writers"),
        pytest.param(library.ApplicationRecorderTestCase, "test_concurrent_throughput", 0, id="throughput"),
        pytest.param(library.ApplicationRecorderTestCase, "optional_test_insert_subscribe", 1, id="subscriptions"),
        pytest.param(library.TrackingRecorderTestCase, "test_insert_tracking", 1, id="tracking"),
        pytest.param(library.TrackingRecorderTestCase, "test_wait", 1, id="waiting for tracking"),
        pytest.param(library.ProcessRecorderTestCase, "test_insert_select", 1, id="events with tracking"),
        pytest.param(library.ProcessRecorderTestCase, "test_has_tracking_id", 1, id="tracking alone"),
        pytest.param(library.ProcessRecorderTestCase, "test_raises_when_lower_inserted_later", 1, id="never backwards"),
        pytest.param(library.NonInterleavingNotificationIDsBaseCase, "test", 0, id="ids do not interleave"),
    ],
)
def test_the_librarys_own_case_holds(case: type, name: str, first_version: int, store: Store) -> None:
    class Case(case):  # type: ignore[misc]
        def new_originator_id(self) -> str:
            return f"test/{uuid4()}"

        def create_recorder(self) -> LedgerRecorder:
            return LedgerRecorder(store, compose=composing(store, first_version=first_version))

    Case.__abstractmethods__ = frozenset()
    with redirect_stdout(io.StringIO()):  # the cases print their timings
        Case(name).debug()
