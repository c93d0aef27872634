"""A real server on real sockets, over both back ends: the demo's year, and parties that it does not need."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
import uvicorn
from sqlalchemy.engine import URL

from api.authz.token_signing import AUDITOR, PARTY, new_token
from api.http.app import create_app
from api.server.data_dir import DataDir
from api.server.machine_clock import machine_clock
from api.server.runtime import Runtime
from api.server.settings import Settings
from demo.signing import Signers
from demo.stage import set_stage
from demo.story.cast import PARTIES, StoryParty
from demo.story.opening import opening, registration
from demo.story.steps import StoryStep, document, record
from demo.story.year import year
from domain.families.party.state import POWERFUL
from domain.rules.bundled import load_calendar
from domain.vocabulary.uscc import check_character
from ledger.keys.jwk import PrivateKey
from ledger.keys.possession import as_first_key
from ledger.records.submission_signature import sign_submission
from tests.support.dispute_story import dispute_story

START = 30  # seconds


def code(first: str) -> str:
    return first + check_character(first)


# Parties that the story does not need: a city with its own government and authority, other cities, a monitor.
MORE: dict[str, StoryParty] = {
    party.key: party
    for party in (
        StoryParty("监察", code("11320000000000301"), "江苏省电子监察中心", category="MONITORING"),
        StoryParty(
            "南京政府",
            code("11320100000000302"),
            "南京市人民政府",
            category="GOVERNMENT",
            level="CITY",
            division="320100",
        ),
        StoryParty("南京数据", code("11320100000000303"), "南京市数据局", level="CITY", division="320100"),
        StoryParty("苏州民政", code("11320500000000304"), "苏州市民政局", level="CITY", division="320500"),
        StoryParty("常州民政", code("11320400000000305"), "常州市民政局", level="CITY", division="320400"),
    )
}


class _Server(uvicorn.Server):
    """Says when it answers, so that nobody waits for a while."""

    answering = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()


class Ledger:
    """A ledger that is served, with everybody's keys at hand."""

    def __init__(self, settings: Settings) -> None:
        self.directory: DataDir = set_stage(settings)
        self.now = machine_clock()  # for the server's own hand: a minute ends when a test says so
        self.runtime = Runtime(settings, machine=lambda: self.now)
        self.app = create_app(self.runtime)
        self.origin = self.directory.origin
        self._server = _Server(uvicorn.Config(self.app, port=0, log_level="error", access_log=False, ws="none"))
        self._server.answering = threading.Event()
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        assert self._server.answering.wait(START), "the server did not start"
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        self.client = httpx.Client(base_url=self.url, timeout=30)
        self._keys: dict[str, PrivateKey] = {}

    def close(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join(START)

    def uscc(self, who: str) -> str:
        return {**PARTIES, **MORE}[who].uscc

    def key(self, who: str) -> PrivateKey:
        if who not in self._keys:
            name = "auditor" if who == "auditor" else self.uscc(who)
            known = self.directory.key_file(name).is_file()
            self._keys[who] = self.directory.key(name) if known else self.directory.new_key(name)
        return self._keys[who]

    @property
    def size(self) -> int:
        return self.runtime.store.head().size

    # --- writing

    def sealed(self, who: str, lines: Sequence[bytes], **changes: Any) -> str:
        iat = int(self.runtime.clock().timestamp())
        return sign_submission(
            lines, **{"key": self.key(who), "iss": self.uscc(who), "aud": self.origin, "iat": iat} | changes
        )

    def post(self, body: bytes, signature: str | None, **headers: str) -> httpx.Response:
        sent = {"Content-Type": "application/x-ndjson", **headers}
        if signature is not None:
            sent["Submission-Signature"] = signature
        encoded = {name: value.encode("latin-1") for name, value in sent.items()}
        return self.client.post("/v1/submissions", content=body, headers=encoded)

    def submit(self, who: str, *records: Mapping[str, Any]) -> httpx.Response:
        lines = [orjson.dumps(each) for each in records]
        return self.post(b"\n".join(lines), self.sealed(who, lines))

    def must(self, who: str, *records: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = self.submit(who, *records)
        assert answer.status_code == 201, answer.text
        receipts: list[dict[str, Any]] = answer.json()["records"]
        return receipts

    # --- reading

    def token(self, who: str, purpose: str = "核对", post: str = "责任岗-01") -> str:
        key = self.key(who)
        issuer = AUDITOR + key.kid if who == "auditor" else PARTY + self.uscc(who)
        return new_token(
            key, issuer=issuer, audience=self.origin, post=post, purpose=purpose, now=machine_clock(), life=300
        )

    def get(
        self, path: str, who: str | None = None, *, headers: Mapping[str, str] | None = None, **params: Any
    ) -> httpx.Response:
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.token(who)}"
        asked = {name.rstrip("_"): value for name, value in params.items()}
        return self.client.get(path, params=asked or None, headers=sent)

    def ask(self, path: str, who: str, **params: Any) -> dict[str, Any]:
        """The body of an answer that has to come."""
        answer = self.get(path, who, **params)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def rows(self, path: str, who: str, **params: Any) -> list[dict[str, Any]]:
        """All rows, page by page."""
        found, asked = [], {"limit": 500, "at_least": self.size - 1, **params}
        while True:
            page = self.ask(path, who, **asked)
            found += page["rows"]
            if page["next"] is None:
                return found
            asked = {**asked, "cursor": page["next"]}

    def move_to(self, time: dt.datetime) -> None:
        self.runtime.clock.move(time)


def play_story(ledger: Ledger) -> None:
    """The demo's year, then the parties that it does not need."""
    signers = Signers(ledger.directory)
    play(ledger, year(signers.first_keys(), signers.successor(), load_calendar()))
    register_more(ledger)


def play_opening(ledger: Ledger) -> None:
    """All parties of the story and the catalogue."""
    play(ledger, sorted(opening(Signers(ledger.directory).first_keys()), key=lambda step: step.recorded_at))


def play(ledger: Ledger, steps: Iterable[StoryStep]) -> None:
    """Each step as its department signs it, with the answer that the story expects."""
    signers = Signers(ledger.directory)
    for step in steps:
        ledger.move_to(step.recorded_at)
        answer = ledger.post(*signers.sealed(step))
        assert answer.status_code == (422 if step.refused else 201), answer.text
        signers.recorded(step)


def register_more(ledger: Ledger) -> None:
    for party in MORE.values():
        first = as_first_key(ledger.key(party.key), origin=ledger.directory.origin, uscc=party.uscc)
        key = {"post": "责任岗-01", **first, "valid_from": "2026-03-02T00:00:00+08:00"}
        stream = f"party/{party.uscc}"
        now = ledger.runtime.clock()
        ledger.must(
            "数据局",
            record("数据局", "party.registered", stream, now, {"post": "责任岗-01", **registration(party)}),
            record("数据局", "key.authorised", stream, now, key),
        )
        if party.category in POWERFUL:
            confirmed = {"post": "责任岗-01", "instrument": document(f"苏政确{party.name}", "省政府", "03-02")}
            ledger.must("省政府", record("省政府", "party.confirmed", stream, now, confirmed))
    appointment = {
        "post": "责任岗-01",
        "party": MORE["南京数据"].uscc,
        "rule_set": "js-85-2012",
        "from": "2026-03-02",
        "instrument": document("宁政任〔2026〕1号", "省政府", "03-02"),
    }
    appointed = record("省政府", "authority.appointed", "authority/320100", ledger.runtime.clock(), appointment)
    ledger.must("南京政府", appointed | {"source": f"urn:uscc:{MORE['南京政府'].uscc}"})


def _postgres(server: URL) -> Iterator[str]:
    name = f"ledger_api_{uuid.uuid4().hex[:12]}"
    admin = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    yield server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def back_end(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """None: SQLite in the ledger's own directory."""
    if request.param == "sqlite":
        yield None
    else:
        yield from _postgres(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger of one's own: all parties and the catalogue, and no case yet. ``request.param``: the back end."""
    databases = iter([None]) if request.param == "sqlite" else _postgres(request.getfixturevalue("postgres_server"))
    ledger = Ledger(Settings(data=tmp_path_factory.mktemp("opened") / "demo", database_url=next(databases)))
    try:
        play_opening(ledger)
        register_more(ledger)
        yield ledger
    finally:
        ledger.close()
        next(databases, None)


@pytest.fixture(scope="session")
def story_ledger(back_end: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The whole story, served. Tests read it, and write nothing into it that another test counts."""
    data: Path = tmp_path_factory.mktemp("story_ledger") / "demo"
    ledger = Ledger(Settings(data=data, database_url=back_end))
    try:
        play_story(ledger)
        yield ledger
    finally:
        ledger.close()


@pytest.fixture(scope="session")
def dispute_ledger(
    back_end: str | None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """All parties, the catalogue, and what `tests.support.dispute_story` tells, served. Tests read it and write
    nothing.
    """
    databases = iter([None]) if back_end is None else _postgres(request.getfixturevalue("postgres_server"))
    ledger = Ledger(Settings(data=tmp_path_factory.mktemp("dispute_ledger") / "demo", database_url=next(databases)))
    try:
        play(ledger, sorted(opening(Signers(ledger.directory).first_keys()), key=lambda step: step.recorded_at))
        register_more(ledger)
        play(ledger, dispute_story())
        yield ledger
    finally:
        ledger.close()
        next(databases, None)
