"""Complete rows of tiles are read once, growing ones every time, and memory stays bounded."""

from __future__ import annotations

from api.kepttiles import KeptTiles

COMPLETE = bytes(256 * 32)


class Rows(dict[tuple[int, int], bytes]):
    """The rows of a log, and how often each was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def fetch(self, level: int, n: int) -> bytes | None:
        self.asked.append((level, n))
        return self.get((level, n))


def test_a_complete_row_is_read_once() -> None:
    rows = Rows()
    rows[0, 7] = COMPLETE
    kept = KeptTiles(rows.fetch)
    assert [kept(0, 7), kept(0, 7)] == [COMPLETE, COMPLETE]
    assert rows.asked == [(0, 7)]


def test_a_row_that_still_grows_is_read_every_time() -> None:
    rows = Rows()
    rows[0, 7] = COMPLETE[:64]
    kept = KeptTiles(rows.fetch)
    kept(0, 7)
    rows[0, 7] = COMPLETE[:96]
    assert kept(0, 7) == COMPLETE[:96]


def test_a_row_that_is_not_there_yet_is_found_once_it_is() -> None:
    rows = Rows()
    kept = KeptTiles(rows.fetch)
    assert kept(1, 0) is None
    rows[1, 0] = COMPLETE
    assert kept(1, 0) == COMPLETE


def test_the_row_used_longest_ago_makes_room() -> None:
    rows = Rows()
    rows.update({(0, n): COMPLETE for n in range(3)})
    kept = KeptTiles(rows.fetch, keep=2)
    for n in (0, 1, 0, 2):
        kept(0, n)
    rows.asked.clear()
    kept(0, 0)
    kept(0, 1)
    assert rows.asked == [(0, 1)]
