"""The index of claims as the gate builds it from the log: exact on both back ends, whatever the bytes look like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, update

from domain import events as e
from ledger.store.store import Store
from ledger.store.tables import entry
from replay.log_source import ActLog
from replay.secret_claims import read_claims
from tests.support import databases
from tests.support.log_writer import write_acts
from tests.support.payloads import refused, used
from tests.support.story import PROVIDER, REQUESTER, Story

migrated_sqlite, migrated_postgres, engine = (
    databases.migrated_sqlite, databases.migrated_postgres, databases.engine
)  # fmt: skip
SECRET = ("state_secret",)


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    store = Store(engine, "ledger.example/claims")
    yield store
    store.close()


def claims_on(store: Store, item: str = "C04", size: int | None = None) -> list[str]:
    return sorted(read_claims(store, ActLog(store), store.head().size if size is None else size).on(item))


def claims_story(*names: str) -> Story:
    story = Story().cast()
    story.classified()
    for name in names:
        story.requested(name=name)
    return story


def disputed(story: Story, claimed: str = "state_secret") -> None:
    members: dict[str, Any] = {"item": "C04", "counterparty": PROVIDER, "claimed_class": claimed}
    event = e.DisputeOpened(post="岗-01", fixed_by_central=False, **members)
    story.record("dispute/1", REQUESTER, "2026-04-10", event)


def test_what_nobody_claims_has_no_stream(store: Store) -> None:
    story = claims_story("1", "2")
    story.received(classes=("privacy",))
    disputed(story, "privacy")
    write_acts(store, story.acts)
    assert claims_on(store) == []


def test_every_way_to_claim_is_found_again_in_the_log(store: Store) -> None:
    story = claims_story("1", "2", "3")
    story.received(classes=SECRET)
    story.received(name="2")
    story.record("request/2", PROVIDER, "2026-03-20", refused(ground="STATE_SECRET"))
    disputed(story)
    write_acts(store, story.acts)
    assert claims_on(store) == ["dispute/1", "request/1", "request/2"]
    assert claims_on(store, "C05") == []


def test_a_claim_stands_in_the_index_from_its_entry_on(store: Store) -> None:
    story = claims_story("1")
    received = story.received(classes=SECRET)
    write_acts(store, story.acts)
    assert [claims_on(store, size=received.index + more) for more in (0, 1)] == [[], ["request/1"]]


def test_a_request_whose_item_is_named_later_is_found(store: Store) -> None:
    story = Story().cast()
    story.classified()
    story.requested(item=None, description="年报")
    story.received(classes=SECRET)
    story.received(time="2026-03-10", item="C04")
    write_acts(store, story.acts)
    assert claims_on(store) == ["request/1"]


def test_uses_that_speak_of_the_class_are_not_gone_through(store: Store) -> None:
    story = claims_story("1")
    story.record("request/1", REQUESTER, "2026-03-20", used(purpose_text="state_secret"))
    write_acts(store, story.acts)
    assert claims_on(store) == []


def test_a_word_written_with_an_escape_is_found_too(store: Store) -> None:
    """The log keeps a record as it was signed, and JSON can write every sign as a number."""
    story = claims_story("1")
    received = story.received(classes=SECRET)
    write_acts(store, story.acts)
    (stored,) = store.entries(received.index, 1)
    written = stored.line.replace(b"state_secret", rb"st\\u0061te_secret")
    with store.engine.begin() as connection:
        connection.execute(update(entry).where(entry.c.index == received.index).values(line=written))
    assert b"state_secret" not in written
    assert claims_on(store) == ["request/1"]
