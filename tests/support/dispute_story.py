"""Acts that the catalogue, disputes and reconciliation are asked about, sent to a ledger that holds the demo's opening:
drafts, demands, an amendment, changes; a dispute of either route; deliveries in every state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo.story.cast import CATALOGUE, uscc
from demo.story.exchange import Exchange
from demo.story.steps import SECOND, StoryStep, at, digest, document, duty, record, ref, step
from domain.vocabulary.uscc import check_character

AUTHORITY = "数据局"
_CODE = "11320400000000305"
SOURCE = _CODE + check_character(_CODE)  # of the parties that the API's tests add: 常州市民政局
DRAFT = "3-01/0007"  # a code of the usual form holds a stroke
OF_FIRM = ("P5", "单位普查")

LAWFUL = Exchange("2026-0101", "民政厅", "市监局", "C04", ("P1", "社会救助家庭经济状况核对"), "SX-1")
SENT_AGAIN = Exchange("2026-0109", "人社厅", "市监局", "C03", OF_FIRM, "SX-2")
RECALLED = Exchange("2026-0113", "统计局", "市监局", "C03", OF_FIRM, "SX-3")
WAITING = Exchange("2026-0114", "交通厅", "应急厅", "C14", ("P6", "危险货物运输许可核验"), "SX-4")
ROUTE_B = Exchange("2026-0110", "生态环境厅", "工信厅", "C07", ("P7", "碳排放核查"), "SX-5")
ROUTE_A = Exchange("2026-0111", "交通厅", "自然资源厅", "C09", ("P8", "路网规划"), "SX-6")


def dispute_story() -> Iterator[StoryStep]:
    """In the order of their days."""
    steps = [*catalogued(), *demanded(), *delivered(), *disputed_b(), *disputed_a(), *compared()]
    return iter(sorted(steps, key=lambda each: each.recorded_at))


def recorded_by(
    who: str, name: str, stream: str, day: str, data: dict[str, Any], clock: str = "10:00", tag: str = ""
) -> StoryStep:
    told = record(who, name, stream, at(day, clock), data, tag=tag)
    return step(who, {**told, "id": told["id"].replace("/", "-")})


def catalogued() -> Iterator[StoryStep]:
    """A draft that is returned, an amendment, two changes of which one is carried late, a source of record."""
    item = f"item/{DRAFT}"
    classified = {"name": "地下管线图", "classes": ["trade_secret"], "share_type": "2", "from": "2026-03-03"}
    proposed = {"name": "地下管线图", "abstract": "管线位置", "ground_a7": "A7_3", "version": 1}
    yield recorded_by("住建厅", "resource.classified", item, "03-03", classified)
    yield recorded_by("住建厅", "catalogue.entry_proposed", item, "03-03", proposed, "10:10")
    yield recorded_by(AUTHORITY, "catalogue.entry_returned", item, "03-04", {"version": 1, "reasons": "缺少共享方式"})
    yield from _offered_twice()
    amended = {"version": 2, "share_condition": "行政依据、数据校核", "update_cycle": "每季度"}
    yield recorded_by(AUTHORITY, "catalogue.entry_amended", "item/C04", "03-05", amended)
    for day, change in (("07-06", "CH-1"), ("09-07", "CH-2")):
        data = {"change_id": change, "how_known": "年度结算", "fields": ["发放额"]}
        yield recorded_by("财政厅", "information.changed", "item/C13", day, data, tag=change)
    updated = {"change_id": "CH-1", "version": 1, "digest": digest("C13 更新")}
    yield recorded_by("财政厅", "information.updated", "item/C13", "08-20", updated)
    assigned = {"datum": "登记状态", "party": uscc("市监局"), "from": "2026-03-06"}
    yield recorded_by(AUTHORITY, "source.assigned", "item/C03", "03-06", assigned)


def _offered_twice() -> Iterator[StoryStep]:
    """An entry whose first proposal was returned: that version was never published."""
    fields = {
        "name": "医疗救助台账",
        "format": "数据库",
        "share_condition": "行政依据",
        "share_way": "共享平台接口",
        "published_on": "2026-03-05",
        "update_cycle": "每月",
    }
    classified = {"name": "医疗救助台账", "classes": ["privacy"], "share_type": "2", "from": "2026-03-03"}
    yield recorded_by("医保局", "resource.classified", "item/K01", "03-03", classified)
    first = {"name": "医疗救助台账(初稿)", "ground_a7": "A7_3", "version": 1}
    yield recorded_by("医保局", "catalogue.entry_proposed", "item/K01", "03-03", first, "10:10", "1")
    yield recorded_by(
        AUTHORITY, "catalogue.entry_returned", "item/K01", "03-04", {"version": 1, "reasons": "名称不规范"}
    )
    second = {"name": "医疗救助台账", "ground_a7": "A7_3", "version": 2}
    yield recorded_by("医保局", "catalogue.entry_proposed", "item/K01", "03-04", second, "11:00", "2")
    published = {**fields, "version": 2, "provider": uscc("医保局")}
    yield recorded_by(AUTHORITY, "catalogue.entry_published", "item/K01", "03-05", published)


def demanded() -> Iterator[StoryStep]:
    """Matched and then asked for; unmet; changed; closed."""
    wanted = {"wanted": "年度营业收入", "duty": duty("SX-1")}
    yield recorded_by("民政厅", "demand.stated", "demand/N-1", "03-05", {**wanted, "item": "C04"}, "11:00")
    yield recorded_by(AUTHORITY, "demand.matched", "demand/N-1", "03-06", {"item": "C04", "version": 2}, "11:00")
    yield recorded_by("住建厅", "demand.stated", "demand/N-2", "03-09", {"wanted": "水电用量", "duty": duty("SX-9")})
    yield recorded_by(AUTHORITY, "demand.unmet", "demand/N-2", "03-10", {"reason": "尚无目录条目"})
    yield recorded_by(
        "南京民政", "demand.stated", "demand/N-3", "03-09", {"wanted": "户籍", "duty": duty("SX-8")}, "10:30"
    )
    changed = {"changed_on": "2026-03-11", "wanted": "户籍与婚姻", "duty": duty("SX-8")}
    yield recorded_by("南京民政", "demand.changed", "demand/N-3", "03-11", changed)
    yield recorded_by(
        "统计局", "demand.stated", "demand/N-4", "03-09", {"wanted": "名录", "duty": duty("SX-7")}, "10:40"
    )
    yield recorded_by("统计局", "demand.closed", "demand/N-4", "03-12", {"reason": "已自行取得"})


def delivered() -> Iterator[StoryStep]:
    """Matched, sent anew, recalled, acknowledged in another count, not acknowledged; uses within and beyond."""
    submitted, *rest = LAWFUL.asked("03-10")
    submitted.records[0]["data"]["demand"] = "N-1"
    yield from (submitted, *rest)
    yield from (*LAWFUL.approved("03-20"), *LAWFUL.cleared("03-24"), *LAWFUL.agreed("03-24"))
    fields = CATALOGUE["C04"].fields
    yield recorded_by(
        "民政厅", "use.recorded", LAWFUL.stream, "03-25", _use("03-25", fields[:1], "early"), "08:00", "early"
    )
    sent = list(LAWFUL.delivered("03-25", records=52_310))
    sent[0].records[0]["data"]["fields"] = list(fields[:3])
    yield from sent
    for day in ("04-01", "04-02", "04-03"):
        yield recorded_by("民政厅", "use.recorded", LAWFUL.stream, day, _use(day, fields[:2], day), tag=day)
    yield recorded_by("民政厅", "use.recorded", LAWFUL.stream, "04-07", _use("04-07", fields[:4], "wide"), tag="wide")
    yield from (*SENT_AGAIN.asked("04-14"), *SENT_AGAIN.approved("04-16"), *_sent_again())
    yield from (*RECALLED.asked("05-20"), *RECALLED.approved("05-22"))
    recalled = {"delivery_id": "D-0113-1", "cause": "OTHER"}
    yield from list(RECALLED.delivered("05-25", records=10))[:1]
    yield _recalled(recalled)
    yield from (*WAITING.asked("08-10"), *WAITING.approved("08-11"))
    yield from list(WAITING.delivered("08-13", records=2_406))[:1]
    first, answer = WAITING.delivered("08-14", records=2_406)
    for each in (first.records[0], answer.records[0]):
        each["id"] = f"{each['id']}:2"
        each["data"]["delivery_id"] = "D-0114-2"
    answer.records[0]["data"]["records"] = 2_400
    yield from (first, answer)


def _recalled(data: dict[str, Any]) -> StoryStep:
    return recorded_by("市监局", "delivery.recalled", RECALLED.stream, "06-01", data)


def _use(day: str, fields: tuple[str, ...], tag: str) -> dict[str, Any]:
    data: dict[str, Any] = LAWFUL.use(at(day), "经办岗-01", fields=fields, tag=tag)["data"]
    return data


def _sent_again() -> Iterator[StoryStep]:
    """588 doubles: rejected, explained, sent anew."""
    sent, _ = SENT_AGAIN.delivered("04-20", records=1_200_000)
    yield sent
    rejected = {
        "delivery_id": "D-0109-1",
        "records": 1_199_412,
        "content": digest("收到 D-0109-1"),
        "mismatch": "重复记录",
    }
    yield recorded_by("人社厅", "delivery.rejected", SENT_AGAIN.stream, "04-21", rejected)
    corrected = {
        "event": {"source": sent.records[0]["source"], "id": sent.records[0]["id"]},
        "changes": {"records": 1_199_412},
        "reason": "含588条重复记录",
    }
    yield recorded_by("市监局", "event.corrected", SENT_AGAIN.stream, "05-12", corrected)
    again, received = SENT_AGAIN.delivered("05-13", records=1_199_412)
    for each in (again.records[0], received.records[0]):
        each["id"] = f"{each['id']}:2"
        each["data"]["delivery_id"] = "D-0109-2"
    yield from (again, received)


def disputed_b() -> Iterator[StoryStep]:
    """Refused as a trade secret, disputed, partly no secret, answered again."""
    yield from ROUTE_B.asked("05-18")
    refused = {**SECOND, "ground": "TRADE_SECRET", "reasons": digest("理由 0110")}
    yield recorded_by("工信厅", "request.refused", ROUTE_B.stream, "06-05", refused)
    filed = {
        "response": ref("工信厅", "request.refused", ROUTE_B.stream),
        "filed_with": "320000",
        "reasons": digest("理由 0110"),
    }
    yield recorded_by("工信厅", "refusal.filed", ROUTE_B.stream, "06-05", filed, "10:30")
    stream = "dispute/DP-0110"
    opened = {
        "item": "C07",
        "request_id": "2026-0110",
        "counterparty": uscc("工信厅"),
        "claimed_class": "trade_secret",
        "fixed_by_central": False,
        "position": "三项依法应当公开",
    }
    yield recorded_by("生态环境厅", "dispute.opened", stream, "06-17", opened)
    yield recorded_by("生态环境厅", "dispute.routed", stream, "06-17", {"route": "B"}, "10:30")
    applied = {"organ": "演示机构甲", "case_no": "甲-1", "applied_on": "2026-06-24"}
    yield recorded_by("生态环境厅", "dispute.applied", stream, "06-24", applied)
    outcome = {
        "outcome": "PARTLY",
        "fields": ["产品产量"],
        "document": {"no": "甲-1", "issuer": {"text": "演示机构甲"}, "date": "2026-09-01", "digest": digest("甲-1")},
        "effective": "2026-09-03",
    }
    yield recorded_by("生态环境厅", "dispute.outcome_recorded", stream, "09-03", outcome)
    fields = CATALOGUE["C07"].fields
    answered = {
        **SECOND,
        "scope": ROUTE_B.scope(fields[:2]),
        "classes": ["trade_secret"],
        "refused": [{"fields": ["产品产量"], "ground": "TRADE_SECRET"}],
        "reasons": digest("理由 0110-2"),
        "reopened_by": ref("生态环境厅", "dispute.outcome_recorded", stream),
    }
    yield recorded_by("工信厅", "request.partly_approved", ROUTE_B.stream, "09-08", answered)
    filed = {
        "response": ref("工信厅", "request.partly_approved", ROUTE_B.stream),
        "filed_with": "320000",
        "reasons": digest("理由 0110-2"),
    }
    yield recorded_by("工信厅", "refusal.filed", ROUTE_B.stream, "09-08", filed, "10:30", "2")


def disputed_a() -> Iterator[StoryStep]:
    """Claimed to be a state secret on receipt, refused, disputed, upheld by who classified, determined so."""
    submitted, received = ROUTE_A.asked("07-06")
    received.records[0]["data"]["class_at_receipt"] = ["state_secret"]
    yield from (submitted, received)
    refused = {**SECOND, "ground": "STATE_SECRET", "reasons": digest("理由 0111")}
    yield recorded_by("自然资源厅", "request.refused", ROUTE_A.stream, "07-17", refused)
    stream = "dispute/DP-0111"
    opened = {
        "item": "C09",
        "request_id": "2026-0111",
        "counterparty": uscc("自然资源厅"),
        "claimed_class": "state_secret",
        "fixed_by_central": False,
        "content": digest("加盐 C09"),
    }
    yield recorded_by("交通厅", "dispute.opened", stream, "07-24", opened)
    yield recorded_by("交通厅", "dispute.routed", stream, "07-24", {"route": "A"}, "10:30")
    suspended = {"cause": "DISPUTE", "dispute": "DP-0111"}
    yield recorded_by(AUTHORITY, "catalogue.entry_suspended", "item/C09", "07-24", suspended, "11:00")
    filing = document("异议-1", "交通厅", "07-27")
    objected = {"originator": {"uscc": uscc("自然资源厅")}, "filing": filing}
    yield recorded_by("交通厅", "dispute.objection_filed", stream, "07-27", objected)
    upheld = {"decision": "UPHELD", "document": document("复核-1", "自然资源厅", "08-14")}
    yield recorded_by("自然资源厅", "dispute.objection_decided", stream, "08-14", upheld)
    yield recorded_by("交通厅", "dispute.escalated", stream, "08-18", {"to": "PROVINCE", "filing": filing})
    determined = {
        "document": document("苏保定〔2026〕1号", "保密局", "09-10"),
        "result": "IS_STATE_SECRET",
        "level": "秘密",
        "effective": "2026-09-10",
    }
    yield recorded_by("保密局", "determination.issued", stream, "09-10", determined)
    classified = {
        "classes": ["state_secret"],
        "level": "秘密",
        "share_type": "3",
        "statute": {"law": "保守国家秘密法", "article": "25"},
        "from": "2026-09-10",
        "cause": ref("保密局", "determination.issued", stream),
    }
    yield recorded_by("自然资源厅", "resource.classified", "item/C09", "09-10", classified, "11:00", "2")


def compared() -> Iterator[StoryStep]:
    """A discrepancy that is verified and closed, one that waits for a source, and one whose source comes and goes."""
    reported = {
        "item": "C03",
        "datum": "登记状态",
        "own": digest("自有"),
        "shared": digest("共享"),
        "severity": "MEDIUM",
        "noticed_on": "2026-04-10",
    }
    stream = "discrepancy/Y-1"
    yield recorded_by("民政厅", "discrepancy.reported", stream, "04-10", reported)
    yield recorded_by("市监局", "discrepancy.verified", stream, "04-14", {"result": "SOURCE_RIGHT"})
    yield recorded_by("市监局", "discrepancy.explained", stream, "04-15", {"explanation": "对方数据滞后"})
    yield recorded_by("民政厅", "discrepancy.closed", stream, "04-16", {"result": "已更正本机关数据"})
    waiting = {**reported, "item": "C01", "datum": "户籍状态", "noticed_on": "2026-05-06"}
    yield recorded_by("南京民政", "discrepancy.reported", "discrepancy/Y-2", "05-06", waiting)
    unassigned = {**reported, "item": "C02", "datum": "登记日期", "noticed_on": "2026-04-20"}
    yield recorded_by("统计局", "discrepancy.reported", "discrepancy/Y-3", "04-20", unassigned)
    assigned = {"datum": "登记日期", "party": SOURCE, "from": "2026-04-21", "to": "2026-05-31"}
    yield recorded_by(AUTHORITY, "source.assigned", "item/C02", "04-21", assigned)
