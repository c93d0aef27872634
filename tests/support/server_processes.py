"""A founded ledger, real server processes over it, and a department that sends signed uses to them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import orjson

from api.server.data_dir import DataDir
from api.server.settings import Settings
from api.server.verification import verified
from bench.founding import found
from bench.population import CASES, Sealed, UseLoad
from bench.server import Server
from ledger.audit.report import Report
from ledger.notes.log_keys import verifier_for
from ledger.records.receipt import verify_receipt
from ledger.store.engine import open_engine
from ledger.store.rows import StoredEntry
from ledger.store.store import Store

USE = "sharing.use.recorded.v1"
CASE = CASES[:1]  # one requester with one grant is enough to be interrupted


@dataclass
class ServedLedger:
    """A ledger on one of the back ends; each `serve` starts one more process over it."""

    settings: Settings
    directory: DataDir
    uses: UseLoad
    running: list[Server] = field(default_factory=list)

    def serve(self, **settings: str) -> Server:
        server = Server(self.settings.data, self.settings.database_url, **settings)
        self.running.append(server)
        return server

    def kill(self, server: Server) -> None:
        self.running.remove(server)
        server.kill()

    def stop(self, server: Server) -> None:
        self.running.remove(server)
        server.stop()

    def kill_all(self) -> None:
        while self.running:
            self.running.pop().kill()

    def read(self) -> tuple[list[StoredEntry], Report]:
        """All that is stored, and what the audit says of it. Nothing is repaired first."""
        engine = open_engine(self.settings.url)
        store = Store(engine, self.directory.origin)
        try:
            return store.entries(0, 1_000_000), verified(store, self.directory.vkeys)
        finally:
            store.close()
            engine.dispose()


def require_receipts_held(
    ledger: ServedLedger, entries: Sequence[StoredEntry], receipts: Iterable[tuple[Sealed, bytes]]
) -> None:
    """Every receipted record is in the log once, where its receipt says, and no other use is."""
    verifiers = [verifier_for(vkey) for vkey in ledger.directory.vkeys]
    receipted = Counter[tuple[str, str]]()
    for sealed, receipt in receipts:
        evidence = verify_receipt(receipt, verifiers, origin=ledger.directory.origin)
        assert [entry.record.encode() for entry in evidence.entries] == list(sealed.lines)
        for said in orjson.loads(receipt)["records"]:
            stored = entries[said["index"]]
            assert (stored.source, stored.record_id) == (said["source"], said["id"])
            assert (stored.stream, stored.position) == (said["stream"], said["position"])
            assert stored.line == said["entry"].encode()
            receipted[stored.source, stored.record_id] += 1
    assert receipted == Counter((entry.source, entry.record_id) for entry in entries if entry.type == USE)


def wait_until(holds: Callable[[], bool], *, within: float = 20.0) -> bool:
    """Whether it comes to hold in so many seconds: for what another process does, which tells nobody."""
    end, pause = time.monotonic() + within, threading.Event()
    while not holds():
        if time.monotonic() > end:
            return False
        pause.wait(0.05)
    return True


@contextmanager
def found_ledger(settings: Settings) -> Iterator[ServedLedger]:
    """Opened as far as a request that has been granted, so that uses of it are lawful."""
    directory = found(settings, CASE)
    ledger = ServedLedger(settings, directory, UseLoad(directory, CASE))
    try:
        yield ledger
    finally:
        ledger.kill_all()


@dataclass(frozen=True)
class Sender:
    """An agency's client; safe to use from many threads."""

    client: httpx.Client

    def send(self, server: Server, sealed: Sealed) -> httpx.Response:
        headers = {"Content-Type": "application/x-ndjson", "Submission-Signature": sealed.jws}
        return self.client.post(f"{server.address}/v1/submissions", content=sealed.body, headers=headers)


class Load:
    """Clients that send one submission after the other until the server dies under them."""

    def __init__(self, ledger: ServedLedger, sender: Sender, *, clients: int) -> None:
        self.receipts: list[tuple[Sealed, bytes]] = []
        self.unanswered: list[Sealed] = []  # the server died before it said what became of them
        self._ledger = ledger
        self._sender = sender
        self._clients = clients
        self._lock = threading.Lock()  # guards the lists, and the uses

    def until_killed(self, server: Server, answers: int) -> None:
        """Kill it the moment that one more receipt than so many has come. Nobody is told: the other clients send."""
        goal = len(self.receipts) + answers

        def client() -> None:
            while self._sent(server, self._next()):
                if len(self.receipts) > goal:
                    server.kill()

        with ThreadPoolExecutor(self._clients) as pool:
            for each in [pool.submit(client) for _ in range(self._clients)]:
                each.result(60)
        self._ledger.kill(server)

    def again(self, server: Server) -> None:
        """What was not answered is sent once more, byte for byte."""
        unanswered, self.unanswered = self.unanswered, []
        for sealed in unanswered:
            assert self._sent(server, sealed), "the server died once more"

    def _next(self) -> Sealed:
        with self._lock:
            return self._ledger.uses.sealed(1 + len(self.receipts) % 7)

    def _sent(self, server: Server, sealed: Sealed) -> bool:
        try:
            answer = self._sender.send(server, sealed)
        except httpx.TransportError:
            with self._lock:
                self.unanswered.append(sealed)
            return False
        assert answer.status_code == 201, answer.text
        with self._lock:
            self.receipts.append((sealed, answer.content))
        return True
