"""Who oversees is seen: a read of what is not one's own is in the log after its minute, however the server fares."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import delete, insert, select

from demo.story.exchange import Exchange
from formats import rfc3339
from ledger.store import tables
from ledger.store.engine import reading, writing
from ledger.store.outbox import Outbox
from tests.support.faults import failing
from tests.support.server_processes import wait_until

CASE = Exchange("2026-7101", "交通厅", "应急厅", "C14", ("P2", "许可核验"), "SX-4401")
PATH = f"/v1/cases/{CASE.case}"
PATIENT = {"timeout": 30}


pytestmark = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def ledger(opened: Any) -> Any:
    """A ledger with one case, whose minutes end when a test says so."""
    for step in (*CASE.asked("03-09"), *CASE.approved("03-20"), *CASE.delivered("03-25", records=5)):
        opened.move_to(step.recorded_at)
        opened.must(step.by, *step.records)
    opened.ask(PATH, "交通厅", at_least=opened.size - 1)
    return opened


def supervision_reads(ledger: Any) -> list[dict[str, Any]]:
    """Every record of a read, in the order of the log."""
    entries = ledger.runtime.store.entries(0, 10_000)
    records = [orjson.loads(orjson.loads(each.line)["record"]) for each in entries]
    return [each for each in records if each["type"] == "sharing.supervision.read.v1"]


def minute_ends(ledger: Any) -> list[dict[str, Any]]:
    """The minute is over and the hand has been there: what it recorded since the last time."""
    before = len(supervision_reads(ledger))
    ledger.now += dt.timedelta(minutes=1)
    ledger.runtime.hand.wake()
    assert wait_until(lambda: Outbox(ledger.runtime.store, b"").count() == 0), ledger.runtime.hand.fault
    return supervision_reads(ledger)[before:]


def ask(ledger: Any, path: str, who: str, *, purpose: str = "核对", post: str = "责任岗-01", **params: Any) -> Any:
    headers = {"Authorization": f"Bearer {ledger.token(who, purpose, post)}"}
    answer: httpx.Response = ledger.client.get(path, params=params or None, headers=headers)
    return answer


def test_a_read_by_an_authority_is_recorded_in_its_division_with_who_why_and_what(ledger: Any) -> None:
    answer = ask(
        ledger, "/v1/access", "数据局", purpose="专项检查", post="审核岗-01", item="C05", kind="other", limit=2
    )
    (record,) = minute_ends(ledger)
    assert record["subject"] == "authority/320000"
    assert record["source"] == f"urn:uscc:{ledger.uscc('大数据中心')}"
    assert record["time"] == rfc3339.format_milliseconds(ledger.runtime.clock())
    assert record["data"] == {
        "post": "责任岗-01",
        "caller": ledger.uscc("数据局"),
        "caller_post": "审核岗-01",
        "purpose": "专项检查",
        "question": "/v1/access?item=C05&kind=other",
        "tree_size": answer.json()["as_of"],
        "count": 1,
    }


@pytest.mark.parametrize(
    ("path", "who"),
    [("/v1/access", "监察"), ("/v1/cases", "监察"), (PATH, "数据局"), ("/v1/agreements", "大数据中心")],
)
def test_what_shows_acts_of_others_is_recorded(ledger: Any, path: str, who: str) -> None:
    ask(ledger, path, who)
    assert [(each["data"]["caller"], each["data"]["question"]) for each in minute_ends(ledger)] == [
        (ledger.uscc(who), path)
    ]


def test_the_judgements_of_one_act_its_entry_and_its_receipt_are_recorded(ledger: Any) -> None:
    index = ledger.rows("/v1/access", "交通厅", kind="delivery")[0]["index"]
    paths = [f"/v1/access/{index}", f"/v1/entries/{index}", f"/v1/receipts?index={index}"]
    wait = {"Prefer": "wait=10"}
    assert [ledger.get(path, "数据局", headers=wait).status_code for path in paths] == [200, 200, 200]
    (record,) = minute_ends(ledger)
    assert record["data"]["question"] == "; ".join(paths)


@pytest.mark.parametrize("who", ["交通厅", "应急厅"])
def test_a_read_by_an_organ_of_its_own_rows_is_not_recorded(ledger: Any, who: str) -> None:
    assert [ask(ledger, path, who).status_code for path in ("/v1/access", "/v1/cases", PATH)] == [200, 200, 200]
    assert minute_ends(ledger) == []


def test_what_every_party_may_read_is_not_recorded(ledger: Any) -> None:
    published = ledger.runtime.store.stream("item/C05")[0].index
    paths = ["/v1/parties", f"/v1/parties/{ledger.uscc('民政厅')}", "/v1/entries/0", f"/v1/entries/{published}"]
    assert [ask(ledger, path, "数据局").status_code for path in paths] == [200] * 4
    assert minute_ends(ledger) == []


def test_a_read_that_showed_nothing_is_not_recorded(ledger: Any) -> None:
    assert ask(ledger, f"{PATH}0", "数据局").status_code == 404
    assert ask(ledger, "/v1/access", "数据局", nothing="1").status_code == 400
    assert minute_ends(ledger) == []


def test_an_answer_that_has_not_changed_was_read_all_the_same(ledger: Any) -> None:
    params = {"as_of": ledger.size, "at": "2026-10-30"}
    first = ledger.get("/v1/access", "数据局", **params)
    again = ledger.get("/v1/access", "数据局", headers={"If-None-Match": first.headers["ETag"]}, **params)
    assert again.status_code == 304
    assert [each["data"]["count"] for each in minute_ends(ledger)] == [2]


def test_reads_of_one_caller_post_purpose_and_minute_are_one_record(ledger: Any) -> None:
    for item in ("C05", "C05", "C01"):
        ask(ledger, "/v1/access", "数据局", item=item)
    (record,) = minute_ends(ledger)
    assert record["data"]["count"] == 3
    assert record["data"]["question"] == "/v1/access?item=C05 ×2; /v1/access?item=C01"


@pytest.mark.parametrize("other", [{"who": "监察"}, {"post": "审核岗-01"}, {"purpose": "另一事由"}])
def test_reads_that_differ_in_who_or_why_are_records_of_their_own(ledger: Any, other: dict[str, str]) -> None:
    for asked in ({"who": "数据局"}, {"who": "数据局"} | other):
        ask(ledger, "/v1/access", **asked)
    assert [each["data"]["count"] for each in minute_ends(ledger)] == [1, 1]


def test_the_next_minute_is_another_record(ledger: Any) -> None:
    for _ in range(2):
        ask(ledger, "/v1/access", "数据局")
        assert [each["data"]["count"] for each in minute_ends(ledger)] == [1]


def test_minutes_of_the_ledgers_clock_that_the_hand_finds_together_are_records_of_their_own(ledger: Any) -> None:
    for _ in range(2):
        ask(ledger, "/v1/access", "数据局")
        ledger.move_to(ledger.runtime.clock() + dt.timedelta(minutes=1))
    first, second = minute_ends(ledger)
    assert (first["data"]["count"], second["data"]["count"]) == (1, 1)
    assert first["time"] < second["time"]


def test_questions_that_fit_into_no_text_are_told_in_several_records(ledger: Any) -> None:
    asked = [f"{number:03d}-" + "案" * 120 for number in range(40)]
    for case in asked:
        ask(ledger, "/v1/access", "数据局", case=case)
    records = minute_ends(ledger)
    assert len(records) == 2
    assert sum(each["data"]["count"] for each in records) == 40
    told = "; ".join(each["data"]["question"] for each in records)
    assert [case for case in asked if f"/v1/access?case={case}" not in told] == []


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"case": "320102199003070011"}, "case=…"),
        ({"system": "13912345678号"}, "system=…号"),
        ({"unit": "救助\u2028科"}, "unit=…"),
        ({"unit": "x" * 129}, "unit=…"),
        ({"requester": "113200000000000195"}, "requester=113200000000000195"),
        ({"unit": "救助科&a=b;c"}, "unit=救助科%26a%3Db%3Bc"),
    ],
)
def test_what_may_be_a_persons_is_not_told(ledger: Any, params: dict[str, str], told: str) -> None:
    """A question about a case that there is not is a read too: its answer says that there is none."""
    answer = ask(ledger, "/v1/access", "数据局", **params)
    assert answer.status_code == (400 if "case" in params else 200)
    assert [each["data"]["question"] for each in minute_ends(ledger)] == [f"/v1/access?{told}"]


def test_free_words_are_not_told(ledger: Any) -> None:
    assert ask(ledger, "/v1/catalogue", "数据局", q="登记").status_code == 200
    assert [each["data"]["question"] for each in minute_ends(ledger)] == ["/v1/catalogue?q=…"]


def test_an_inspection_under_which_it_was_read_is_named(ledger: Any) -> None:
    opened = {
        "inspected": [ledger.uscc("交通厅")],
        "subject": "共享使用",
        "inspector": "责任岗-01",
        "sensitive_text": True,
    }
    ledger.must(
        "数据局",
        {
            "specversion": "1.0",
            "id": "inspection-71",
            "source": f"urn:uscc:{ledger.uscc('数据局')}",
            "type": "sharing.inspection.opened.v1",
            "subject": "inspection/71",
            "time": ledger.runtime.clock().isoformat(),
            "datacontenttype": "application/json",
            "data": {"post": "责任岗-01"} | opened,
        },
    )
    ask(ledger, "/v1/access", "数据局", inspection="71")
    assert [each["data"]["inspection"] for each in minute_ends(ledger)] == ["71"]


@pytest.mark.parametrize(("post", "purpose"), [("责任岗-01", " "), ("责任岗-01", "核对\u202e")])
def test_a_token_whose_purpose_no_record_can_hold_is_refused(ledger: Any, post: str, purpose: str) -> None:
    refused = ask(ledger, "/v1/access", "数据局", post=post, purpose=purpose)
    assert (refused.status_code, refused.json()["code"]) == (401, "TOKEN_INVALID")
    assert ask(ledger, "/v1/access", "交通厅", post=post, purpose=purpose).status_code == 200
    assert minute_ends(ledger) == []


# --- the fault table: docs/explanation/durability.md


def test_a_message_that_the_server_did_not_make_is_never_signed_and_readiness_says_so(ledger: Any) -> None:
    note = {"caller": ledger.uscc("省政府"), "post": "岗", "purpose": "核对", "question": "/v1/access", "tree_size": 1}
    note |= {"inspection": None, "at": rfc3339.format_milliseconds(ledger.now)}
    row = {"ledger": ledger.runtime.store.ledger, "id": "forged", "topic": "supervision.read"}
    with writing(ledger.runtime.store.engine) as connection:
        due = ledger.now - dt.timedelta(minutes=1)
        connection.execute(insert(tables.outbox), row | {"due": due, "note": orjson.dumps(note).decode()})
    before = supervision_reads(ledger)
    ledger.runtime.hand.wake()

    assert wait_until(lambda: ledger.get("/readyz").status_code == 503)
    problem = ledger.get("/readyz").json()
    assert problem["code"] == "NOT_READY"
    assert "not made by this software" in problem["state"]["hand"]["fault"]
    assert supervision_reads(ledger) == before
    assert Outbox(ledger.runtime.store, b"").count() == 1
    with writing(ledger.runtime.store.engine) as connection:
        connection.execute(delete(tables.outbox))
    ledger.runtime.hand.wake()
    assert wait_until(lambda: ledger.get("/readyz").status_code == 200)


def test_notes_that_are_put_back_after_their_record_are_not_signed_again(ledger: Any) -> None:
    for _ in range(2):
        ask(ledger, "/v1/access", "数据局")
    with reading(ledger.runtime.store.engine) as connection:
        notes = [row._asdict() for row in connection.execute(select(tables.outbox))]
    assert [each["data"]["count"] for each in minute_ends(ledger)] == [2]
    with writing(ledger.runtime.store.engine) as connection:
        connection.execute(insert(tables.outbox), [note | {"record": None} for note in notes])
    assert minute_ends(ledger) == []


def test_a_read_whose_note_fails_is_not_answered(ledger: Any) -> None:
    with failing(ledger.runtime.store.engine, "INTO outbox"):
        refused = ask(ledger, "/v1/access", "数据局")
    assert (refused.status_code, refused.json()["code"]) == (503, "READ_NOT_RECORDABLE")
    assert "rows" not in refused.json()
    assert minute_ends(ledger) == []


def test_a_read_whose_note_has_landed_unheard_is_not_answered_and_is_recorded(ledger: Any) -> None:
    with failing(ledger.runtime.store.engine, "COMMIT", of="INTO outbox", after=True):
        refused = ask(ledger, "/v1/access", "数据局")
    assert refused.status_code == 503
    assert [each["data"]["count"] for each in minute_ends(ledger)] == [1]


@pytest.mark.parametrize("write", ["UPDATE outbox", 'INTO "entry"', "DELETE FROM outbox"])
@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but landed"])
def test_a_read_is_recorded_once_though_a_write_of_the_hand_fails(ledger: Any, write: str, after: bool) -> None:
    ask(ledger, "/v1/access", "数据局")
    with failing(ledger.runtime.store.engine, write, after=after) as failed:
        assert [each["data"]["count"] for each in minute_ends(ledger)] == [1]
    assert failed


@pytest.mark.parametrize("write", ["UPDATE outbox", 'INTO "entry"', "DELETE FROM outbox"])
def test_a_read_is_recorded_once_though_a_commit_of_the_hand_lands_unheard(ledger: Any, write: str) -> None:
    ask(ledger, "/v1/access", "数据局")
    with failing(ledger.runtime.store.engine, "COMMIT", of=write, after=True) as failed:
        assert [each["data"]["count"] for each in minute_ends(ledger)] == [1]
    assert failed


def test_reads_at_the_same_time_are_each_counted(ledger: Any) -> None:
    token = {"Authorization": f"Bearer {ledger.token('数据局')}"}
    statuses: list[int] = []

    def look() -> None:
        with httpx.Client(base_url=ledger.url, headers=token, **PATIENT) as client:
            statuses.extend(client.get("/v1/access").status_code for _ in range(5))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40
    assert sum(each["data"]["count"] for each in minute_ends(ledger)) == 40
