"""The law as the writer asks it, and the register of keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.gate import LawGate
from api.register import Register
from domain.acts import Act
from domain.admission import Settings
from domain.events import KeyAuthorised
from domain.values import Jwk
from ledger.keys import PrivateKey, generate
from ledger.sequencer import Place
from ledger.store import Store, migrate, open_engine
from ledger.submissions import Submission, open_submission, seal
from tests.support import story
from tests.support.written import write_acts

AT = dt.datetime(2026, 3, 25, 1, 0, tzinfo=dt.UTC)
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
