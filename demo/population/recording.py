"""Records actions through the real admission and the real writer, in this process, under the simulated clock."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime

import orjson

from api.server.clock import LedgerClock
from api.server.data_dir import DataDir
from api.server.founding import load_checkpoint_signer
from api.server.opening import open_store
from api.server.settings import Settings
from api.server.wiring import writer_of
from demo.population.organs import Organ
from demo.population.records import Action
from ledger.errors import SubmissionFailed
from ledger.keys.jwk import PrivateKey
from ledger.records.submission import parse_and_verify_submission
from ledger.records.submission_signature import sign_submission
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.store.store import Store
from replay.party_registry import PartyRegistry

IN_FLIGHT = 8_000  # largest number of records that wait for the writer, which bounds memory
NEXT, RETIRED = "next", "retired"
_PATIENCE = 60.0  # seconds for one batch of the writer

Advance = Callable[[int], None]  # argument: number of records newly in the log


class PopulationBroken(Exception):
    """The ledger refused an action that it must accept."""

    def __init__(self, deed: Action, why: SubmissionFailed) -> None:
        kinds = ", ".join(sorted({str(record["type"]) for record in deed.records}))
        said = getattr(why, "refusals", None) or getattr(why, "faults", None) or why
        super().__init__(f"{deed.by.name} {deed.at.isoformat()} {kinds} {deed.records[0]['id']}: {said}")


class Recorder:
    """Signs actions with their organs' keys and records them, day by day."""

    def __init__(self, directory: DataDir, store: Store, sequencer: Sequencer, advance: Advance) -> None:
        self.families: Counter[str] = Counter()  # family of the stream → number of records in the log
        self._directory = directory
        self._store = store
        self._sequencer = sequencer
        self._advance = advance
        self._clock = LedgerClock(store)
        self._register = PartyRegistry(store)
        self._keys: dict[str, PrivateKey] = {}
        self._waiting: deque[tuple[Action, Future[Receipts]]] = deque()
        self._in_flight = 0

    def key(self, organ: Organ) -> PrivateKey:
        if organ.uscc not in self._keys:
            self._keys[organ.uscc] = self._directory.key(organ.uscc)
        return self._keys[organ.uscc]

    def successor(self, organ: Organ) -> Mapping[str, str]:
        """Make a new key for the organ. It replaces the present one on the day after its announcement."""
        return self._directory.new_key(f"{organ.uscc}-{NEXT}").public.jwk

    def record(self, recorded_at: datetime, deeds: Iterable[Action]) -> None:
        """Record all actions of one day and wait until they are in the log.

        Raises ``PopulationBroken`` if one is refused.
        """
        self._clock.move(recorded_at)
        rotating = []
        for deed in deeds:
            self._send(deed, recorded_at)
            if deed.rotates:
                rotating.append(deed.by)
        while self._waiting:
            self._settle()
        for organ in rotating:
            name = organ.uscc
            self._directory.replace_key(name, by=f"{name}-{NEXT}", retired=f"{name}-{RETIRED}")
            del self._keys[name]

    def refused(self) -> int:
        """Return the number of refused submissions that the ledger keeps."""
        return len(self._store.refusals(1_000))

    def _send(self, deed: Action, now: datetime) -> None:
        while self._in_flight + len(deed.records) > IN_FLIGHT:
            self._settle()
        lines = [orjson.dumps(record) for record in deed.records]
        iat, origin = int(now.timestamp()), self._store.origin
        jws = sign_submission(lines, key=self.key(deed.by), iss=deed.by.uscc, aud=origin, iat=iat)
        body = b"\n".join(lines)
        try:
            find_key = self._register.find_key
            submission = parse_and_verify_submission(body, jws, audience=origin, find_key=find_key, now=now)
        except SubmissionFailed as why:
            raise PopulationBroken(deed, why) from why
        self._waiting.append((deed, self._sequencer.submit(submission)))
        self._in_flight += len(deed.records)

    def _settle(self) -> None:
        """Wait for the oldest submission."""
        deed, receipts = self._waiting.popleft()
        try:
            receipts.result(_PATIENCE)
        except SubmissionFailed as why:
            raise PopulationBroken(deed, why) from why
        self._in_flight -= len(deed.records)
        self.families.update(record["subject"].partition("/")[0] for record in deed.records)
        self._advance(len(deed.records))


@contextmanager
def recording(settings: Settings, directory: DataDir, advance: Advance) -> Iterator[Recorder]:
    """Run the ledger's one writer inside the context."""
    store = open_store(settings, directory.origin)
    sequencer = writer_of(store, settings, load_checkpoint_signer(settings.data), LedgerClock(store))
    sequencer.start()
    try:
        yield Recorder(directory, store, sequencer, advance)
    finally:
        sequencer.close()
        store.close()
        store.engine.dispose()
