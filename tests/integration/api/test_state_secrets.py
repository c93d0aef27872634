"""What is, or is claimed to be, a state secret is refused before it is stored anywhere, logs included (A18 ¶3)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from demo.story.steps import record

MARKER = "zq7-NEVER-STORED-4d1c"
FOUND = "zq7-STORED-AND-FOUND-4d1c"
PROVIDER, REQUESTER = "工信厅", "统计局"
DUTY = {"kind": "MATTER_CODE", "matter_code": "GX-1"}
CLASSIFIED = {"classes": ["state_secret"], "level": "秘密", "share_type": "2", "from": "2026-03-02"}
PLAIN = {"classes": ["privacy"], "share_type": "2", "from": "2026-03-02"}

pytestmark = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True)

Made = Callable[[Any], httpx.Response]


def sent(opened: Any, who: str, event: str, stream: str, data: dict[str, Any]) -> httpx.Response:
    answer: httpx.Response = opened.submit(who, record(who, event, stream, opened.runtime.clock(), data))
    return answer


def secret_item(opened: Any, item: str) -> None:
    """The stub of a state secret: opaque id, codes, dates, no word about it."""
    answer = sent(opened, PROVIDER, "resource.classified", f"item/{item}", CLASSIFIED)
    assert answer.status_code == 201, answer.text


def named(opened: Any) -> httpx.Response:
    return sent(opened, PROVIDER, "resource.classified", "item/S1", CLASSIFIED | {"name": MARKER})


def claimed(opened: Any) -> httpx.Response:
    data = {
        "item": "S2",
        "counterparty": opened.uscc(PROVIDER),
        "claimed_class": "state_secret",
        "fixed_by_central": False,
        "position": MARKER,
    }
    return sent(opened, REQUESTER, "dispute.opened", "dispute/S2", data)


def noted_in_a_stream_of_its_own(opened: Any) -> httpx.Response:
    secret_item(opened, "S3")
    data = {"change_id": "K1", "how_known": MARKER}
    return sent(opened, PROVIDER, "information.changed", "item/S3", data)


def wanted_of_an_item_that_is_one(opened: Any) -> httpx.Response:
    secret_item(opened, "S4")
    return sent(opened, REQUESTER, "demand.stated", "demand/S4", {"wanted": MARKER, "duty": DUTY, "item": "S4"})


def in_a_member_nobody_knows(opened: Any) -> httpx.Response:
    return sent(opened, PROVIDER, "resource.classified", "item/S5", CLASSIFIED | {"content": MARKER})


def beside_a_harmless_line(opened: Any) -> httpx.Response:
    now = opened.runtime.clock()
    harmless = record(PROVIDER, "demand.stated", "demand/S6", now, {"wanted": "企业用水量", "duty": DUTY})
    secret = record(PROVIDER, "resource.classified", "item/S6", now, CLASSIFIED | {"name": MARKER})
    answer: httpx.Response = opened.submit(PROVIDER, harmless, secret)
    return answer


def under_the_id_of_a_recorded_stub(opened: Any) -> httpx.Response:
    """Other bytes under a known id are kept as evidence, but not these."""
    secret_item(opened, "S7")
    return sent(opened, PROVIDER, "resource.classified", "item/S7", CLASSIFIED | {"name": MARKER})


def under_such_an_id_in_a_member_nobody_knows(opened: Any) -> httpx.Response:
    secret_item(opened, "S8")
    return sent(opened, PROVIDER, "resource.classified", "item/S8", CLASSIFIED | {"content": MARKER})


def under_such_an_id_as_a_code(opened: Any) -> httpx.Response:
    secret_item(opened, "S9")
    return sent(opened, PROVIDER, "resource.classified", "item/S9", CLASSIFIED | {"share_type": MARKER})


def under_such_an_id_as_an_event_nobody_knows(opened: Any) -> httpx.Response:
    secret_item(opened, "S10")
    made = record(PROVIDER, "resource.classified", "item/S10", opened.runtime.clock(), {"content": MARKER})
    answer: httpx.Response = opened.submit(PROVIDER, made | {"type": "sharing.resource.described.v1"})
    return answer


def under_such_an_id_in_a_stream_that_is_none(opened: Any) -> httpx.Response:
    secret_item(opened, "S11")
    return under_the_id_of(opened, "S11", f"nothing/{MARKER}", CLASSIFIED)


def under_such_an_id_about_something_else(opened: Any) -> httpx.Response:
    secret_item(opened, "S12")
    return under_the_id_of(opened, "S12", "item/P12", PLAIN | {"name": MARKER})


def under_the_id_of(opened: Any, item: str, stream: str, data: dict[str, Any]) -> httpx.Response:
    """Other bytes under the id of the item's first classification."""
    now = opened.runtime.clock()
    known = record(PROVIDER, "resource.classified", f"item/{item}", now, CLASSIFIED)
    other = record(PROVIDER, "resource.classified", stream, now, data)
    answer: httpx.Response = opened.submit(PROVIDER, other | {"id": known["id"]})
    return answer


