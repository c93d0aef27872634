"""An audit of a ledger in which nothing is wrong, and what it says when it could not look."""

from __future__ import annotations

import pytest

from ledger.audit import entries
from ledger.audit.report import STEPS
from ledger.records.record import Record, parse_record
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from tests.support.audited import COUNTS, SIGNER, SIZE, run_audit
from tests.support.signing_parties import SigningParty, Ticking, checkpoint_signer, process, verifiers


def test_a_whole_ledger_passes_every_step_and_all_of_it_is_looked_at(whole: Store) -> None:
    report = run_audit(whole)
    assert [(step.number, step.name, step.verdict) for step in report.steps] == [
        (number, name, "pass") for number, name in enumerate(STEPS, 1)
    ]
    assert (report.origin, report.size, report.root) == (whole.origin, SIZE, whole.head().root)
    assert report.verdict == "pass"
    assert report.first_fault is None
    looked_at = {step.name: step.checked for step in report.steps}
    assert looked_at["entries"] == looked_at["leaves"] == SIZE
    assert looked_at["submissions"] == looked_at["signatures"] == len(COUNTS)
    assert looked_at["tiles"] == SIZE // 256
    assert looked_at["checkpoints"] == 2


def test_entries_beyond_the_newest_checkpoint_are_mentioned(whole: Store) -> None:
    step = run_audit(whole).steps[-1]
    assert step.verdict == "pass"
    assert step.note == f"{COUNTS[-1]} entries came after the newest kept checkpoint"


def test_progress_reaches_the_size(whole: Store) -> None:
    seen: list[tuple[int, int]] = []
    run_audit(whole, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (SIZE, SIZE)
    assert seen == sorted(seen)


def test_without_a_registry_of_keys_signatures_are_unchecked_and_the_whole_is_inconclusive(whole: Store) -> None:
    report = run_audit(whole, keys=None)
    assert [step.name for step in report.steps if step.verdict != "pass"] == ["signatures"]
    assert report.steps[5].verdict == "unchecked"
    assert report.verdict == "inconclusive"


def test_without_verifier_keys_checkpoints_are_unchecked_and_the_whole_is_inconclusive(whole: Store) -> None:
    report = run_audit(whole, verifiers=[])
    assert report.steps[-1].verdict == "unchecked"
    assert report.verdict == "inconclusive"


def test_an_empty_ledger_that_was_opened_passes(empty: Store) -> None:
    with empty.writing():
        pass
    report = run_audit(empty)
    assert (report.size, report.verdict) == (0, "pass")


def test_a_ledger_without_checkpoints_is_inconclusive(empty: Store, writer: Writer, organ: SigningParty) -> None:
    process(writer, organ.sign(organ.lines(3)))
    report = run_audit(empty, keys=lambda *asked: organ.key.public)
    assert report.steps[-1].verdict == "inconclusive"
    assert report.verdict == "inconclusive"


def test_the_log_may_grow_during_the_audit(empty: Store, writer: Writer, organ: SigningParty) -> None:
    process(writer, organ.sign(organ.lines(300)))

    def grow(done: int, total: int) -> None:
        process(writer, organ.sign(organ.lines(10)))

    report = run_audit(empty, keys=lambda *asked: organ.key.public, progress=grow)
    assert report.size == 300
    assert {step.name for step in report.steps if step.verdict != "pass"} == {"checkpoints"}
    assert empty.head().size > 300


def test_other_verifier_keys_do_not_pass(whole: Store) -> None:
    report = run_audit(whole, verifiers=verifiers(checkpoint_signer(whole.origin, seed=7)))
    assert report.steps[-1].verdict == "fail"
    assert SIGNER.vkeys != checkpoint_signer(whole.origin, seed=7).vkeys


def test_keys_are_asked_for_in_the_order_of_the_log_with_the_time_of_recording(whole: Store, clock: Ticking) -> None:
    asked = []

    def note(kid: str, iss: str, index: int, recorded_at: object) -> None:
        asked.append((index, recorded_at))

    run_audit(whole, keys=note)
    start = clock.at
    expected = []
    for number, _ in enumerate(COUNTS):
        expected.append((sum(COUNTS[:number]), start))
        clock.forward(seconds=1)
        start = clock.at
    assert asked == expected


def test_every_record_is_parsed_by_itself(whole: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def counted(line: bytes) -> Record:
        parsed.append(line)
        return parse_record(line)

    monkeypatch.setattr(entries, "parse_record", counted)
    assert run_audit(whole).verdict == "pass"
    assert len(set(parsed)) == len(parsed) == SIZE
