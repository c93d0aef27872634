"""Every answer says what it stands on, can be had again for ever, and comes page by page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import orjson
import pytest

from formats import base64url
from formats.base64std import encode_base64
from ledger.tree import merkle
from ledger.tree.tiles import TileReader
from projections.access.tables import access
from projections.query.paging import QueryOptions
from projections.query.snapshot import SnapshotRequest

WHO = "数据局"
PATHS = (
    "/v1/access",
    "/v1/cases",
    "/v1/agreements",
    "/v1/deadlines",
    "/v1/findings",
    "/v1/scorecards",
    "/v1/violations",
    "/v1/parties",
    "/v1/cases/2026-0001",
    "/v1/agreements/A-0001",
)


# --- what it stands on


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_names_its_tree_its_instant_and_that_it_is_a_demo(story_ledger: Any, path: str) -> None:
    size = story_ledger.size
    answer = story_ledger.get(path, WHO, at_least=size - 1)
    body = answer.json()
    root = encode_base64(merkle.tree_root(body["as_of"], TileReader(story_ledger.runtime.store.tile)))
    assert body["as_of"] >= size
    assert body["checkpoint"]["size"] == body["as_of"]
    assert body["checkpoint"]["root"] == root
    assert answer.headers["Ledger-As-Of"] == f"size={body['as_of']}; root={root}"
    assert dt.datetime.fromisoformat(body["at"]) == story_ledger.runtime.clock()
    assert body["demo"] is True


def as_known_at(story_ledger: Any, path: str, **params: Any) -> dict[str, Any]:
    body: dict[str, Any] = story_ledger.ask(path, WHO, **params)
    return body


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_can_be_had_again_by_its_tree_size_and_instant(story_ledger: Any, path: str) -> None:
    first = as_known_at(story_ledger, path)
    again = as_known_at(story_ledger, path, as_of=first["as_of"], at=first["at"])
    assert {**again, "checkpoint": None} == {**first, "checkpoint": None}


def test_as_of_alone_is_asked_when_the_last_entry_was_recorded(story_ledger: Any) -> None:
    body = as_known_at(story_ledger, "/v1/cases", as_of=200)
    line = orjson.loads(story_ledger.runtime.store.entry(199))
    assert (body["as_of"], body["at"]) == (200, line["recorded_at"])


def test_a_time_is_turned_into_the_size_that_the_log_had(story_ledger: Any) -> None:
    line = orjson.loads(story_ledger.runtime.store.entry(199))
    at = dt.datetime.fromisoformat(line["recorded_at"])
    body = as_known_at(story_ledger, "/v1/cases", as_of=at.isoformat())
    before = as_known_at(story_ledger, "/v1/cases", as_of=(at - dt.timedelta(milliseconds=1)).isoformat())
    assert before["as_of"] < 200 <= body["as_of"]
    assert dt.datetime.fromisoformat(body["at"]) == at
    recorded = [
        orjson.loads(story_ledger.runtime.store.entry(size))["recorded_at"]
        for size in (body["as_of"] - 1, body["as_of"])
    ]
    assert recorded[0] <= line["recorded_at"] < recorded[1]


def test_what_was_not_recorded_yet_is_not_known(story_ledger: Any) -> None:
    violations = {"purpose": "P9"}
    now = as_known_at(story_ledger, "/v1/access", **violations)
    index = now["rows"][0]["index"]
    assert as_known_at(story_ledger, "/v1/access", as_of=index, **violations)["rows"] == []
    assert as_known_at(story_ledger, "/v1/access", as_of=index + 1, **violations)["rows"][0]["index"] == index


def test_the_empty_tree_knows_nothing(story_ledger: Any) -> None:
    body = as_known_at(story_ledger, "/v1/parties", as_of=0)
    assert body["rows"] == []
    assert body["checkpoint"]["root"] == encode_base64(merkle.EMPTY_ROOT)


def test_silence_turns_the_answer_with_the_instant_of_the_question(story_ledger: Any) -> None:
    asked = {"case": None, "requester": story_ledger.uscc("南京民政")}
    del asked["case"]
    (case,) = as_known_at(
        story_ledger, "/v1/cases", as_of=size_after(story_ledger, "request/2026-0002", "request.received"), **asked
    )["rows"]
    size = size_after(story_ledger, "request/2026-0002", "request.received")
    late = as_known_at(story_ledger, "/v1/cases", as_of=size, at="2026-05-08T00:00:00+08:00", **asked)["rows"][0]
    in_time = as_known_at(story_ledger, "/v1/cases", as_of=size, at="2026-05-07T23:00:00+08:00", **asked)["rows"][0]
    assert case["clocks"][0]["latest"] == "2026-05-07"
    assert (in_time["overdue"], late["overdue"]) == (False, True)


def size_after(story_ledger: Any, stream: str, event: str) -> int:
    entries = story_ledger.runtime.store.stream(stream)
    return next(entry.index + 1 for entry in entries if entry.type == f"sharing.{event}.v1")


@pytest.mark.parametrize(
    "params",
    [{"as_of": 10**6}, {"at_least": 10**6}, {"as_of": "2027-01-01T00:00:00Z"}],
)
def test_what_lies_beyond_the_log_is_refused_at_once(story_ledger: Any, params: dict[str, Any]) -> None:
    answer = story_ledger.get("/v1/access", WHO, **params)
    assert (answer.status_code, answer.json()["code"]) == (404, "AS_OF_BEYOND")


# --- what is asked for


FILTERS: list[tuple[dict[str, str], int]] = [
    ({"kind": "use", "case": "2026-0001"}, 241),
    ({"verdict": "UNAUTHORIZED", "kind": "use"}, 1),
    ({"reason": "PURPOSE_MISMATCH"}, 1),
    ({"purpose": "P1", "case": "2026-0001", "from": "2026-06-15", "to": "2026-06-15"}, 4),
    ({"purpose": "P1", "case": "2026-0001", "from": "2026-06-15T00:00:00+08:00", "to": "2026-06-15T00:00:00+08:00"}, 0),
    ({"item": "C04", "post": "经办岗-03", "verdict": "UNAUTHORIZED"}, 1),
    ({"agreement": "A-0001", "kind": "use", "verdict": "AUTHORIZED"}, 240),
    ({"kind": "refusal"}, 4),
    ({"kind": "refusal", "verdict": "UNLAWFUL"}, 1),
    ({"item": "C13", "case": "2026-0001"}, 0),
]


@pytest.mark.parametrize(("filters", "number"), FILTERS)
def test_filters_all_have_to_match(story_ledger: Any, filters: dict[str, str], number: int) -> None:
    assert len(story_ledger.rows("/v1/access", WHO, **filters)) == number


def test_both_judgements_of_an_act_are_answered_as_known_then_and_as_known_now(story_ledger: Any) -> None:
    rows = story_ledger.rows("/v1/access", WHO)
    again = [row for row in rows if row["judged_again"]]
    for row in again[:3]:
        then_and_now = story_ledger.rows(f"/v1/access/{row['index']}", WHO)
        assert then_and_now[-1]["verdict"] == row["verdict"]
        assert then_and_now[0]["known_to"] == then_and_now[1]["known_from"]


def test_a_case_is_told_whole_with_its_judgements(story_ledger: Any) -> None:
    body = as_known_at(story_ledger, "/v1/cases/2026-0001", uses="false", limit=500)
    events = [row["event"] for row in body["timeline"]]
    assert events[:2] == ["request.submitted", "request.received"]
    assert "use.recorded" not in events
    assert {(each["kind"], each["verdict"]): each["number"] for each in body["judged"]} == {
        ("delivery", "AUTHORIZED"): 1,
        ("use", "AUTHORIZED"): 240,
        ("use", "UNAUTHORIZED"): 1,
    }
    assert body["grant"]["scope"]["purposes"][0]["code"] == "P1"
    assert [each["id"] for each in body["agreements"]] == ["A-0001"]
    delivered = next(row for row in body["timeline"] if row["event"] == "delivery.recorded")
    assert delivered["judgement"]["verdict"] == "AUTHORIZED"
    assert "江苏省民政厅" in {organ["name"] for organ in body["organs"]}


def test_an_agreement_shows_each_version_and_its_two_signatures(story_ledger: Any) -> None:
    body = as_known_at(story_ledger, "/v1/agreements/A-0001")
    assert [each["version"] for each in body["versions"]] == [1, 2]
    for version in body["versions"]:
        assert {each["by"] for each in version["signatures"]} == {
            story_ledger.uscc("民政厅"),
            story_ledger.uscc("市监局"),
        }
    assert "从业人数" in body["versions"][0]["scope"]["fields"]
    assert "从业人数" not in body["versions"][1]["scope"]["fields"]


def test_parties_are_found_by_division_and_category(story_ledger: Any) -> None:
    assert {row["name"] for row in story_ledger.rows("/v1/parties", WHO, category="OPERATOR")} == {
        "江苏省大数据管理中心"
    }
    assert {row["division"] for row in story_ledger.rows("/v1/parties", WHO, division="320100")} == {"320100"}
    assert story_ledger.get("/v1/parties/113200000000000196", WHO).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_parameter_is_refused_and_never_ignored(story_ledger: Any, path: str) -> None:
    answer = story_ledger.get(path, WHO, purpos="P1")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_UNKNOWN")


# --- pages


def test_pages_join_to_the_whole_and_name_the_next_one(story_ledger: Any) -> None:
    whole = story_ledger.rows("/v1/access", WHO, kind="use")
    answer = story_ledger.get("/v1/access", WHO, kind="use", limit=100, include="count")
    pages = [answer.json()]
    assert (pages[0]["count"], pages[0]["count_exact"]) == (len(whole), True)
    while link := answer.links.get("next"):
        answer = story_ledger.client.get(link["url"], headers={"Authorization": f"Bearer {story_ledger.token(WHO)}"})
        pages.append(answer.json())
    assert [row["index"] for page in pages for row in page["rows"]] == [row["index"] for row in whole]
    assert {page["as_of"] for page in pages} == {pages[0]["as_of"]}
    assert pages[-1]["next"] is None
    assert "count" not in story_ledger.ask("/v1/access", WHO)


def test_the_pages_of_a_timeline_join_to_the_whole(story_ledger: Any) -> None:
    whole = as_known_at(story_ledger, "/v1/cases/2026-0001", limit=500)["timeline"]
    page = as_known_at(story_ledger, "/v1/cases/2026-0001", limit=200)
    rest = as_known_at(story_ledger, "/v1/cases/2026-0001", limit=200, cursor=page["next"])
    assert [row["index"] for row in (*page["timeline"], *rest["timeline"])] == [row["index"] for row in whole]
    assert (rest["as_of"], rest["at"]) == (page["as_of"], page["at"])


def forged(cursor: str, place: int, value: Any) -> str:
    parts = orjson.loads(base64url.decode(cursor, what="cursor"))
    parts[place] = value
    return base64url.encode(orjson.dumps(parts))


def test_a_cursor_belongs_to_its_question(story_ledger: Any) -> None:
    cursor = story_ledger.ask("/v1/access", WHO, limit=1)["next"]
    for path, params in (("/v1/access", {"kind": "use"}), ("/v1/cases", {}), ("/v1/access", {"as_of": 3})):
        answer = story_ledger.get(path, WHO, cursor=cursor, **params)
        assert (answer.status_code, answer.json()["code"]) == (404, "CURSOR_INVALID")


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, 10**9), (0, -1), (1, 1 << 61), (1, -(1 << 61)), (2, "x"), (3, "\0"), (3, 1 << 61), (4, None)],
)
def test_a_cursor_that_somebody_changed_is_refused_or_gives_another_page(
    story_ledger: Any, place: int, value: Any
) -> None:
    for path in ("/v1/access", "/v1/cases"):
        cursor = forged(story_ledger.ask(path, WHO, limit=1)["next"], place, value)
        answer = story_ledger.get(path, WHO, cursor=cursor)
        assert answer.status_code in (200, 400, 404, 503), answer.text


def test_what_has_not_even_the_form_of_a_cursor_is_malformed(story_ledger: Any) -> None:
    answer = story_ledger.get("/v1/access", WHO, cursor="garbage")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_INVALID")


# --- caches


def test_what_was_found_has_an_etag_that_saves_sending_it_again(story_ledger: Any) -> None:
    first = story_ledger.get("/v1/cases", WHO, as_of=300)
    assert first.headers["cache-control"] == "private, no-cache"
    again = story_ledger.get("/v1/cases", WHO, as_of=300, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Ledger-As-Of"] == first.headers["Ledger-As-Of"]
    other = story_ledger.get("/v1/cases", WHO, as_of=400, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_two_callers_who_see_different_rows_get_different_tags(story_ledger: Any) -> None:
    tags = {story_ledger.get("/v1/cases", who, as_of=300).headers["etag"] for who in ("民政厅", "住建厅")}
    assert len(tags) == 2


def test_rows_that_may_be_seen_for_two_reasons_are_listed_once_and_in_order(story_ledger: Any) -> None:
    answers = story_ledger.runtime.reception.queries
    at = {"as_of": story_ledger.size, "instant": story_ledger.runtime.clock(), "wait": 10.0}
    of_item = QueryOptions(snapshot_request=SnapshotRequest(**at), visible=lambda _: access.c.item == "C04", limit=500)
    of_kind = QueryOptions(
        snapshot_request=SnapshotRequest(**at), visible=lambda _: access.c.kind == "delivery", limit=500
    )
    both = QueryOptions(
        snapshot_request=SnapshotRequest(**at), visible=of_item.visible, also=(of_kind.visible,), limit=7, count=True
    )
    apart = {row.index: row for asking in (of_item, of_kind) for row in answers.access(options=asking).rows}
    page = answers.access(options=both)
    joined = list(page.rows)
    assert page.count == len(apart) < sum(len(answers.access(options=each).rows) for each in (of_item, of_kind))
    while page.next:
        page = answers.access(options=replace(both, cursor=page.next))
        joined += page.rows
    assert [row.index for row in joined] == sorted(
        apart, key=lambda index: (apart[index].act.time, index), reverse=True
    )
