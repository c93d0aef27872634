"""What was recorded with texts before somebody claimed the class is shown as a stub from then on (4, stub rule)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from api.authz.row_filters import AccessScope
from api.read.act import JudgedAct
from domain.act import Act
from domain.events import UseRecorded
from projections.access.query import AccessRow

CASE = "2026-0111"  # about C09, which the provider called a state secret on receipt
OTHERS = {
    "request.submitted": (f"request/{CASE}", "交通厅", ("自然资源厅", "数据局", "监察")),
    "catalogue.entry_proposed": ("item/C09", "自然资源厅", ("交通厅", "数据局", "监察", "民政厅")),
}


def index_of(ledger: Any, stream: str, event: str) -> int:
    entries = ledger.runtime.store.stream(stream)
    return next(int(entry.index) for entry in entries if entry.type == f"sharing.{event}.v1")


@pytest.mark.parametrize("event", OTHERS)
@pytest.mark.parametrize("path", ["/v1/entries/{}", "/v1/receipts?index={}"])
def test_an_entry_about_a_claimed_secret_is_read_by_its_signer_and_the_auditor_alone(
    dispute_ledger: Any, event: str, path: str
) -> None:
    stream, signer, others = OTHERS[event]
    asked = path.format(index_of(dispute_ledger, stream, event))

    def seen(who: str) -> tuple[bool, list[str]]:
        # A receipt stands under a published checkpoint, which may be a second behind the last entry.
        body = dispute_ledger.get(asked, who, headers={"Prefer": "wait=10"}).json()
        (record,) = body.get("records", [body])
        return record["entry"] is not None, record.get("withheld", [])

    assert {who: seen(who) for who in (signer, "auditor")} == dict.fromkeys((signer, "auditor"), (True, []))
    assert {who: seen(who) for who in others} == dict.fromkeys(others, (False, ["/entry"]))


def test_a_timeline_shows_each_side_its_own_words_about_a_claimed_secret_only(dispute_ledger: Any) -> None:
    shown = {
        who: dispute_ledger.ask(f"/v1/cases/{CASE}", who)["timeline"][0] for who in ("交通厅", "自然资源厅", "数据局")
    }
    purposes = {who: row["data"]["scope"]["purposes"][0]["text"] for who, row in shown.items()}
    assert purposes == {"交通厅": "路网规划", "自然资源厅": None, "数据局": None}


def test_an_access_row_about_an_item_that_is_claimed_later_shows_its_words_to_its_signer_alone(
    dispute_ledger: Any,
) -> None:
    stub, told = (
        dispute_ledger.runtime.reception.queries.catalogue.stubs(codes) for codes in (["C09", "C04"], ["C04"])
    )
    assert (stub, told) == ({"C09"}, frozenset())
    (refused,) = dispute_ledger.rows("/v1/access", "自然资源厅", kind="refusal", item="C09")
    (seen,) = dispute_ledger.rows("/v1/access", "数据局", kind="refusal", item="C09")
    assert (refused["index"], refused["verdict"]) == (seen["index"], seen["verdict"])


USED = UseRecorded(
    post="经办岗-01", request_id=None, unit="综合处", officer="经办岗-01", system="S-1", purpose_code="P9",
    purpose_text="用途说明", duty=None, matter_no=None, item="C09", fields=("坐标",), subject_count=1,
    network="GOV_EXTRANET", channel="PLATFORM",
)  # fmt: skip


@pytest.mark.parametrize(("own", "stubs", "words"), [(True, {"C09"}, True), (False, {"C09"}, False), (False, (), True)])
def test_the_words_of_a_use_go_with_the_row_unless_its_item_is_a_stub_for_this_reader(
    own: bool, stubs: set[str], words: bool
) -> None:
    when = dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC)
    act = Act(event=USED, by="A", id="u", stream="use/u", time=when, recorded_at=when, index=7, position=0, kid="k")
    given = dict.fromkeys(field.name for field in dataclasses.fields(AccessRow))
    given |= {
        "act": act,
        "item": "C09",
        "requester": "A",
        "provider": "B",
        "sensitive": False,
        "rule_set": "js-85-2012",
    }
    given |= {
        "rule_set_version": 1,
        "kind": "use",
        "post": "经办岗-01",
        "reasons": (),
        "relied_on": (),
        "known_from": 8,
    }
    access_scope = AccessScope(own=("A",) if own else ("B",))
    shown = JudgedAct.of(AccessRow(**given), access_scope, stubs)
    assert (shown.purpose_text == "用途说明") is words
    assert (shown.data["purpose_text"] == "用途说明") is words
    assert (shown.data["fields"] == ["坐标"]) is words
