"""The runner: rows and place in one transaction, an entry that cannot be applied, rebuilding, two runners at once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Column, Connection, func, select, text, update
from sqlalchemy.exc import OperationalError

from domain.events import UseRecorded
from ledger.store.rows import StoredEntry
from ledger.store.store import Store
from ledger.store.tables import entry
from projections.engine import batch_writer
from projections.engine.builds import Build, Builds, BuildState, ConcurrentUpdate
from projections.engine.interval_table import CODE, interval_table
from projections.engine.projector import AppliedAct, Projector
from projections.engine.runner import Runner
from projections.parties.projector import Parties
from tests.support.log_writer import write_acts
from tests.support.story import Story

Run = Callable[..., Runner]

_counted = interval_table("test_counted_v1", of="counted", key=(Column("stream", CODE, primary_key=True),), values=())


class Counted(Projector):
    """Streams by name: the simplest projection there is. It cannot stand the entry at ``stumbles_at``."""

    name = "counted"
    version = 1
    tables = (_counted,)
    stumbles_at: int | None = None

    def apply(self, step: AppliedAct) -> None:
        if step.act.index == self.stumbles_at:
            raise RuntimeError("no row can be made of this entry")
        if step.before is None:
            self.buffers[0].insert((step.act.stream,), step.size, ())


_surveyed = interval_table("test_surveyed_v1", of="surveyed", key=(Column("entry", CODE, primary_key=True),), values=())


class Surveyed(Projector):
    """As many rows as there are acts."""

    name = "surveyed"
    version = 1
    tables = (_surveyed,)

    def apply(self, step: AppliedAct) -> None:
        self.buffers[0].insert((step.act.id,), step.size, ())


@pytest.fixture(autouse=True)
def _sure_footed() -> None:
    Counted.stumbles_at, Counted.version = None, 1


def _streams(store: Store, build: int | None = None) -> int:
    rows = select(func.count()).select_from(_counted).where(_counted.c.ledger == store.ledger)
    with store.engine.connect() as connection:
        return int(connection.scalar(rows if build is None else rows.where(_counted.c.build == build)) or 0)


def _build(store: Store, name: str = "counted") -> list[Build]:
    return Builds(store.engine, store.ledger).all(name)


def _newest(store: Store) -> int:
    """The number of the build of Counted that was begun last."""
    return _build(store)[-1].number


def test_a_projection_accounts_for_every_entry_of_the_log(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    run([Counted])
    (build,) = _build(store)
    assert build.position == len(story.acts)
    assert _streams(store) == len({act.stream for act in story.acts})


def test_it_goes_on_where_it_was_and_makes_no_row_twice(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    run([Counted])
    first = _streams(store)
    story.agreed()
    write_acts(store, story.acts[first + 2 :])
    run([Counted])
    assert _build(store)[0].position == store.head().size
    assert _streams(store) == len({act.stream for act in story.acts})


def test_rows_and_place_are_written_together_or_not_at_all(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_acts(store, Story().granted().acts)

    def killed(*_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the server is gone"))

    monkeypatch.setattr(batch_writer.BatchWriter, "_place", killed)
    with pytest.raises(OperationalError):
        run([Counted])
    assert _streams(store) == 0
    assert _build(store)[0].position == 0
    monkeypatch.undo()
    run([Counted])
    assert _streams(store) > 0


def test_a_commit_that_landed_unheard_makes_no_row_twice(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    monkeypatch.setattr("projections.engine.runner.RETRY", 0.01)
    monkeypatch.setattr("projections.engine.runner.BATCH", 3)
    unheard = iter([OperationalError("COMMIT", {}, Exception("the connection was lost"))] * 2)
    real = batch_writer.BatchWriter._end

    def end(self: batch_writer.BatchWriter, failure: BaseException | None) -> None:
        committed = self._connection is not None and failure is None
        real(self, failure)
        lost = next(unheard, None) if committed else None
        if lost is not None:
            raise lost

    monkeypatch.setattr(batch_writer.BatchWriter, "_end", end)
    runner = run([Counted], caught_up=False)
    runner.start()
    assert _reached(runner, len(story.acts))
    assert next(unheard, None) is None
    assert _streams(store) == len({act.stream for act in story.acts})


def test_an_entry_that_cannot_be_applied_stops_its_projection_there_and_is_named(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    Counted.stumbles_at = 5
    run([Counted, Parties])
    (build,) = _build(store)
    assert (build.position, build.stopped_at) == (5, 5)
    assert build.stopped_because == "RuntimeError: no row can be made of this entry"
    assert _streams(store) == len({act.stream for act in story.acts[:5]})


def test_the_others_go_on_when_one_stops(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    Counted.stumbles_at = 5
    runner = run([Counted, Parties])
    (parties,) = _build(store, "parties")
    assert (parties.position, parties.stopped_at) == (len(story.acts), None)
    story.agreed()
    write_acts(store, story.acts[parties.position :])
    runner.catch_up()
    assert _build(store, "parties")[0].position == len(story.acts)
    assert _build(store)[0].position == 5


def test_a_stopped_projection_is_tried_again_at_the_next_start_and_catches_up(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    Counted.stumbles_at = 5
    run([Counted, Parties])
    Counted.stumbles_at = None
    run([Counted, Parties])
    (build,) = _build(store)
    assert (build.position, build.stopped_at, build.stopped_because) == (len(story.acts), None, None)


@pytest.mark.parametrize("batch", [1, 1_000])
def test_a_row_that_is_there_already_stops_the_projection_at_its_entry(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    write_acts(store, Story().granted().acts)

    def twice(self: Projector, step: AppliedAct) -> None:
        name = "same" if step.act.index in (2, 4) else f"entry {step.act.index}"
        self.buffers[0].insert((name,), 1, ())

    monkeypatch.setattr(Counted, "apply", twice)
    monkeypatch.setattr("projections.engine.runner.BATCH", batch)
    run([Counted])
    (build,) = _build(store)
    assert (build.position, build.stopped_at) == (4, 4)
    assert _streams(store) == 4


def test_a_new_version_is_built_from_entry_0_while_the_old_one_answers(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    run([Counted])
    Counted.version = 2
    runner = run([Counted], caught_up=False)
    runner.builds.to_feed(Counted)
    assert [(build.version, build.state, build.position) for build in _build(store)] == [
        (1, BuildState.ANSWERING, len(story.acts)),
        (2, BuildState.BUILDING, 0),
    ]
    runner.catch_up()
    assert [(build.version, build.state, build.position) for build in _build(store)] == [
        (2, BuildState.ANSWERING, len(story.acts))
    ]


def test_no_two_ledgers_of_a_database_have_builds_of_one_number(store: Store, run: Run) -> None:
    run([Counted])
    other = Builds(store.engine, f"{store.ledger}-other").begin(Counted)
    assert other.number > _newest(store)
    assert other.state is BuildState.ANSWERING  # its ledger has none that answers yet


def test_rows_of_the_build_that_was_replaced_are_removed(store: Store, run: Run) -> None:
    write_acts(store, Story().granted().acts)
    runner = run([Counted])
    rows, first = _streams(store), _newest(store)
    runner.rebuild(["counted"])
    runner.catch_up()
    assert (_streams(store, first), _streams(store, _newest(store))) == (0, rows)


def test_rows_of_a_replaced_build_are_removed_in_pieces_while_there_is_nothing_to_read(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story().granted()
    write_acts(store, story.acts[:-1])
    run([Counted])
    first, rows = _newest(store), _streams(store)
    monkeypatch.setattr("projections.engine.builds.PIECE", 2)
    Counted.version = 2
    runner = run([Counted], caught_up=False)
    while not any(build.number > first and build.state is BuildState.ANSWERING for build in _build(store)):
        runner.step()
    write_acts(store, story.acts[-1:])
    left = []
    while runner.step():
        left.append(_streams(store, first))
    assert left[0] == rows  # what is to be read comes first
    assert all(before - after <= 2 for before, after in itertools.pairwise(left))
    assert _streams(store, first) == 0


def test_rows_that_a_runner_left_when_it_ended_are_removed_by_the_next(store: Store, run: Run) -> None:
    write_acts(store, Story().granted().acts)
    runner = run([Counted])
    first, rows = _newest(store), _streams(store)
    runner.rebuild()
    while any(build.state is BuildState.BUILDING for build in _build(store)):
        runner.step()
    assert _streams(store, first) == rows
    run([Counted])
    assert (_streams(store, first), _streams(store, _newest(store))) == (0, rows)


def test_rebuilding_says_how_far_it_has_come(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_acts(store, Story().granted().acts)
    runner = run([Counted])
    monkeypatch.setattr("projections.engine.runner.BATCH", 3)
    runner.rebuild()
    file_filter: list[int] = []
    new = _newest(store)
    runner.catch_up(lambda builds: file_filter.extend(each.position for each in builds if each.number == new))
    assert file_filter[:2] == [3, 6]


def test_the_planner_is_told_roughly_of_a_build_that_grows(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL plans by statistics that it has to be asked for")
    monkeypatch.setattr("projections.engine.builds.FIRST_ANALYSED", 4)
    story = Story().granted()
    for name in range(2, 22):
        story.requested(name=str(name))
    write_acts(store, story.acts)
    run([Surveyed])
    known = text("SELECT attname, histogram_bounds::text FROM pg_stats WHERE tablename = 'test_surveyed_v1'")
    with store.engine.connect() as connection:
        bounds = dict(map(tuple, connection.execute(known).all()))
    assert "build" in bounds
    assert bounds["entry"].count(",") == 10, "ten parts, of more than twenty rows that all differ"


def test_two_runners_on_one_ledger_make_every_row_once(store: Store, run: Run) -> None:
    story = Story().granted()
    story.agreed()
    write_acts(store, story.acts)
    one, other = run([Counted], caught_up=False), run([Counted], caught_up=False)
    one.step()
    other.start()
    one.start()
    assert _reached(other, len(story.acts))
    assert _reached(one, len(story.acts))
    assert _streams(store) == len({act.stream for act in story.acts})


def test_a_runner_that_was_overtaken_moves_nothing_back(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = run([Counted])
    story = Story().granted()
    write_acts(store, story.acts)
    run([Counted])
    monkeypatch.setattr("projections.engine.runner.BATCH", 3)
    stale.step()  # gathered, and refused when the next turn asks what became of it
    with pytest.raises(ConcurrentUpdate):
        stale.step()
    assert _build(store)[0].position == len(story.acts)
    stale.catch_up()
    assert _streams(store) == len({act.stream for act in story.acts})


def test_a_rebuild_leaves_what_answers_to_the_server_which_then_feeds_the_new_build(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story().granted()
    write_acts(store, story.acts[:-3])
    server, rebuilding = run([Counted]), run([Counted], caught_up=False)
    monkeypatch.setattr("projections.engine.runner.BATCH", 3)
    rebuilding.rebuild()
    rebuilding.step()
    write_acts(store, story.acts[-3:-1])
    server.catch_up()
    fed: list[tuple[int, int]] = []
    rebuilding.catch_up(lambda builds: fed.extend((build.number, build.position) for build in builds))
    new = _newest(store)
    assert {number for number, _ in fed} == {new}
    assert [position for _, position in fed] == sorted(position for _, position in fed)
    write_acts(store, story.acts[-1:])
    server.catch_up()
    assert [(build.number, build.position) for build in _build(store)] == [(new, len(story.acts))]


def test_a_build_whose_last_batch_was_overtaken_does_not_answer_before_it_is_whole(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_acts(store, Story().granted().acts)
    runner = run([Counted])
    rows, first, hold, refused = _streams(store), _newest(store), Builds.hold, iter([True])

    def once(self: Builds, connection: Connection, held: Sequence[Build]) -> None:
        if next(refused, False):
            raise ConcurrentUpdate("another runner was here")
        hold(self, connection, held)

    monkeypatch.setattr(Builds, "hold", once)
    runner.rebuild()
    runner.catch_up()
    assert (_streams(store, first), _streams(store, _newest(store))) == (0, rows)


def test_a_running_runner_follows_the_log(store: Store, run: Run) -> None:
    runner = run([Counted], caught_up=False)
    runner.start()
    write_acts(store, Story().granted().acts)
    assert _reached(runner, store.head().size)


def test_a_runner_stops_when_told_to_even_while_it_waits(store: Store, run: Run) -> None:
    runner = run([Counted], caught_up=False)
    runner.start()
    stopped = threading.Thread(target=runner.stop)
    stopped.start()
    stopped.join(5)
    assert not stopped.is_alive()


def test_a_database_that_is_away_for_a_while_stops_nothing(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_acts(store, Story().granted().acts)
    monkeypatch.setattr("projections.engine.runner.RETRY", 0.01)
    away = iter([OperationalError("SELECT", {}, Exception("away"))] * 3)
    real = Store.entries

    def entries(self: Store, start: int, limit: int) -> list[StoredEntry]:
        failure = next(away, None)
        if failure is not None:
            raise failure
        return real(self, start, limit)

    monkeypatch.setattr(Store, "entries", entries)
    runner = run([Counted], caught_up=False)
    runner.start()
    assert _reached(runner, store.head().size)
    assert runner.failure is None


def test_an_entry_whose_bytes_were_changed_stops_the_projections_there(store: Store, run: Run) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    with store.engine.begin() as connection:
        mine = (entry.c.ledger == store.ledger, entry.c.index == 6)
        line = connection.scalar(select(entry.c.line).where(*mine)) or b""
        connection.execute(update(entry).where(*mine).values(line=line[:40] + b"\x00" + line[41:]))
    run([Counted, Parties])
    stopped = [(build.name, build.position, build.stopped_at) for build in Builds(store.engine, store.ledger).all()]
    assert stopped == [("counted", 6, 6), ("parties", 6, 6)]


def test_a_runner_that_fails_in_a_way_nobody_foresaw_goes_on_trying_and_says_so(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_acts(store, Story().granted().acts)
    monkeypatch.setattr("projections.engine.runner.RETRY", 0.01)
    said: list[str | None] = []
    runner = run([Counted], caught_up=False)
    real = runner.builds.to_feed

    def to_feed(kind: type[Projector]) -> list[Build]:
        if len(said) < 2:
            said.append(runner.failure)
            raise ZeroDivisionError("nobody foresaw this")
        return real(kind)

    monkeypatch.setattr(runner.builds, "to_feed", to_feed)
    runner.start()
    assert _reached(runner, store.head().size)
    assert said == [None, "ZeroDivisionError: nobody foresaw this"]


def _reached(runner: Runner, size: int) -> bool:
    """Whether the builds come as far, within some seconds."""
    for _ in range(200):
        count = runner.progress.count()
        builds = runner.builds.all("counted")
        if builds and all(build.position >= size for build in builds):
            return True
        runner.progress.wait_beyond(count, 0.05)
    return False


def test_uses_leave_the_world_as_it_is(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used()
    write_acts(store, story.acts)
    steps: list[AppliedAct] = []

    class Watching(Counted):
        name = "watching"
        every_act = True

        def apply(self, step: AppliedAct) -> None:
            steps.append(step)

    run([Watching])
    assert isinstance(steps[used.index].act.event, UseRecorded)
    assert steps[used.index].after is steps[used.index].before


def test_what_leaves_a_state_as_it_was_is_shown_only_to_who_takes_every_act(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used()
    write_acts(store, story.acts)
    seen: dict[str, list[int]] = {"changes": [], "everything": []}

    class Changes(Counted):
        name = "changes"

        def apply(self, step: AppliedAct) -> None:
            seen[self.name].append(step.act.index)

    class Everything(Changes):
        name = "everything"
        every_act = True

    run([Changes, Everything])
    assert used.index in seen["everything"]
    assert used.index not in seen["changes"]
    assert {*seen["everything"]} - {*seen["changes"]} == {used.index}
