"""The projections in a process of their own, beside the server: neither waits for the other's interpreter lock.

The server writes and answers; this process reads the log forward and writes rows. They share only the database. The
process ends when the server ends, for any reason, because the system then closes the pipe between them. If the process
ends first, the projections go on in the server. The ledger depends on neither: a batch of rows and its place are one
transaction, and any number of runners may work on one ledger.
"""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable
from typing import NoReturn

import structlog

from api.server.data_dir import DataDir
from api.server.opening import open_store
from api.server.settings import Settings
from projections import KINDS
from projections.engine.runner import Runner

PATIENCE = 30.0  # seconds in which a batch under way must be finished
_BEGIN = b"\n"

logger = structlog.get_logger()


class ProjectorProcess:
    """The process. Made by ``fork``; watched from ``start`` until ``stop``."""

    def __init__(self, pid: int, hold: int) -> None:
        self.pid = pid
        self._hold = hold  # the pipe's end that only this process has: the other process lives as long as it is open
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @classmethod
    def fork(cls, settings: Settings) -> ProjectorProcess:
        """Forks. Call it before the first thread starts: a fork copies no threads, but it copies the locks that they
        hold.
        """
        assert threading.active_count() == 1, "a process with threads is not forked"
        reading, hold = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(hold)
            _run_and_exit(settings, reading)
        os.close(reading)
        return cls(pid, hold)

    def start(self, otherwise: Callable[[], None]) -> None:
        """Lets it begin, when the tables exist. ``otherwise`` is called if the process ends unasked."""
        os.write(self._hold, _BEGIN)
        self._watcher = threading.Thread(target=self._watch, args=(otherwise,), name="projecting", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Lets it finish the batch under way."""
        self._stopping.set()
        os.close(self._hold)
        if self._watcher is None:
            return
        self._watcher.join(PATIENCE)
        if self._watcher.is_alive():
            os.kill(self.pid, signal.SIGKILL)
            self._watcher.join()

    def _watch(self, otherwise: Callable[[], None]) -> None:
        _, status = os.waitpid(self.pid, 0)
        if not self._stopping.is_set():
            logger.error("projecting_ended", status=status, then="the projections go on in the server")
            otherwise()


def _run_and_exit(settings: Settings, control: int) -> NoReturn:
    """Runs the projections, then exits. The process must neither flush nor close the files and sockets copied from the
    server.
    """
    code = 1
    try:
        _run(settings, control)
        code = 0
    except Exception as failure:  # noqa: BLE001 - the process has no caller that could log it
        _log_failure(failure)
    finally:
        os._exit(code)


def _log_failure(failure: Exception) -> None:
    """Logs the kind of the failure, never its message: a database's message may repeat the values to be stored."""
    where = "".join(traceback.format_tb(failure.__traceback__))
    logger.error("projecting_failed", failure=type(failure).__name__, where=where)


def _run(settings: Settings, control: int) -> None:
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_IGN)  # sent to the server too, which first finishes writing
    if os.read(control, 1) != _BEGIN:
        return
    store = open_store(settings, DataDir(settings.data).origin)
    runner = Runner(store, KINDS)
    runner.start()
    os.read(control, 1)  # nothing is ever sent after this: it returns when the server has closed the pipe, or has ended
    runner.stop()
    store.close()
    store.engine.dispose()
