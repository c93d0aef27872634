"""Random faults on two servers of one ledger under load: killed, stopped, frozen, their database cut off or hanging.

The same seed gives the same faults. After each fault a new receipt has to come, without a step of repair.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

import httpx

from bench.population import Sealed
from bench.server import Server
from tests.support.database_proxy import DatabaseProxy
from tests.support.server_processes import Sender, ServedLedger, require_receipts_held, wait_until

RECOVERY: Final = 60.0  # seconds until a receipt has to come after a fault
CLIENTS: Final = 4


@dataclass
class Persistent:
    """Clients that send each submission, byte for byte, to either server until one of them gives its receipt."""

    ledger: ServedLedger
    sender: Sender
    receipts: list[tuple[Sealed, bytes]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)  # answers that no fault explains
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]
        for each in self._threads:
            each.start()

    def end(self) -> None:
        """Each client finishes the submission that it has begun."""
        self._ending.set()
        for each in self._threads:
            each.join(RECOVERY)
        assert not any(each.is_alive() for each in self._threads), "a submission was never answered"

    def _client(self, number: int) -> None:
        chance = Random(number)
        while not self._ending.is_set():
            with self._lock:
                sealed = self.ledger.uses.sealed(chance.randrange(1, 8))
            while not self._sent(chance, sealed):
                self._ending.wait(0.05)

    def _sent(self, chance: Random, sealed: Sealed) -> bool:
        servers = list(self.ledger.running)
        try:
            answer = self.sender.send(chance.choice(servers), sealed)
        except (httpx.TransportError, IndexError):
            return False
        with self._lock:
            if answer.status_code == 201:
                self.receipts.append((sealed, answer.content))
            elif answer.status_code != 503:
                self.foreign.append(f"{answer.status_code} {answer.text[:200]}")
        return answer.status_code == 201


@dataclass
class RandomFaults:
    """``counts``: how many of each kind were made; ``slowest``: seconds until the receipt after a fault."""

    ledger: ServedLedger
    database: DatabaseProxy
    load: Persistent
    chance: Random
    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def run(self, *, faults: int, seconds: float) -> None:
        """So many faults, or as many as fit into so many seconds."""
        end = time.monotonic() + seconds
        kinds: list[Callable[[], None]] = [self.killed, self.stopped, self.frozen, self.cut_off, self.hanging]
        self.ledger.serve()
        self.ledger.serve()
        self.load.start()
        for _ in range(faults):
            if time.monotonic() > end:
                break
            kind = self.chance.choice(kinds)
            begun = time.monotonic()
            kind()
            before = len(self.load.receipts)
            assert wait_until(lambda before=before: len(self.load.receipts) > before, within=RECOVERY), kind.__name__  # type: ignore[misc]
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.counts[kind.__name__] += 1
        self.load.end()

    def killed(self) -> None:
        self.ledger.kill(self._any())
        self.ledger.serve()

    def stopped(self) -> None:
        self.ledger.stop(self._any())
        self.ledger.serve()

    def frozen(self) -> None:
        server = self._any()
        server.signal(signal.SIGSTOP)
        self._for_a_while()
        server.signal(signal.SIGCONT)

    def cut_off(self) -> None:
        self.database.go_away()
        self._for_a_while()
        self.database.come_back()

    def hanging(self) -> None:
        self.database.hang()
        self._for_a_while()
        self.database.come_back()

    def _any(self) -> Server:
        return self.chance.choice(self.ledger.running)

    def _for_a_while(self) -> None:
        """The fault lasts: there is nothing to wait for."""
        threading.Event().wait(self.chance.uniform(0.1, 3.0))


def require_whole(ledger: ServedLedger, load: Persistent) -> int:
    """The number of entries of a log that is whole and holds every receipted record once."""
    entries, report = ledger.read()
    assert report.verdict == "pass", report.first_fault
    assert load.foreign == []
    require_receipts_held(ledger, entries, load.receipts)
    return len(entries)
