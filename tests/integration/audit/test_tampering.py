"""One thing is changed in a whole ledger: the audit fails, says what is wrong, and names the entry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ledger.audit.report import Report
from ledger.records.entry import parse_entry
from ledger.store.store import Store
from ledger.store.tables import checkpoint, entry, head, submission, tile
from ledger.tree import merkle
from tests.support.audited import COUNTS, OTHER, SIZE, added, codes, flip, named, run_audit, tampered
from tests.support.signing_parties import NOON

NEWEST = sum(COUNTS[:6])  # size of the last checkpoint
VICTIM = 123  # an entry in the midst of a submission of 300
FIRST = 1  # of that submission
OTHER_DIGEST = bytes(32)


def audited(store: Store, table: Any, condition: Any, **changes: Any) -> Report:
    with tampered(store, table, condition, **changes):
        report = run_audit(store)
    assert run_audit(store).verdict == "pass", "the test did not put everything back"
    return report


# Entries


@pytest.mark.parametrize("at", [3, 40, 150, 330, 420, 500, -1], ids=lambda at: f"byte {at}")
@pytest.mark.parametrize("index", [0, VICTIM, SIZE - 1], ids=lambda index: f"entry {index}")
def test_a_flipped_bit_in_an_entry_names_it(whole: Store, index: int, at: int) -> None:
    report = audited(whole, entry, entry.c.index == index, line=flip(at))
    assert named(report) == index
    assert "LEAF_DIFFERS" in codes(report)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stream", "request/other"),
        ("position", 110),
        ("type", "sharing.use.recorded.v2"),
        ("source", "urn:uscc:113200000000009999"),
        ("record_id", "another"),
        ("submission", OTHER_DIGEST),
    ],
)
def test_a_changed_column_names_the_entry(whole: Store, column: str, value: object) -> None:
    report = audited(whole, entry, entry.c.index == VICTIM, **{column: value})
    assert named(report) == VICTIM
    assert "ROW_DIFFERS" in codes(report)


@pytest.mark.parametrize("index", [0, VICTIM, 2047 % SIZE, SIZE - 1], ids=lambda index: f"entry {index}")
def test_a_deleted_entry_is_named(whole: Store, index: int) -> None:
    report = audited(whole, entry, entry.c.index == index, gone=True)
    assert named(report) == index
    assert codes(report) & {"ENTRY_MISSING", "HEAD_SIZE_WRONG"}


def test_all_entries_deleted_is_named_from_the_first(whole: Store) -> None:
    report = audited(whole, entry, entry.c.index >= 0, gone=True)
    assert named(report) == 0
    assert report.steps[1].fault_count == SIZE


def test_two_swapped_lines_are_both_named(whole: Store) -> None:
    lines = {index: whole.entry(index) for index in (VICTIM, VICTIM + 14)}
    with (
        tampered(whole, entry, entry.c.index == VICTIM, line=lines[VICTIM + 14]),
        tampered(whole, entry, entry.c.index == VICTIM + 14, line=lines[VICTIM]),
    ):
        report = run_audit(whole)
    assert named(report) == VICTIM
    differing = {fault.index for fault in report.steps[1].faults if fault.code == "ROW_DIFFERS"}
    assert differing == {VICTIM, VICTIM + 14}


def test_an_entry_moved_behind_the_end_is_named_where_it_is_missing(whole: Store) -> None:
    report = audited(whole, entry, entry.c.index == VICTIM, index=SIZE)
    assert named(report) == VICTIM
    assert {"ENTRY_MISSING", "HEAD_SIZE_WRONG"} <= codes(report)


def test_an_entry_that_nobody_counted_is_named(whole: Store) -> None:
    row = whole.entries(SIZE - 1, 1)[0]
    change = {"index": SIZE, "position": row.position + 1, "record_id": "extra"}
    report = audited_addition(whole, entry, entry.c.index == SIZE - 1, change)
    assert named(report) == SIZE
    assert "HEAD_SIZE_WRONG" in codes(report)


# Submissions


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"jws": lambda jws: jws[:50] + ("A" if jws[50] != "A" else "B") + jws[51:]}, "SUBMISSION_CHANGED"),
        ({"jws": lambda jws: jws[:-1] + ("A" if jws[-1] != "A" else "Q")}, "SUBMISSION_CHANGED"),
        ({"digest": OTHER_DIGEST}, "SUBMISSION_CHANGED"),
        ({"count": 299}, "SUBMISSION_COUNT"),
        ({"gone": True}, "SUBMISSION_MISSING"),
        ({"first_index": 2}, "SUBMISSION_MISSING"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_changed_submission_names_its_first_entry(whole: Store, changes: dict[str, Any], code: str) -> None:
    report = audited(whole, submission, submission.c.first_index == FIRST, **changes)
    assert named(report) == FIRST
    assert code in codes(report)


def test_a_signature_replaced_by_another_good_one_is_named(whole: Store) -> None:
    """Over the same records, by the same party, a second later: the entries name the first."""
    records = [parse_entry(one.line).record.encode() for one in whole.entries(FIRST, COUNTS[1])]
    again = OTHER.sign(records, iat=1_774_000_001)
    changes = {"jws": again.jws, "digest": again.digest}
    report = audited(whole, submission, submission.c.first_index == FIRST, **changes)
    assert codes(report) == {"SUBMISSION_CHANGED"}
    assert named(report) == FIRST


def test_what_a_changed_record_breaks_is_named_by_that_record(whole: Store) -> None:
    report = audited(
        whole, entry, entry.c.index == VICTIM, line=lambda line: line.replace("说".encode(), "话".encode())
    )
    broken = {fault.code: fault.index for step in report.steps for fault in step.faults}
    assert broken["LEAF_DIFFERS"] == broken["ROOT_WRONG"] == VICTIM


def test_a_submission_that_no_entry_names_is_named(whole: Store) -> None:
    change = {"digest": OTHER_DIGEST, "first_index": VICTIM}
    report = audited_addition(whole, submission, submission.c.first_index == 0, change)
    assert named(report) == VICTIM
    assert codes(report) == {"SUBMISSION_STRAY"}


def test_a_submission_beyond_the_log_is_named(whole: Store) -> None:
    change = {"digest": OTHER_DIGEST, "first_index": SIZE + 5}
    report = audited_addition(whole, submission, submission.c.first_index == 0, change)
    assert named(report) == SIZE
    assert codes(report) == {"BEYOND_HEAD"}


# Tiles


@pytest.mark.parametrize("index", [0, VICTIM, 511, SIZE - 1], ids=lambda index: f"leaf {index}")
def test_a_flipped_bit_in_a_leaf_names_its_entry(whole: Store, index: int) -> None:
    condition = (tile.c.level == 0) & (tile.c.n == index // 256)
    report = audited(whole, tile, condition, hashes=flip(index % 256 * 32 + 9))
    assert named(report) == index
    assert [fault.index for fault in report.steps[6].faults] == [index]
    assert report.steps[7].verdict == "fail"


@pytest.mark.parametrize("n", [0, 1])
def test_a_flipped_bit_above_the_leaves_names_the_first_entry_below(whole: Store, n: int) -> None:
    report = audited(whole, tile, tile.c.level == 1, hashes=flip(n * 32))
    assert named(report) == n * 256
    assert {"TILE_CHANGED", "ROOT_WRONG"} <= codes(report)


@pytest.mark.parametrize("n", [0, 2])
def test_a_deleted_tile_names_its_entries(whole: Store, n: int) -> None:
    report = audited(whole, tile, (tile.c.level == 0) & (tile.c.n == n), gone=True)
    assert named(report) == n * 256
    assert {fault.index for fault in report.steps[6].faults} >= {n * 256, n * 256 + 99}


def test_a_deleted_tile_above_the_leaves_is_named(whole: Store) -> None:
    report = audited(whole, tile, tile.c.level == 1, gone=True)
    assert named(report) == 0
    assert {"TILE_CHANGED", "TILE_MISSING"} <= codes(report)


def test_a_tile_that_is_too_wide_is_named(whole: Store) -> None:
    report = audited(whole, tile, (tile.c.level == 0) & (tile.c.n == 2), hashes=lambda old: old + bytes(32))
    assert named(report) == 512
    assert codes(report) == {"TILE_WIDTH_WRONG"}


def test_a_tile_that_no_tree_of_this_size_has_is_named(whole: Store) -> None:
    report = audited_addition(whole, tile, (tile.c.level == 0) & (tile.c.n == 2), {"n": 9})
    assert codes(report) == {"TILE_WIDTH_WRONG"}
    assert [fault.where for fault in report.steps[7].faults] == ["tile/0/009"]


# Head


@pytest.mark.parametrize(
    ("changes", "code", "index"),
    [
        ({"root": flip(5)}, "HEAD_ROOT_WRONG", SIZE - 1),
        ({"size": SIZE + 1}, "HEAD_SIZE_WRONG", SIZE),
        ({"size": SIZE - 1}, "HEAD_SIZE_WRONG", SIZE - 1),
        ({"size": 1 << 40}, "HEAD_SIZE_WRONG", SIZE),
        ({"size": 0}, "HEAD_SIZE_WRONG", 0),
        ({"recorded_at": lambda at: at + timedelta(milliseconds=1)}, "HEAD_TIME_WRONG", SIZE - 1),
        ({"recorded_at": None}, "HEAD_TIME_WRONG", SIZE - 1),
        ({"demo": True}, "HEAD_DEMO_WRONG", 0),
        ({"origin": "ledger.example/other"}, "HEAD_UNREADABLE", 0),
        ({"demo": True, "demo_clock": lambda _: NOON - timedelta(days=1)}, "HEAD_TIME_WRONG", 0),
        ({"checkpoint": None}, "HEAD_CHECKPOINT_WRONG", NEWEST - 1),
        ({"checkpoint": 1}, "HEAD_CHECKPOINT_WRONG", NEWEST - 1),
        ({"checkpoint": SIZE}, "CHECKPOINT_MISSING", SIZE - 1),
        ({"gone": True}, "HEAD_MISSING", 0),
    ],
    ids=lambda value: str(value) if not isinstance(value, dict) else next(iter(value)),
)
def test_a_changed_head_is_named(whole: Store, changes: dict[str, Any], code: str, index: int) -> None:
    report = audited(whole, head, head.c.size == SIZE, **changes)
    assert code in codes(report)
    assert named(report) == index


# Checkpoints


@pytest.mark.parametrize(
    "changes",
    [
        *({"note": flip(at)} for at in (0, 25, 30, 60, 120, 200, 1000, -10)),
        {"note": lambda note: note[:200]},
        {"size": NEWEST - 1},
        {"at": lambda at: at + timedelta(seconds=1)},
        {"at": lambda at: at + timedelta(milliseconds=1)},
        {"published": False},
        {"previous": None},
        {"previous": NEWEST - 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_changed_checkpoint_is_named(whole: Store, changes: dict[str, Any]) -> None:
    report = audited(whole, checkpoint, checkpoint.c.size == NEWEST, **changes)
    assert [step.name for step in report.steps if step.verdict == "fail"] == ["checkpoints"]
    size = min(changes.get("size", NEWEST), changes.get("previous") or NEWEST)
    assert report.steps[-1].faults[0].where == f"checkpoint {size}"
    assert named(report) == size - 1


@pytest.mark.parametrize("size", [sum(COUNTS[:3]), NEWEST])
def test_a_deleted_checkpoint_is_named(whole: Store, size: int) -> None:
    report = audited(whole, checkpoint, checkpoint.c.size == size, gone=True)
    assert [(fault.code, fault.where) for fault in report.steps[-1].faults] == [
        ("CHECKPOINT_MISSING", f"checkpoint {size}")
    ]
    assert named(report) == size - 1


def test_checkpoints_whose_notes_were_swapped_are_both_named(whole: Store) -> None:
    sizes = sum(COUNTS[:3]), NEWEST
    notes = [whole.checkpoint(size) for size in sizes]
    with (
        tampered(whole, checkpoint, checkpoint.c.size == sizes[0], note=notes[1]),
        tampered(whole, checkpoint, checkpoint.c.size == sizes[1], note=notes[0]),
    ):
        report = run_audit(whole)
    assert [fault.where for fault in report.steps[-1].faults] == [f"checkpoint {size}" for size in sizes]


def test_a_published_checkpoint_without_its_second_signature_is_named(whole: Store) -> None:
    def shorter(note: bytes) -> bytes:
        return b"\n".join(note.split(b"\n")[:-2]) + b"\n"

    report = audited(whole, checkpoint, checkpoint.c.size == NEWEST, note=shorter)
    assert named(report) == NEWEST - 1
    assert "0x06" in report.steps[-1].faults[0].detail


# Forgers who know what hangs on what


def test_a_log_cut_off_in_all_tables_is_betrayed_by_a_kept_checkpoint(whole: Store) -> None:
    cut = sum(COUNTS[:5])
    rest = whole.entries(0, cut)
    root = merkle.root_hash([merkle.leaf_hash(one.line) for one in rest])
    at = parse_entry(rest[-1].line).recorded_at
    width = (cut - 512) * 32
    with (
        tampered(whole, entry, entry.c.index >= cut, gone=True),
        tampered(whole, submission, submission.c.first_index >= cut, gone=True),
        tampered(whole, tile, (tile.c.level == 0) & (tile.c.n == 2), hashes=lambda hashes: hashes[:width]),
        tampered(whole, head, head.c.size == SIZE, size=cut, root=root, recorded_at=at),
    ):
        report = run_audit(whole)
    assert codes(report) == {"BEYOND_HEAD"}
    assert named(report) == cut


@pytest.mark.parametrize("index", [VICTIM, SIZE - 1])
def test_a_record_rewritten_with_the_whole_tree_is_betrayed_by_its_sender_and_by_the_checkpoints(
    whole: Store, index: int
) -> None:
    lines = [one.line for one in whole.entries(0, SIZE)]
    lines[index] = lines[index].replace("说明".encode(), "改动".encode())
    hashes = [merkle.leaf_hash(line) for line in lines]
    row, leaves = index // 256, [hashes[at : at + 256] for at in range(0, 512, 256)]
    with (
        tampered(whole, entry, entry.c.index == index, line=lines[index]),
        tampered(
            whole,
            tile,
            (tile.c.level == 0) & (tile.c.n == row),
            hashes=b"".join(hashes[row * 256 : (row + 1) * 256]),
        ),
        tampered(whole, tile, tile.c.level == 1, hashes=b"".join(merkle.root_hash(below) for below in leaves)),
        tampered(whole, head, head.c.size == SIZE, root=merkle.root_hash(hashes)),
    ):
        report = run_audit(whole)
    failed = {step.name for step in report.steps if step.verdict == "fail"}
    if index == VICTIM:
        assert failed == {"chains", "submissions", "checkpoints"}
        assert VICTIM < named(report) <= VICTIM + 7  # the next entry of its stream carries the hash of the old one
    else:
        assert failed == {"submissions"}  # the last entry: after the newest checkpoint, and before nothing
        assert named(report) == SIZE - COUNTS[-1]


def audited_addition(store: Store, table: Any, like: Any, changes: dict[str, Any]) -> Report:
    with added(store, table, like, changes):
        return run_audit(store)
