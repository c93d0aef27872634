"""A name that nothing has is said to be none, with those that are like it; an empty list answers a real question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.conftest import Ledger

AUTHORITY, AGENCY, OTHER = "数据局", "民政厅", "统计局"


def unknown(ledger: Ledger, path: str, who: str = AUTHORITY, **asked: str) -> dict[str, Any]:
    answer = ledger.get(path, who, **asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "NAME_UNKNOWN"), answer.text
    body: dict[str, Any] = answer.json()
    assert body["parameter"] in asked
    assert body["next"]
    return body


PARTY = "113200000000000196"  # of 113200000000000195 with another last character
LISTS = [
    ("/v1/access", "requester", PARTY),
    ("/v1/access", "provider", "民政"),
    ("/v1/access", "item", "C99"),
    ("/v1/access", "case", "2026-9999"),
    ("/v1/access", "agreement", "A-9999"),
    ("/v1/cases", "requester", PARTY),
    ("/v1/cases", "item", "c04"),
    ("/v1/agreements", "party", PARTY),
    ("/v1/agreements", "case", "2026-9999"),
    ("/v1/findings", "accused", PARTY),
    ("/v1/findings", "case", "2026-9999"),
    ("/v1/deadlines", "responsible", PARTY),
    ("/v1/catalogue", "provider", PARTY),
    ("/v1/violations", "accused", PARTY),
    ("/v1/disputes", "party", PARTY),
    ("/v1/disputes", "case", "2026-9999"),
    ("/v1/discrepancies", "reporter", PARTY),
    ("/v1/discrepancies", "source", PARTY),
    ("/v1/demands", "requester", PARTY),
    ("/v1/reconciliation", "provider", PARTY),
    ("/v1/reconciliation/grants", "item", "C99"),
    ("/v1/scorecards", "organ", PARTY),
    ("/v1/scorecards", "division", "110000"),
    ("/v1/parties", "division", "110000"),
]


@pytest.mark.parametrize(("path", "parameter", "value"), LISTS)
def test_a_name_that_nothing_has_is_refused(story_ledger: Ledger, path: str, parameter: str, value: str) -> None:
    assert unknown(story_ledger, path, **{parameter: value})["parameter"] == parameter


def test_the_nearest_names_are_offered(story_ledger: Ledger) -> None:
    offered = unknown(story_ledger, "/v1/access", requester="民政")["nearest"]
    assert {"code": story_ledger.uscc(AGENCY), "name": "江苏省民政厅"} in offered
    assert unknown(story_ledger, "/v1/access", requester=PARTY)["nearest"][0]["code"] == story_ledger.uscc(AGENCY)
    assert unknown(story_ledger, "/v1/access", item="c04")["nearest"][0]["code"] == "C04"
    assert unknown(story_ledger, "/v1/access", requester="xyz")["nearest"] == []


def test_names_that_exist_may_have_no_rows(story_ledger: Ledger) -> None:
    empty = {"requester": story_ledger.uscc("省政府"), "item": "C04", "case": "2026-0001"}
    assert story_ledger.ask("/v1/access", AUTHORITY, **empty)["rows"] == []


def test_what_is_not_for_the_caller_is_as_unknown_as_what_is_not_there(story_ledger: Ledger) -> None:
    hidden = unknown(story_ledger, "/v1/access", OTHER, case="2026-0001")
    absent = unknown(story_ledger, "/v1/access", OTHER, case="2026-9999")
    volatile = {"detail", "request_id", "instance"}
    assert {key: value for key, value in hidden.items() if key not in volatile} == {
        key: value for key, value in absent.items() if key not in volatile
    }
    assert hidden["detail"].replace("2026-0001", "2026-9999") == absent["detail"]
    assert story_ledger.ask("/v1/access", AGENCY, case="2026-0001")["rows"]
