"""The filter never denies a key that was added, and seldom takes an unknown one for known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections.engine.bloom_filter import BloomFilter


@given(st.sets(st.text(max_size=20), max_size=200), st.sampled_from([8, 64, 1 << 12]))
def test_no_key_that_was_added_is_denied(keys: set[str], bits: int) -> None:
    known = BloomFilter(bits)
    for key in keys:
        known.add(key)
    assert all(known.may_hold(key) for key in keys)


def test_few_of_the_others_are_taken_for_known() -> None:
    known = BloomFilter(1 << 16)
    for place in range(1 << 13):  # as a million in the usual size
        known.add(f"known {place}")
    taken = sum(known.may_hold(f"unknown {place}") for place in range(10_000))
    assert taken < 400  # 2.4 % are to be expected


def test_nothing_is_known_at_first() -> None:
    assert not BloomFilter(1 << 16).may_hold("")
