"""What opens a row to somebody who stands in none: a ruling to be made, a function taken over, an inspection."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from demo.story.exchange import Exchange
from demo.story.steps import digest, document, record

pytestmark = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True)
SENSITIVE = Exchange("2026-7001", "民政厅", "人社厅", "C05", ("P1", "核对"), "SX-3201")
OPEN = Exchange("2026-7002", "交通厅", "应急厅", "C14", ("P2", "许可核验"), "SX-4401")
OUTSIDE = Exchange("2026-7003", "应急厅", "生态环境厅", "C08", ("P3", "应急处置"), "SX-5501")


def act(ledger: Any, who: str, name: str, stream: str, data: dict[str, Any], *, tag: str = "") -> dict[str, Any]:
    """Record one act now, and let the projections know of it; its receipt."""
    (receipt,) = ledger.must(who, record(who, name, stream, ledger.runtime.clock(), data, tag=tag))
    ledger.ask("/v1/cases", "监察", at_least=receipt["index"])
    return dict(receipt)


def submitted(ledger: Any, exchange: Exchange, **changes: Any) -> dict[str, Any]:
    """A share request, with a text that nobody needs to know who only oversees."""
    data = {
        "provider": ledger.uscc(exchange.provider),
        "item": exchange.item,
        "ground_a7": "A7_3",
        "scope": exchange.scope(),
        "matter_no": "事项-1",
        "system": "业务系统-01",
        "classes_acknowledged": [],
        "onward_intended": False,
        "retention": "保存至核对完成",
        "form": digest(exchange.case),
    } | changes
    return act(
        ledger,
        exchange.requester,
        "request.submitted",
        exchange.stream,
        {k: v for k, v in data.items() if v is not None},
    )


def first_entry(ledger: Any, exchange: Exchange, who: str, **params: Any) -> dict[str, Any] | None:
    """How the caller sees the request itself; None: not at all."""
    answer = ledger.get(f"/v1/cases/{exchange.case}", who, at_least=ledger.size - 1, **params)
    assert answer.status_code in (200, 404)
    return dict(answer.json()["timeline"][0]) if answer.status_code == 200 else None


def test_a_government_sees_what_was_submitted_to_it_for_a_ruling_and_nothing_before(opened: Any) -> None:
    submitted(opened, OUTSIDE, item=None, description="排口实时浓度")
    classified = {"name": "排口浓度", "classes": [], "share_type": "2", "from": "2026-03-02"}
    act(opened, "生态环境厅", "resource.classified", "item/W1", classified)
    received = {"how": "PLATFORM", "class_at_receipt": [], "item": "W1"}
    act(opened, "生态环境厅", "request.received", OUTSIDE.stream, received)
    act(opened, "应急厅", "negotiation.opened", OUTSIDE.stream, {"opening": "请求协商"})
    act(opened, "应急厅", "negotiation.failed", OUTSIDE.stream, {"record": digest("协商记录")})
    assert first_entry(opened, OUTSIDE, "省政府") is None
    entry = opened.runtime.store.stream(OUTSIDE.stream)[0].index
    assert opened.get(f"/v1/entries/{entry}", "省政府").status_code == 404
    ruling = {"file": digest("裁决申请"), "to": "320000", "level_rule": "SAME_DIVISION"}
    act(opened, "数据局", "ruling.submitted", OUTSIDE.stream, ruling)
    seen = first_entry(opened, OUTSIDE, "省政府")
    assert seen is not None
    assert seen["data"]["description"] == "排口实时浓度"
    assert [row["id"] for row in opened.rows("/v1/cases", "省政府")] == [OUTSIDE.case]
    assert opened.get(f"/v1/entries/{entry}", "省政府").json()["entry"]
    assert first_entry(opened, OUTSIDE, "南京政府") is None


def test_an_organ_that_took_over_anothers_functions_sees_its_cases(opened: Any) -> None:
    submitted(opened, OPEN)
    assert first_entry(opened, OPEN, "统计局") is None
    succession = {
        "mode": "MERGED",
        "successors": [{"party": opened.uscc("统计局"), "duty_bases": []}],
        "effective": "2026-03-02",
        "instrument": document("苏编〔2026〕9号", "省政府", "03-02"),
    }
    act(opened, "数据局", "party.succeeded", f"party/{opened.uscc('交通厅')}", {"post": "责任岗-01", **succession})
    seen = first_entry(opened, OPEN, "统计局")
    assert seen is not None
    assert seen["data"]["retention"] == "保存至核对完成"
    assert first_entry(opened, OPEN, "工信厅") is None


def inspection(ledger: Any, *, sensitive_text: bool) -> dict[str, Any]:
    of = {"inspected": [ledger.uscc("民政厅")], "subject": "专项检查", "inspector": "责任岗-01"}
    return {**of, "sensitive_text": sensitive_text}


def test_an_open_inspection_opens_sensitive_texts_of_the_inspected_to_the_inspector_only(opened: Any) -> None:
    submitted(opened, SENSITIVE, classes_acknowledged=["privacy"])
    withheld = first_entry(opened, SENSITIVE, "数据局")
    assert withheld is not None
    assert withheld["data"]["retention"] is None
    assert withheld["withheld"] == ["/retention"]
    inspection = {
        "inspected": [opened.uscc("民政厅")],
        "subject": "专项检查",
        "inspector": "责任岗-01",
        "sensitive_text": True,
    }
    act(opened, "数据局", "inspection.opened", "inspection/I-1", inspection)
    inspected = first_entry(opened, SENSITIVE, "数据局", inspection="I-1")
    assert inspected is not None
    assert inspected["data"]["retention"] == "保存至核对完成"
    assert first_entry(opened, SENSITIVE, "数据局") == withheld
    for who, number in (("人社厅", "I-1"), ("数据局", "I-2"), ("南京数据", "I-1"), ("监察", "I-1")):
        refused = opened.get("/v1/cases", who, inspection=number)
        assert (refused.status_code, refused.json()["code"]) == (403, "CALLER_FORBIDDEN")
    act(opened, "数据局", "inspection.closed", "inspection/I-1", {"result": "无"})
    assert opened.get("/v1/cases", "数据局", inspection="I-1").status_code == 403


def test_an_inspection_that_opens_no_texts_opens_none(opened: Any) -> None:
    inspection = {
        "inspected": [opened.uscc("民政厅")],
        "subject": "检查",
        "inspector": "责任岗-01",
        "sensitive_text": False,
    }
    act(opened, "数据局", "inspection.opened", "inspection/I-3", inspection)
    assert opened.get("/v1/cases", "数据局", inspection="I-3").status_code == 403


def test_an_incident_is_for_its_organ_and_who_oversees_it(opened: Any) -> None:
    incident = {"incident_id": "IN-1", "kind": "LEAK", "streams": [], "state_secret": False, "measures": "已隔离"}
    index = act(opened, "民政厅", "incident.reported", f"party/{opened.uscc('民政厅')}", incident)["index"]
    reading = {
        who: opened.get(f"/v1/entries/{index}", who).status_code
        for who in ("民政厅", "数据局", "监察", "市监局", "南京数据")
    }
    assert reading == {"民政厅": 200, "数据局": 200, "监察": 200, "市监局": 404, "南京数据": 404}


def test_an_item_is_open_to_all_once_it_is_published(opened: Any) -> None:
    classified = {"name": "停车泊位", "classes": [], "share_type": "1", "from": "2026-03-02"}
    index = act(opened, "住建厅", "resource.classified", "item/C77", classified)["index"]
    assert opened.get(f"/v1/entries/{index}", "住建厅").status_code == 200
    assert opened.get(f"/v1/entries/{index}", "数据局").status_code == 200
    assert opened.get(f"/v1/entries/{index}", "市监局").status_code == 404
    published = opened.runtime.store.stream("item/C15")[0].index
    assert opened.get(f"/v1/entries/{published}", "市监局").status_code == 200


def test_a_request_that_the_provider_receives_as_sensitive_is_withheld_from_who_only_oversees(opened: Any) -> None:
    submitted(opened, OPEN)
    entry = opened.runtime.store.stream(OPEN.stream)[0].index
    seen = opened.get(f"/v1/entries/{entry}", "数据局").json()
    received = {"how": "PLATFORM", "class_at_receipt": ["privacy"]}
    act(opened, OPEN.provider, "request.received", OPEN.stream, received)
    withheld = opened.get(f"/v1/entries/{entry}", "数据局").json()
    assert "保存至核对完成" in orjson.dumps(seen).decode()
    assert "保存至核对完成" not in orjson.dumps(withheld).decode()
