"""What the sequencer asks before it writes: the law's admission, at the writer's position, over folded states.

States are immutable, so letting a record through is one more entry in an overlay: kept on commit, dropped on rollback.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.act import Act
from domain.admission.admit import admit
from domain.admission.context import AdmissionSettings, WriterStates
from domain.admission.sight import StatesInSight, unexplained
from domain.admission.stub_rule import claims_secret, stub_required
from domain.codec.wire import check_stream
from domain.events import Event
from domain.evolve import evolve
from domain.families.founding.bootstrap import begin
from domain.families.party.events import KeyAuthorised
from domain.state import FoundingState, PartyState, State
from formats.errors import Malformed, VerificationError
from formats.refusal import Refusal
from ledger.keys.jwk import parse_jwk
from ledger.keys.possession import verify_possession
from ledger.records.record import Record
from ledger.records.submission import Submission
from ledger.sequencer.admission_policy import AdmissionPolicy, EntryPlace
from ledger.store.store import Store
from replay.codec import decode
from replay.key_holders import keys_in, public_jwk, read_keys
from replay.log_source import ActLog
from replay.secret_claims import read_claims
from replay.states import States


class LawAdmission:
    """Implements ``ledger.sequencer.admission_policy.AdmissionPolicy``; owned by the writer thread. It is also
    admission's ``States``.
    """

    def __init__(self, store: Store, settings: AdmissionSettings, *, capacity: int) -> None:
        self._settings = settings
        acts = ActLog(store)
        self._written = States(acts, store.head().size, capacity=capacity)
        self._claims = read_claims(store, acts, self._written.size)
        self._keys = read_keys(acts, self._written.size)
        # Of the submission last examined; before the first, of the last entry. An empty log has no state to ask about.
        self.now = store.head().recorded_at or datetime.fromtimestamp(0, UTC)
        self._size = self._written.size  # entries written or let through
        self._batch: dict[str, State | None] = {}  # streams changed in this transaction
        self._seen: dict[str, State | None] = {}  # every stream asked for in it, as it is after the batch
        self._unopened: set[str] = set()  # streams without an entry, so that nothing needs to be read of them
        self._unit: dict[str, State | None] = {}  # streams changed by the submission under examination
        self._stubs: dict[tuple[str, object, object], bool] = {}  # within it, since a state changed last

    def check(self, submission: Submission, places: Sequence[EntryPlace], recorded_at: datetime) -> Sequence[Refusal]:
        """Every refusal of every line. A line that is refused does not exist for the lines after it."""
        unit = self._unit = {}
        self._stubs.clear()
        self.now = recorded_at
        claimed_before, keys_before = self._claims.mark, self._keys.mark
        refusals: list[Refusal] = []
        for line, (record, place) in enumerate(zip(submission.records, places, strict=True), 1):
            if place.position == 0:
                self._unopened.add(record.subject)
            act = self._examine(record, place, recorded_at, submission.kid, self)
            if isinstance(act, Act):
                self._let_through(act)
            else:
                refusals += [
                    _at_line(line, each) for each in self._explained(record, place, recorded_at, submission.kid)
                ]
        if not refusals:
            self._batch.update(unit)
            self._seen.update(unit)
            self._size += len(places)
        else:
            self._claims.forget(claimed_before)
            self._keys.forget(keys_before)
        self._unit = {}
        return refusals

    def issuer_ever_held_key(self, submission: Submission) -> bool:
        party = self.state(f"party/{submission.iss}")
        return isinstance(party, PartyState) and submission.kid in party.keys

    def may_retain(self, record: Record, recorded: Record) -> bool:
        """Only what can be read: nobody knows what the rest is about, or carries. If either record is about a (claimed)
        state secret, only a stub at the place of the recorded one.
        """
        secret = any(stub_required(each.subject, each.data, self) for each in (record, recorded))
        event = decode(record.type, record.data, stub=secret)
        readable = isinstance(event, Event) and not check_stream(event, record.subject)
        return readable and (not secret or record.subject == recorded.subject)

    def commit(self) -> None:
        self._written.adopt(self._batch, self._size)
        self._claims.keep()
        self._keys.keep()
        self._forget_batch()

    def rollback(self) -> None:
        self._size = self._written.size
        self._claims.forget()
        self._keys.forget()
        self._forget_batch()

    def state(self, stream: str) -> State | None:
        """The stream at the writer's position, the lines before included (``domain.admission.admit.States``)."""
        for held in (self._unit, self._seen):
            if stream in held:
                return held[stream]
        known = None if stream in self._unopened else self._written.state(stream)
        if known is None and stream.startswith("party/"):
            known = begin(stream, self._founding())
        if known is not None:  # a founding in this very transaction may still begin what is not there
            self._seen[stream] = known
        return known

    def key_holder(self, kid: str) -> str | None:
        """The party that a key was given to (``domain.admission.admit.States``)."""
        return self._keys.get(kid)

    def claims_on(self, item: str) -> Collection[str]:
        """The streams that claim the item to be a state secret (``domain.admission.admit.States``)."""
        return self._claims.on(item)

    def _examine(
        self, record: Record, place: EntryPlace, recorded_at: datetime, kid: str, states: WriterStates
    ) -> Act | tuple[Refusal, ...]:
        """The act that may be recorded, or every reason why not, by these states. On a (claimed) state secret the
        record is read as a stub, without text.
        """
        data = record.data
        stub = (
            self._stub_required(record.subject, data) if states is self else stub_required(record.subject, data, states)
        )
        event = decode(record.type, data, stub=stub)
        if not isinstance(event, Event):
            return event
        refusals = check_stream(event, record.subject) or tuple(self._key_faults(event, record.subject))
        if refusals:
            return refusals
        act = Act(
            event=event,
            by=record.uscc,
            id=record.id,
            stream=record.subject,
            time=record.time,
            recorded_at=recorded_at,
            index=place.index,
            position=place.position,
            kid=kid,
        )
        return admit(act, states, self._settings) or act

    def _explained(self, record: Record, place: EntryPlace, recorded_at: datetime, kid: str) -> tuple[Refusal, ...]:
        """Why a record is refused, in what its signer may know."""
        examined = self._examine(record, place, recorded_at, kid, StatesInSight(self, record.uscc))
        return examined if isinstance(examined, tuple) else (unexplained(examined.event.event_name, record.subject),)

    def _let_through(self, act: Act) -> None:
        """The lines after this one see its stream as it is with the act."""
        before = self.state(act.stream)
        after = self._unit[act.stream] = evolve(before, act)
        for uscc, jwk in keys_in(act.event, act.stream.partition("/")[2]):
            self._keys.learn(jwk.thumbprint(), uscc)
        if after is not before:
            self._claims.learn(act.stream, after)
            self._stubs.clear()

    def _stub_required(self, stream: str, data: dict[str, Any]) -> bool:
        """``stub_required``, remembered by stream, request and item until a state changes: nothing else is looked at,
        unless the record claims the class itself or names several requests.
        """
        request, item = data.get("request_id"), data.get("item")
        named = isinstance(request, str | None) and isinstance(item, str | None)
        if not named or "requests" in data or claims_secret(data):
            return stub_required(stream, data, self)
        key = (stream, request, item)
        known = self._stubs.get(key)
        if known is None:
            known = self._stubs[key] = stub_required(stream, data, self)
        return known

    def _key_faults(self, event: Event, stream: str) -> Iterator[Refusal]:
        """The law sees neither that no signature could ever be checked with a key nor who proves to hold it; the log
        does.
        """
        owner = stream.partition("/")[2]
        for _, jwk in keys_in(event, owner):
            try:
                key = parse_jwk(public_jwk(jwk))
                if isinstance(event, KeyAuthorised) and event.possession is not None:
                    verify_possession(event.possession, key, origin=self._settings.origin, uscc=owner)
            except Malformed as fault:
                yield Refusal("FIELD_INVALID", "/data/key", f"{fault.code}: {fault.detail}", fault.next_step)
            except VerificationError as fault:
                next_step = "Let the holder of the key sign the proof for this party and ledger."
                yield Refusal("FIELD_INVALID", "/data/possession", f"the proof is refused: {fault}", next_step)

    def _founding(self) -> FoundingState | None:
        state = self.state(f"ledger/{self._settings.origin}")
        return state if isinstance(state, FoundingState) else None

    def _forget_batch(self) -> None:
        self._batch, self._seen, self._unit = {}, {}, {}
        self._unopened = set()


def law_admission_factory(store: Store, settings: AdmissionSettings, *, capacity: int) -> Callable[[], AdmissionPolicy]:
    """A gate that reads the log as it is when the writer takes the lead."""
    return lambda: LawAdmission(store, settings, capacity=capacity)


def _at_line(line: int, refusal: Refusal) -> Refusal:
    return replace(refusal, line=line)
