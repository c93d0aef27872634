"""Submissions of every kind, in any order and company, with a database that fails, against a model of ten lines."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ledger.errors import Equivocation, PartlyRecorded, Refused
from ledger.records.entry import parse_entry
from ledger.records.submission import Submission
from ledger.sequencer.outcomes import Receipts
from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from tests.support.audited import run_audit
from tests.support.faults import failing
from tests.support.signing_parties import (
    ORIGIN,
    Ticking,
    checkpoint_signer,
    line,
    process,
    proven_indexes,
    signing_party,
    writer_for,
)

ORGAN = signing_party()
SIGNER = checkpoint_signer(ORIGIN)

one_record = st.tuples(
    st.integers(0, 20),  # its id
    st.integers(0, 2),  # its stream
    st.booleans(),  # other bytes under the same id
    st.integers(0, 9).map(lambda chance: chance == 0),  # refused by the gate
)
batches = st.lists(
    st.lists(one_record, min_size=1, max_size=4, unique_by=lambda record: record[0]), min_size=1, max_size=4
)
faults = st.sampled_from([None, None, None, "COMMIT", 'INTO "entry"', "UPDATE head", 'INTO "tile"', 'INTO "refusal"'])

Answer = tuple[type, tuple[int, ...]]


@dataclass(frozen=True)
class Model:
    """What is in the log: its lines in order, and the place of each id."""

    lines: tuple[bytes, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)

    def take(self, submission: Submission) -> tuple[Model, Answer]:
        """The log after the submission, and what its sender is told."""
        records = submission.records
        found = [self.places.get(record.id) for record in records]
        known = tuple(index for index in found if index is not None)
        if any(
            self.lines[index] != record.line for index, record in zip(found, records, strict=True) if index is not None
        ):
            return self, (Equivocation, ())
        if known:
            return self, (Receipts, known) if len(known) == len(records) else (PartlyRecorded, ())
        if any(record.data.get("refuse") for record in records):
            return self, (Refused, ())
        places = {record.id: index for index, record in enumerate(records, len(self.lines))}
        lines = self.lines + tuple(record.line for record in records)
        return Model(lines, {**self.places, **places}), (Receipts, tuple(places.values()))


def explained(model: Model, submissions: Sequence[Submission], answers: Sequence[Answer]) -> Model | None:
    """The log after some order of these concurrent submissions in which each gets the answer that it got."""
    for order in permutations(range(len(submissions))):
        after = model
        for number in order:
            after, answer = after.take(submissions[number])
            if answer != answers[number]:
                break
        else:
            return after
    return None


class Submitting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-machine-"))
        engine = open_engine(f"sqlite:///{self.folder / 'ledger.sqlite'}")
        migrate(engine)
        self.store = Store(engine, ORIGIN)
        self.writer = writer_for(self.store, Ticking())
        self.model = Model()

    @rule(batch=batches, fault=faults, landed=st.booleans())
    def submit(self, batch: list[list[tuple[int, int, bool, bool]]], fault: str | None, landed: bool) -> None:
        submissions = [ORGAN.sign([self.line(*record) for record in records]) for records in batch]
        with failing(self.store.engine, fault, after=landed) if fault else nullcontext():
            outcomes = process(self.writer, *submissions)
        answers: list[Answer] = [
            (type(one), tuple(proven_indexes(one, SIGNER)) if isinstance(one, Receipts) else ()) for one in outcomes
        ]
        after = explained(self.model, submissions, answers)
        assert after is not None, (batch, fault, answers)
        self.model = after

    @rule()
    def restart(self) -> None:
        """The process dies and another one starts: it knows nothing."""
        self.writer = writer_for(self.store, Ticking())

    @invariant()
    def the_log_is_the_models(self) -> None:
        stored = [parse_entry(one.line).record.encode() for one in self.store.entries(0, 10_000)]
        assert tuple(stored) == self.model.lines

    def teardown(self) -> None:
        report = run_audit(self.store, keys=lambda *asked: ORGAN.key.public)
        if self.model.lines:
            assert {step.name for step in report.steps if step.verdict != "pass"} == {"checkpoints"}  # none was kept
        self.store.engine.dispose()
        shutil.rmtree(self.folder)

    @staticmethod
    def line(number: int, stream: int, other: bool, refused: bool) -> bytes:
        data = ({"other": True} if other else {}) | ({"refuse": ["X"]} if refused else {})
        return line(f"id{number}", source=ORGAN.uscc, stream=f"request/{stream}", **data)


TestSubmitting = Submitting.TestCase
TestSubmitting.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
