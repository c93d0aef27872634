"""The library's applications and projections stand on a ledger; nothing of theirs writes events past the sequencer."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    MapperDeserialisationError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
)
from sqlalchemy import text

from ledger.eventstore.application import Folded, LedgerApplication, folding
from ledger.eventstore.factory import Factory
from ledger.eventstore.recorder import LedgerRecorder
from ledger.eventstore.tracking import insert_tracking, max_tracking_id
from ledger.store.engine import migrate, open_engine, writing
from ledger.store.store import Store
from tests.support.faults import failing
from tests.support.plain_log import append


def test_entries_are_the_librarys_events_counted_from_one(store: Store) -> None:
    append(store, ("request/1", "first"), ("use/1", "second"), ("request/1", "third"))
    recorder = LedgerRecorder(store)
    events = recorder.select_events("request/1")
    assert events == [
        StoredEvent("request/1", 1, "test.v1", b"first"),
        StoredEvent("request/1", 2, "test.v1", b"third"),
    ]
    assert [one.id for one in recorder.select_notifications(None, 10)] == [1, 2, 3]
    assert recorder.max_notification_id() == 3


def test_a_stream_is_read_between_versions_from_either_end(store: Store) -> None:
    append(store, *(("request/1", f"{n}") for n in range(1, 6)))
    recorder = LedgerRecorder(store)

    def versions(**bounds: int | bool) -> list[int]:
        return [event.originator_version for event in recorder.select_events("request/1", **bounds)]

    assert versions(gt=2) == [3, 4, 5]
    assert versions(lte=2) == [1, 2]
    assert versions(gt=1, lte=4, limit=2) == [2, 3]
    assert versions(desc=True, limit=1) == [5]
    assert versions(lte=4, desc=True, limit=1) == [4]
    assert recorder.select_events("request/9") == []


def test_an_event_cannot_be_written_past_the_sequencer(store: Store) -> None:
    event = StoredEvent("request/1", 1, "test.v1", b"unsigned")
    with pytest.raises(ProgrammingError, match="hand them to the sequencer"):
        LedgerRecorder(store).insert_events([event], tracking=Tracking("p", 1))
    assert store.head().size == 0
    assert LedgerRecorder(store).max_tracking_id("p") is None


def test_rows_and_place_are_committed_together_or_not_at_all(store: Store) -> None:
    with writing(store.engine) as connection:
        insert_tracking(connection, store.ledger, Tracking("access", 7))
        connection.get_transaction().rollback()  # the rows could not be made
    with writing(store.engine) as connection:
        assert max_tracking_id(connection, store.ledger, "access") is None
        insert_tracking(connection, store.ledger, Tracking("access", 7))
    assert LedgerRecorder(store).max_tracking_id("access") == 7


def test_two_versions_of_a_projection_have_places_of_their_own(store: Store) -> None:
    with writing(store.engine) as connection:
        insert_tracking(connection, store.ledger, Tracking("access", 7), version=1)
        insert_tracking(connection, store.ledger, Tracking("access", 2), version=2)
        assert max_tracking_id(connection, store.ledger, "access", version=1) == 7
        assert max_tracking_id(connection, store.ledger, "access", version=2) == 2


def test_two_ledgers_of_a_database_have_places_of_their_own(store: Store) -> None:
    other = Store(store.engine, f"{store.origin}/other")
    LedgerRecorder(store).insert_tracking(Tracking("access", 7))
    LedgerRecorder(other).insert_tracking(Tracking("access", 3))
    with pytest.raises(IntegrityError, match="already"):
        LedgerRecorder(other).insert_tracking(Tracking("access", 3))
    assert LedgerRecorder(store).max_tracking_id("access") == 7


def test_a_subscription_goes_on_with_what_another_process_writes(store: Store, elsewhere: Store) -> None:
    append(store, ("s", "one"))
    with LedgerRecorder(store).subscribe() as subscription:
        assert next(subscription).state == b"one"
        append(elsewhere, ("s", "two"), ("s", "three"))
        assert [next(subscription).state for _ in range(2)] == [b"two", b"three"]


def test_an_error_of_the_database_has_the_librarys_name(store: Store) -> None:
    recorder = LedgerRecorder(store)
    with failing(store.engine, "SELECT entry"), pytest.raises(OperationalError, match="before SELECT entry"):
        recorder.select_events("request/1")


# The library's Application, from the environment.


@pytest.fixture
def environment(store: Store) -> dict[str, str]:
    url = store.engine.url.render_as_string(hide_password=False)
    return {"PERSISTENCE_MODULE": "ledger.eventstore", "LEDGER_DATABASE_URL": url, "LEDGER_ORIGIN": store.origin}


@pytest.fixture
def application(environment: dict[str, str]) -> Iterator[LedgerApplication]:
    with LedgerApplication({"test.v1": _text}, environment) as application:
        yield application


def _text(event: StoredEvent) -> str:
    return event.state.decode()


def _join(state: str | None, event: str) -> str:
    return event if state is None else f"{state}, {event}"


def test_the_environment_selects_our_factory(environment: dict[str, str]) -> None:
    factory = InfrastructureFactory.construct(environment)
    assert type(factory) is Factory
    for recorder in (factory.application_recorder(), factory.process_recorder(), factory.tracking_recorder()):
        assert type(recorder) is LedgerRecorder
    assert type(factory.aggregate_recorder()) is LedgerRecorder
    with pytest.raises(InfrastructureFactoryError, match="keeps no snapshots"):
        factory.aggregate_recorder(purpose="snapshots")
    factory.close()


def test_a_database_with_one_ledger_needs_no_origin(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    migrate(engine)
    environment = {"PERSISTENCE_MODULE": "ledger.eventstore", "LEDGER_DATABASE_URL": sqlite_url}
    with pytest.raises(InfrastructureFactoryError, match="holds 0 ledgers"):
        InfrastructureFactory.construct(environment)
    append(Store(engine, "the.only/one"), ("s", "one"))
    factory = InfrastructureFactory.construct(environment)
    assert factory.application_recorder().max_notification_id() == 1
    factory.close()
    engine.dispose()


def test_a_factory_needs_a_database() -> None:
    with pytest.raises(InfrastructureFactoryError, match="LEDGER_DATABASE_URL"):
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": "ledger.eventstore"})


def test_a_repository_folds_a_stream_with_a_plain_function(store: Store, application: LedgerApplication) -> None:
    append(store, ("request/1", "submitted"), ("use/1", "other"), ("request/1", "received"))
    folded = application.repository.get("request/1", projector_func=folding(_join))
    assert folded == Folded("request/1", 2, "submitted, received")
    earlier = application.repository.get("request/1", version=1, projector_func=folding(_join))
    assert earlier.state == "submitted"
    with pytest.raises(AggregateNotFoundError):
        application.repository.get("request/9", projector_func=folding(_join))


def test_a_cached_state_is_brought_up_to_date_with_what_came_since(store: Store, environment: dict[str, str]) -> None:
    environment["AGGREGATE_CACHE_MAXSIZE"] = "10"
    with LedgerApplication({"test.v1": _text}, environment) as application:
        append(store, ("request/1", "submitted"))
        application.repository.get("request/1", projector_func=folding(_join))
        append(store, ("request/1", "received"))
        folded = application.repository.get("request/1", projector_func=folding(_join))
    assert folded == Folded("request/1", 2, "submitted, received")


def test_an_application_can_stand_on_a_store_that_is_open_already(store: Store) -> None:
    append(store, ("request/1", "submitted"))
    with LedgerApplication({"test.v1": _text}, store=store) as application:
        assert application.repository.get("request/1", projector_func=folding(_join)).state == "submitted"
    assert store.head().size == 1  # it is still open: the application owned nothing


def test_a_type_found_in_the_database_is_an_error_and_never_an_import(
    store: Store, environment: dict[str, str]
) -> None:
    append(store, ("request/1", "submitted"))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE entry SET type = 'this:Zen' WHERE ledger = :l"), {"l": store.ledger})
    application = LedgerApplication({"test.v1": _text}, environment)
    with pytest.raises(MapperDeserialisationError, match="'this:Zen' is not registered"):
        application.repository.get("request/1", projector_func=folding(_join))
    application.close()
    assert "this" not in sys.modules
    plain = Application[str](env=environment)  # whose mapper is the factory's: it knows no type at all
    with pytest.raises(MapperDeserialisationError, match="not registered"):
        plain.repository.get("request/1")
    plain.close()


def test_an_application_saves_nothing(application: LedgerApplication) -> None:
    class Event:
        originator_id, originator_version = "request/1", 1

    with pytest.raises(ProgrammingError, match="signed"):
        application.save(Event())
