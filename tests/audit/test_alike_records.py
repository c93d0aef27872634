"""Records that are alike are not read whole again, and what the audit says does not change by it."""

from __future__ import annotations

from random import Random

import pytest

from ledger.records.likeness import AlikeLines
from ledger.store.store import Store
from ledger.store.tables import entry
from tests.support.audited import SIZE, flip, run_audit, tampered


def test_most_records_that_are_alike_are_recalled(whole: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    recalled: list[bool] = []
    recall = AlikeLines.recall

    def heard(lines: AlikeLines, text: bytes) -> object:
        found = recall(lines, text)
        recalled.append(found is not None)
        return found

    monkeypatch.setattr(AlikeLines, "recall", heard)
    assert run_audit(whole).verdict == "pass"
    assert sum(recalled) > SIZE * 0.9
    recalled.clear()
    assert run_audit(whole, new_each_time={}).verdict == "pass"
    assert not any(recalled)


@pytest.mark.parametrize("seed", range(30))
def test_a_bit_that_was_flipped_anywhere_is_told_as_if_each_record_were_read_whole(whole: Store, seed: int) -> None:
    rng = Random(seed)
    index, change = rng.randrange(2, SIZE), flip(rng.randrange(2_000), rng.randrange(8))
    with tampered(whole, entry, entry.c.index == index, line=change):
        assert run_audit(whole) == run_audit(whole, new_each_time={})
