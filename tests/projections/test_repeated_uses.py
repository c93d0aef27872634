"""An entry that says what one before it said is given that one's row, unread: the row that it would have been given."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import select

from domain import events as e
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.access.judgement_cache import AlikeUses
from projections.access.projector import AccessTrail
from projections.access.tables import access, reason
from projections.engine.runner import Runner
from replay.log_source import Unread
from tests.support.anycase import CHANGES
from tests.support.casebook import RULES, at
from tests.support.story import PROVIDER, REQUESTER, THIRD, Story
from tests.support.written import entry_line, record_of, write_acts

Run = Callable[..., Runner]


class Heard:
    """How many entries were taken unread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.repeated = self.asked = 0
        self._ask = AlikeUses.repeated_row
        monkeypatch.setattr(AlikeUses, "repeated_row", lambda alike, entry: self._heard(alike, entry))
        self.deaf = False

    def _heard(self, alike: AlikeUses, entry: Unread) -> tuple[str, tuple[object, ...]] | None:
        row = None if self.deaf else self._ask(alike, entry)
        self.asked += 1
        self.repeated += row is not None
        return row


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard(monkeypatch)


def any_uses(story: Story, rng: Random) -> None:
    """Uses as they come by the dozen, and now and then something that changes the case."""
    for number in range(60):
        if number > 25 and rng.random() < 0.06:
            rng.choice(CHANGES)(story, rng)
        day = rng.choice(["2026-04-01"] * 8 + ["2026-04-02", "2026-11-30"])
        story.used(
            time=f"{day}T{rng.randrange(24):02}:{rng.randrange(60):02}",
            recorded=f"2026-04-0{2 + number // 40}T09:{number:02}",
            by=rng.choice([REQUESTER] * 5 + [THIRD]),
            stream="request/1",
            matter_no=f"M-{number}",
            subject_count=number,
            fields=rng.choice([("name",)] * 5 + [("name", "phone")]),
            system=rng.choice(["S-1"] * 5 + ["S-2"]),
        )


def rows(store: Store) -> list[tuple[object, ...]]:
    """All of the access trail and its reasons, of the build that answers."""
    found: list[tuple[object, ...]] = []
    with reading(store.engine) as connection:
        for table in (access, reason):
            ours = select(table).where(table.c.ledger == store.ledger).order_by(*table.primary_key)
            all_ = connection.execute(ours).all()
            newest = max((row.build for row in all_), default=0)
            found += [tuple(row[2:]) for row in all_ if row.build == newest]
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_row_is_the_one_that_reading_the_entry_gives(store: Store, run: Run, heard: Heard, seed: int) -> None:
    rng = Random(seed)
    story = Story().granted()
    any_uses(story, rng)
    write_acts(store, story.acts)
    run((AccessTrail,))
    unread = rows(store)
    assert heard.repeated, "nothing was taken unread"
    heard.deaf = True
    again = run((AccessTrail,), caught_up=False)
    again.rebuild()
    again.catch_up()
    assert rows(store) == unread


def test_what_changes_the_case_ends_what_can_be_repeated(store: Store, run: Run, heard: Heard) -> None:
    story = Story().granted()
    for number in range(5):
        story.used(matter_no=f"M-{number}", time=f"2026-04-01T09:0{number}")
    CHANGES[0](story, Random(0))  # the grant is revoked
    story.used(matter_no="M-9", time="2026-04-01T09:09")
    write_acts(store, story.acts)
    run((AccessTrail,))
    assert heard.repeated == 2, "the first is judged, the next two found alike and learned; the others repeat it"


@pytest.mark.parametrize(
    ("changes", "repeated"),
    [
        ({}, True),
        ({"matter_no": "M-9", "subject_count": 9, "subjects": ("P-1",)}, True),
        ({"time": "2026-04-02T09:09"}, False),
        ({"recorded": "2026-04-03T09:09"}, False),
        ({"system": "S-2"}, False),
        ({"by": THIRD, "stream": "request/1"}, False),
        ({"officer": "经办岗-02"}, False),
    ],
)
def test_an_entry_is_read_if_it_says_anything_else(
    store: Store, run: Run, heard: Heard, changes: dict[str, str], *, repeated: bool
) -> None:
    story = Story().granted()
    for minute in (1, 2, 3):
        story.used(time=f"2026-04-01T09:0{minute}", recorded="2026-04-02T09:00", subjects=("P-0",))
    usual = {"time": "2026-04-01T09:09", "recorded": "2026-04-02T09:00", "subjects": ("P-0",)}
    story.used(**(usual | changes))
    write_acts(store, story.acts)
    run((AccessTrail,))
    assert heard.repeated == repeated


def test_a_use_after_the_instant_from_which_a_suspension_holds_is_read(store: Store, run: Run, heard: Heard) -> None:
    story = Story().granted()
    noon = e.GrantSuspended(post="岗-01", cause="INCIDENT", effect=at("2026-04-01T12:00"))
    story.record("request/1", PROVIDER, "2026-03-31", noon)
    for minute in (1, 2, 3, 4):
        story.used(time=f"2026-04-01T09:0{minute}")
    story.used(time="2026-04-01T15:00")
    write_acts(store, story.acts)
    run((AccessTrail,))
    assert heard.repeated == 1
    with reading(store.engine) as connection:
        ours = select(access.c.verdict).where(access.c.ledger == store.ledger, access.c.entry >= len(story.acts) - 5)
        verdicts = connection.scalars(ours.where(access.c.to_size.is_(None)).order_by(access.c.entry)).all()
    assert verdicts[:4] == ["AUTHORIZED"] * 4
    assert verdicts[4] != "AUTHORIZED"


def test_a_use_that_changes_something_is_no_pattern_for_others() -> None:
    story = Story().granted()
    first, second = story.used(time="2026-04-01T09:01"), story.used(time="2026-04-01T09:02")
    facts, alike = story.facts(first), AlikeUses()
    entry = Unread(second.index, "kid", entry_line(record_of(second), second.stream, second.recorded_at))
    alike.judged(first, facts, RULES)
    for changed in (True, True, False, False):
        assert alike.repeated_row(entry) is None
        row = alike.plain_row(second, facts, RULES)
        if changed:
            alike.changed()
        alike.may_repeat()
    assert alike.repeated_row(entry) == (second.stream, row)
