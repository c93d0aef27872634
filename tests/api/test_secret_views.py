"""What was recorded with texts before somebody claimed the class is shown as a stub from then on (4, stub rule)."""

from __future__ import annotations

from typing import Any

import pytest

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
    quarrelled: Any, event: str, path: str
) -> None:
    stream, signer, others = OTHERS[event]
    asked = path.format(index_of(quarrelled, stream, event))

    def seen(who: str) -> tuple[bool, list[str]]:
        body = quarrelled.ask(asked, who)
        (record,) = body.get("records", [body])
        return record["entry"] is not None, record.get("withheld", [])

    assert {who: seen(who) for who in (signer, "auditor")} == dict.fromkeys((signer, "auditor"), (True, []))
    assert {who: seen(who) for who in others} == dict.fromkeys(others, (False, ["/entry"]))


def test_a_timeline_shows_each_side_its_own_words_about_a_claimed_secret_only(quarrelled: Any) -> None:
    shown = {who: quarrelled.ask(f"/v1/cases/{CASE}", who)["timeline"][0] for who in ("交通厅", "自然资源厅", "数据局")}
    purposes = {who: row["data"]["scope"]["purposes"][0]["text"] for who, row in shown.items()}
    assert purposes == {"交通厅": "路网规划", "自然资源厅": None, "数据局": None}
