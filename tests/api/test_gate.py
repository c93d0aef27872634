"""The law as the writer asks it, and the register of keys."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from api.gate import LawGate
from api.register import Register
from domain.acts import Act
from domain.admission import Settings
from domain.events import KeyAuthorised
from domain.values import Jwk
from domain.wire import write_event
from ledger.keys import PrivateKey, generate
from ledger.sequencer import Place
from ledger.store import Store, migrate, open_engine
from ledger.submissions import Submission, open_submission, seal
from tests.support import story
from tests.support.payloads import used
from tests.support.written import write_acts

AT = dt.datetime(2026, 3, 25, 1, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 4, 1, 2, 0, tzinfo=dt.UTC)
KEY = generate("Ed25519")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    migrate(engine)
    store = Store(engine, "ledger.example/gate")
    yield store
    store.close()
    engine.dispose()


@pytest.fixture
def gate(store: Store) -> LawGate:
    return LawGate(store, Settings(origin=store.origin), capacity=64)


def signed(store: Store, data: Mapping[str, Any]) -> Submission:
    """The provider classifies an item."""
    record = {
        "specversion": "1.0",
        "id": "r",
        "source": f"urn:uscc:{story.PROVIDER}",
        "type": "sharing.resource.classified.v1",
        "subject": "item/C09",
        "time": AT.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    line = orjson.dumps(record)
    jws = seal([line], key=KEY, iss=story.PROVIDER, aud=store.origin, iat=int(AT.timestamp()))
    return open_submission(line, jws, audience=store.origin, find_key=lambda kid: KEY.public, now=AT)


def refused(gate: LawGate, submission: Submission) -> set[tuple[str, str | None]]:
    return {(refusal.code, refusal.pointer) for refusal in gate.examine(submission, [Place(7, 0)], AT)}


SECRET = {"post": "岗-01", "classes": ["state_secret"], "level": "秘密", "share_type": "2", "from": "2026-03-02"}


def test_a_text_about_a_state_secret_is_refused(store: Store, gate: LawGate) -> None:
    assert ("CONTENT_FORBIDDEN", "/data/name") in refused(gate, signed(store, SECRET | {"name": "名称"}))


def test_a_record_about_a_state_secret_needs_no_text(store: Store, gate: LawGate) -> None:
    assert not {code for code, pointer in refused(gate, signed(store, SECRET)) if pointer == "/data/name"}


def authorised(key: PrivateKey, uscc: str) -> Act:
    event = KeyAuthorised(post="岗-01", key=Jwk(**key.public.jwk), valid_from=AT)
    place = {"stream": f"party/{uscc}", "index": 0, "position": 0}  # which is the log's to say
    return Act(event=event, by=uscc, id=key.kid, time=AT, recorded_at=AT, kid=KEY.kid, **place)  # type: ignore[arg-type]


def test_nobody_takes_over_a_key_by_having_it_authorised_again(store: Store) -> None:
    register = Register(store)
    write_acts(store, [authorised(KEY, story.PROVIDER)])
    assert register.holder(KEY.kid) == (story.PROVIDER, KEY.public)
    other = generate("Ed25519")
    write_acts(store, [authorised(KEY, story.REQUESTER), authorised(other, story.REQUESTER)])
    for each in (register, Register(store)):
        assert each.holder(other.kid) == (story.REQUESTER, other.public)
        assert each.holder(KEY.kid) == (story.PROVIDER, KEY.public)


def test_a_key_speaks_for_no_party_that_never_had_it(store: Store, gate: LawGate) -> None:
    assert not gate.speaks_for(signed(store, SECRET))


def any_use(number: int, rng: Random) -> dict[str, Any]:
    """A use by the requester: mostly one like the one before it, sometimes with something else or something wrong."""
    data = write_event(used(request_id=rng.choice(["1", "1", "1", "2", "9"]), matter_no=f"M-{number}"))
    odd = {"post": "没有的岗", "item": "C05", "fields": [], "level": "机密", "classes": ["state_secret"], "unit": ""}
    if rng.random() < 0.4:
        name = rng.choice(list(odd))
        data[name] = odd[name]
    late = rng.random() < 0.1
    return {
        "specversion": "1.0",
        "id": f"u-{number}",
        "source": f"urn:uscc:{story.REQUESTER}",
        "type": "sharing.use.recorded.v1",
        "subject": rng.choice(["request/1", "request/1", "request/1", "request/2", f"use/u-{number}"]),
        "time": (NOW + dt.timedelta(hours=1) if late else NOW - dt.timedelta(minutes=number)).isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


@pytest.mark.parametrize("seed", range(12))
def test_uses_that_come_together_are_let_through_or_refused_as_each_of_them_is_alone(store: Store, seed: int) -> None:
    told, rng = story.Story(), Random(seed)
    told.cast()
    told.record(f"party/{story.REQUESTER}", story.AUTHORITY, "2026-01-06", authorised(KEY, story.REQUESTER).event)
    told.classified()
    for name in ("1", "2"):
        told.requested(name=name)
    write_acts(store, told.acts)
    records = [any_use(number, rng) for number in range(60)]
    gate = LawGate(store, Settings(origin=store.origin), capacity=64)
    together = defaultdict(set)
    for refusal in gate.examine(opened(store, records), places(len(records)), NOW):
        together[refusal.line].add((refusal.code, refusal.pointer))
    gate.rollback()
    alone = defaultdict(set)
    for line, record in enumerate(records, 1):
        for refusal in gate.examine(opened(store, [record]), places(1), NOW):
            alone[line].add((refusal.code, refusal.pointer))
        gate.rollback()
    assert together == alone
    assert 0 < len(alone) < len(records)


def places(count: int) -> list[Place]:
    return [Place(1_000 + number, 10 + number) for number in range(count)]


def opened(store: Store, records: list[dict[str, Any]]) -> Submission:
    lines = [orjson.dumps(record) for record in records]
    jws = seal(lines, key=KEY, iss=story.REQUESTER, aud=store.origin, iat=int(NOW.timestamp()))
    return open_submission(
        b"\n".join(lines), jws, audience=store.origin, find_key=lambda kid: KEY.public, now=NOW + dt.timedelta(hours=2)
    )