def under_an_id_that_is_none_of_a_secret_as_what_cannot_be_read(opened: Any) -> httpx.Response:
    data = {"wanted": "企业用电量", "duty": DUTY}
    assert sent(opened, REQUESTER, "demand.stated", "demand/S13", data).status_code == 201
    return sent(opened, REQUESTER, "demand.stated", "demand/S13", data | {"content": MARKER})


def claimed_in_a_dispute(opened: Any, item: str) -> None:
    named = PLAIN | {"name": "企业用水量"}
    assert sent(opened, PROVIDER, "resource.classified", f"item/{item}", named).status_code == 201
    data = {"item": item, "counterparty": opened.uscc(PROVIDER), "claimed_class": "state_secret"}
    answer = sent(opened, REQUESTER, "dispute.opened", f"dispute/{item}", data | {"fixed_by_central": False})
    assert answer.status_code == 201, answer.text


def noted_in_the_item_s_stream_while_a_dispute_claims_it(opened: Any) -> httpx.Response:
    claimed_in_a_dispute(opened, "S14")
    return sent(opened, PROVIDER, "information.changed", "item/S14", {"change_id": "K1", "how_known": MARKER})


def wanted_while_a_dispute_claims_it(opened: Any) -> httpx.Response:
    claimed_in_a_dispute(opened, "S15")
    return sent(opened, REQUESTER, "demand.stated", "demand/S15", {"wanted": MARKER, "duty": DUTY, "item": "S15"})


WAYS: tuple[tuple[Made, str], ...] = (
    (named, "CONTENT_FORBIDDEN"),
    (claimed, "CONTENT_FORBIDDEN"),
    (noted_in_a_stream_of_its_own, "CONTENT_FORBIDDEN"),
    (wanted_of_an_item_that_is_one, "WRONG_STATE"),  # it was never published, so it is not there for this organ
    (in_a_member_nobody_knows, "CONTENT_FORBIDDEN"),
    (beside_a_harmless_line, "CONTENT_FORBIDDEN"),
    (under_the_id_of_a_recorded_stub, "ID_REUSED"),
    (under_such_an_id_in_a_member_nobody_knows, "ID_REUSED"),
    (under_such_an_id_as_a_code, "ID_REUSED"),
    (under_such_an_id_as_an_event_nobody_knows, "ID_REUSED"),
    (under_such_an_id_in_a_stream_that_is_none, "ID_REUSED"),
    (under_such_an_id_about_something_else, "ID_REUSED"),
    (under_an_id_that_is_none_of_a_secret_as_what_cannot_be_read, "ID_REUSED"),
    (noted_in_the_item_s_stream_while_a_dispute_claims_it, "CONTENT_FORBIDDEN"),
    (wanted_while_a_dispute_claims_it, "CONTENT_FORBIDDEN"),
)


@pytest.mark.parametrize(("way", "code"), WAYS, ids=lambda each: getattr(each, "__name__", each))
def test_a_record_that_carries_more_than_a_stub_is_refused_and_nothing_of_it_is_kept(
    opened: Any, way: Made, code: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = way(opened)
    assert code in {fault["code"] for fault in answer.json()["errors"]} | {answer.json()["code"]}, answer.text
    assert MARKER not in answer.text
    assert MARKER.encode() not in stored(opened)
    said = capfd.readouterr()
    assert MARKER not in said.out + said.err + "".join(map(str, (each.__dict__ for each in caplog.records)))


def test_the_attempt_itself_is_noted_without_its_bytes(opened: Any) -> None:
    assert named(opened).status_code == 422
    noted = opened.runtime.store.refusals(1)[0]
    assert (noted.source, noted.codes, noted.bytes) == (
        f"urn:uscc:{opened.uscc(PROVIDER)}",
        ("CONTENT_FORBIDDEN",),
        None,
    )


def test_what_may_be_stored_is_found_by_the_same_search(opened: Any) -> None:
    data = {"wanted": FOUND, "duty": DUTY}
    stream = f"demand/{FOUND}"
    assert sent(opened, REQUESTER, "demand.stated", stream, data).status_code == 201
    assert FOUND.encode() in stored(opened)
    evidence = record(REQUESTER, "demand.stated", stream, opened.runtime.clock(), data | {"wanted": FOUND + "-other"})
    assert opened.submit(REQUESTER, evidence).status_code == 409
    assert (FOUND + "-other").encode() in stored(opened)


def stored(opened: Any) -> bytes:
    """All that the ledger has written down: every file of its directory, every row of every table."""
    files = sorted(path for path in opened.directory.path.rglob("*") if path.is_file())
    return b"\n".join([*(path.read_bytes() for path in files), *_rows(opened)])


def _rows(opened: Any) -> Iterator[bytes]:
    """Of PostgreSQL; SQLite's file and its log are among the ledger's files."""
    engine = opened.runtime.store.engine
    if engine.dialect.name == "sqlite":
        return
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert ("refusal",) in tables
        for (table,) in tables:
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))):
                yield b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
