"""What becomes of a submission that the gate does not let through."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Equivocation, PartlyRecorded, Refused
from ledger.keys.jwk import generate
from ledger.sequencer.outcomes import NotRecorded, Receipts
from ledger.sequencer.writer import Writer
from ledger.store.rows import EMPTY
from ledger.store.store import Store
from tests.support.signing_parties import NOON, ContentPolicy, SigningParty, line, process


def test_all_refusals_are_listed_by_line_and_nothing_is_recorded(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    lines = [*organ.lines(refuse=["WRONG_STATE", "FIELD_INVALID"]), *organ.lines(), *organ.lines(refuse=["WRONG_ROLE"])]
    (failure,) = process(writer, organ.sign(lines))
    assert isinstance(failure, Refused)
    assert [(refusal.line, refusal.code) for refusal in failure.refusals] == [
        (1, "WRONG_STATE"),
        (1, "FIELD_INVALID"),
        (3, "WRONG_ROLE"),
    ]
    assert store.head().size == 0
    assert store.entries(0, 10) == []


def test_a_refusal_is_noted_by_line_without_its_bytes(writer: Writer, store: Store, organ: SigningParty) -> None:
    submission = organ.sign([*organ.lines(refuse=["WRONG_STATE", "X"]), *organ.lines(refuse=["WRONG_ROLE"])])
    process(writer, submission)
    noted = store.refusals(10)
    assert [(note.line, note.codes, note.bytes) for note in noted] == [
        (2, ("WRONG_ROLE",), None),
        (1, ("WRONG_STATE", "X"), None),
    ]
    for note in noted:
        assert (note.source, note.kid) == (f"urn:uscc:{organ.uscc}", organ.key.kid)
        assert (note.digest, note.at) == (submission.digest.hex(), NOON)


def test_a_refused_submission_does_not_hinder_its_neighbours(writer: Writer, store: Store, organ: SigningParty) -> None:
    first, bad, second = process(
        writer, organ.sign(organ.lines(2)), organ.sign(organ.lines(refuse=["X"])), organ.sign(organ.lines(2))
    )
    assert isinstance(bad, Refused)
    assert isinstance(first, Receipts)
    assert isinstance(second, Receipts)
    assert [item.index for item in first.items + second.items] == [0, 1, 2, 3]
    assert [entry.position for entry in store.entries(0, 9)] == [0, 1, 2, 3]


def test_the_gate_sees_what_was_let_through_before_in_the_same_batch(writer: Writer, organ: SigningParty) -> None:
    opening, following = line("open", source=organ.uscc), line("follow", source=organ.uscc, after="open")
    answers = process(writer, organ.sign([following]), organ.sign([opening]), organ.sign([following]))
    assert [type(answer) for answer in answers] == [Refused, Receipts, Receipts]


def test_the_gate_is_asked_with_the_places_the_records_would_have(
    writer: Writer, gates: list[ContentPolicy], organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines(2)))
    process(writer, organ.sign(organ.lines(1, refuse=["X"])), organ.sign(organ.lines(2)))
    asked = gates[0].asked[-2:]
    assert [[(place.index, place.position) for place in places] for places, _ in asked] == [[(2, 2)], [(2, 2), (3, 3)]]


def test_a_refused_record_may_be_recorded_later_under_its_id(writer: Writer, organ: SigningParty) -> None:
    (failure,) = process(writer, organ.sign([line("X", source=organ.uscc, refuse=["WRONG_STATE"])]))
    (receipts,) = process(writer, organ.sign([line("X", source=organ.uscc)]))
    assert isinstance(failure, Refused)
    assert isinstance(receipts, Receipts)


def test_other_bytes_under_a_recorded_id_are_kept_as_evidence(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    process(writer, organ.sign([line("X", source=organ.uscc)]))
    other = line("X", source=organ.uscc, other=True)
    process(writer, organ.sign([*organ.lines(), other]))
    (note,) = store.refusals(10)
    assert (note.line, note.codes, note.bytes) == (2, ("ID_REUSED",), other)


def test_bytes_that_must_be_kept_nowhere_are_not_kept_as_evidence(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    process(writer, organ.sign([line("X", source=organ.uscc)]))
    lines = [line("X", source=organ.uscc, other=True), *organ.lines(refuse=["CONTENT_FORBIDDEN"])]
    (failure,) = process(writer, organ.sign(lines))
    assert isinstance(failure, Equivocation)
    (note,) = store.refusals(10)
    assert (note.codes, note.bytes) == (("ID_REUSED",), None)


@pytest.mark.parametrize(("before", "after"), [({}, {"keep": False}), ({"keep": False}, {})])
def test_bytes_are_kept_as_evidence_only_if_the_gate_may_keep_them_beside_what_is_recorded(
    writer: Writer, store: Store, organ: SigningParty, before: dict[str, Any], after: dict[str, Any]
) -> None:
    process(writer, organ.sign([line("X", source=organ.uscc, **before)]))
    process(writer, organ.sign([line("X", source=organ.uscc, other=True, **after)]))
    (note,) = store.refusals(10)
    assert (note.codes, note.bytes) == (("ID_REUSED",), None)


def test_asking_whether_bytes_may_be_kept_lets_nothing_through(writer: Writer, organ: SigningParty) -> None:
    process(writer, organ.sign([line("X", source=organ.uscc)]))
    never = [line("X", source=organ.uscc, other=True), line("never", source=organ.uscc)]
    answers = process(writer, organ.sign(never), organ.sign(organ.lines(after="never")))
    assert [type(answer) for answer in answers] == [Equivocation, Refused]


def test_a_mixture_of_recorded_and_new_lines_is_noted_without_bytes(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    old = organ.lines(1)
    process(writer, organ.sign(old))
    (failure,) = process(writer, organ.sign([*organ.lines(), *old]))
    assert isinstance(failure, PartlyRecorded)
    (note,) = store.refusals(10)
    assert (note.line, note.codes, note.bytes) == (2, ("PARTLY_RECORDED",), None)


def test_a_submission_at_which_the_gate_breaks_fails_alone(writer: Writer, store: Store, organ: SigningParty) -> None:
    first, broken, second = process(
        writer, organ.sign(organ.lines(2)), organ.sign(organ.lines(broken=True)), organ.sign(organ.lines(2))
    )
    assert isinstance(broken, NotRecorded)
    assert isinstance(first, Receipts)
    assert isinstance(second, Receipts)
    assert store.head().size == 4
    assert store.refusals(10) == []


def test_what_was_let_through_before_the_gate_broke_is_forgotten(writer: Writer, organ: SigningParty) -> None:
    never = [line("never", source=organ.uscc), *organ.lines(broken=True)]
    process(writer, organ.sign(organ.lines()))
    answers = process(writer, organ.sign(never), organ.sign(organ.lines(after="never")))
    assert [type(answer) for answer in answers] == [NotRecorded, Refused]


@pytest.mark.parametrize("refused", [1, 3])
def test_refusals_alone_leave_the_head_as_it_is(
    writer: Writer, store: Store, organ: SigningParty, refused: int
) -> None:
    process(writer, *(organ.sign(organ.lines(refuse=["X"])) for _ in range(refused)))
    assert store.head() == EMPTY
    assert len(store.refusals(10)) == refused


def test_a_stranger_learns_nothing_of_what_is_recorded_and_leaves_no_evidence(
    writer: Writer, store: Store, gates: list[ContentPolicy], organ: SigningParty
) -> None:
    own, stranger = [line("X", source=organ.uscc)], SigningParty(organ.uscc, generate("Ed25519"))
    process(writer, organ.sign(own))
    gates[0].strangers.add(stranger.key.kid)
    same, other, mixed = own, [line("X", source=organ.uscc, other=True)], [*own, *organ.lines()]
    answers = process(writer, *(stranger.sign(lines) for lines in (same, other, mixed)))
    assert [type(answer) for answer in answers] == [Refused] * 3
    assert {(note.kid, note.codes, note.bytes) for note in store.refusals(10)} == {
        (stranger.key.kid, ("SIGNER_UNAUTHORISED",), None)
    }
    assert store.head().size == 1


def test_a_stranger_learns_nothing_of_what_the_same_batch_records(
    writer: Writer, store: Store, gates: list[ContentPolicy], organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines()))
    lines, stranger = organ.lines(2), SigningParty(organ.uscc, generate("Ed25519"))
    gates[0].strangers.add(stranger.key.kid)
    first, again = process(writer, organ.sign(lines), stranger.sign(lines))
    assert isinstance(first, Receipts)
    assert isinstance(again, Refused)
    assert store.head().size == 3
