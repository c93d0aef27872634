"""Who may read one entry (law 3.1), asked of the served ledger: one row for every kind of record that is kept from
somebody, and for every family of streams.
"""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode

import pytest

from demo.story.exchange import Exchange
from demo.story.steps import digest, document, duty, record, uscc
from domain.event import FAMILIES

both = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True, scope="module")

AUTHORITY, GOVERNMENT, OPERATOR, MONITORING = "数据局", "省政府", "大数据中心", "监察"
CITY, CITY_AUTHORITY = "南京民政", "南京数据"
CALLERS = (
    *(AUTHORITY, GOVERNMENT, OPERATOR, MONITORING, "保密局"),
    *(CITY, CITY_AUTHORITY, "南京政府", "苏州民政"),
    *("民政厅", "市监局", "住建厅", "交通厅", "应急厅", "公安厅"),
)
ALL = " ".join(CALLERS)
PLAIN = Exchange("2026-7301", "交通厅", "应急厅", "C14", ("P2", "许可核验"), "SX-4401")
OVERSEERS = f"{MONITORING} {OPERATOR}"
DAY = "2026-03-02"
LEAK = {"kind": "LEAK", "streams": [], "state_secret": False, "measures": "已隔离"}
COLLECTED = {"declaration_id": "SM-1", "datum": "婚姻状况", "duty": duty("SX-1"), "catalogue_version": digest("目录")}
READ = {"caller_post": "审核岗-01", "purpose": "专项检查", "question": "/v1/access", "tree_size": 170, "count": 1}
PERIOD = {"from": "2026-02-01", "to": "2026-02-28"}
DISCREPANT = {
    "datum": "户籍状态",
    "own": digest("自有"),
    "shared": digest("共享"),
    "severity": "LOW",
    "noticed_on": DAY,
}
USED = {
    "request_id": "2026-7399",
    "unit": "运输管理处",
    "officer": "经办岗-01",
    "system": "业务系统-01",
    "purpose_code": "P2",
    "purpose_text": "许可核验",
    "duty": duty("SX-4401"),
    "matter_no": "事项-1",
    "item": "C14",
    "fields": ["企业名称"],
    "subject_count": 1,
    "network": "GOV_EXTRANET",
    "channel": "PLATFORM",
}
OVERLAY = {
    "division": "320000",
    "days": [{"date": "2026-12-31", "working": False}],
    "instrument": document("苏政办〔2026〕3号", "省政府", "03-02"),
}
RULE_SET = {
    "version": 2,
    "effective_from": "2026-03-10",
    "divisions": ["320000"],
    "objects": ["全部"],
    "rank": 5,
    "text_status": "confirmed",
    "status": "disabled",
    "digest": digest("规则"),
}


def mark(who: str, *ids: str) -> list[dict[str, str]]:
    """References to records of one organ in this table."""
    return [{"source": f"urn:uscc:{uscc(who)}", "id": each} for each in ids]


@dataclasses.dataclass(frozen=True)
class Row:
    """One record, sent now, and who reads it: whole, or without its line. It is not there for any other caller."""

    event: str
    stream: str  # what stands in braces is a party's code, or the ledger's name
    by: str
    data: dict[str, Any]
    whole: str
    metadata: str = ""
    tag: str = ""

    def __str__(self) -> str:
        return f"{self.stream} {self.event} {self.tag}".strip()


ROWS = (
    # Streams that every party may read.
    Row("key.authorised", "party/{民政厅}", "", {}, ALL),
    Row("authority.appointed", "authority/320000", "", {}, ALL),
    Row("ledger.founded", "ledger/{origin}", "", {}, ALL),
    Row("catalogue.entry_published", "item/C04", "", {}, ALL),
    Row("ruleset.activated", "ruleset/js-local", AUTHORITY, RULE_SET, ALL),
    Row("calendar.local_overlay_added", "calendar/js", AUTHORITY, OVERLAY, ALL),
    # Records in them that are for their signer, for the organ in whose stream they stand, and for who oversees it.
    Row(
        "supervision.read",
        "authority/320000",
        OPERATOR,
        READ | {"caller": "{数据局}"},
        f"{OPERATOR} {AUTHORITY} {GOVERNMENT}",
        MONITORING,
    ),
    Row(
        "supervision.read",
        "authority/320100",
        MONITORING,
        READ | {"caller": "{监察}"},
        f"{MONITORING} {CITY_AUTHORITY} 南京政府 {AUTHORITY}",
        OPERATOR,
        tag="by monitoring",
    ),
    Row(
        "report.exported",
        "authority/320100",
        CITY_AUTHORITY,
        {
            "organs": ["{南京民政}"],
            "period": PERIOD,
            "recipient": {"text": "演示机构甲"},
            "digest": digest("报告"),
            "tree_size": 170,
        },
        f"{CITY_AUTHORITY} 南京政府 {AUTHORITY}",
        OVERSEERS,
    ),
    Row(
        "evidence.exported",
        "ledger/{origin}",
        OPERATOR,
        {
            "package": "PK-1",
            "streams": ["item/C04"],
            "digest": digest("证据包"),
            "tree_size": 170,
            "recipient": {"text": "演示机构甲"},
            "why": "审理",
        },
        f"{OPERATOR} {AUTHORITY}",
        MONITORING,
    ),
    Row(
        "incident.reported",
        "party/{民政厅}",
        OPERATOR,
        LEAK | {"incident_id": "SJ-1"},
        f"民政厅 {AUTHORITY} {OPERATOR}",
        MONITORING,
    ),
    Row(
        "incident.closed",
        "party/{民政厅}",
        "民政厅",
        {"incident_id": "SJ-1", "evidence_lost": [], "result": "未丢失"},
        f"民政厅 {AUTHORITY}",
        OVERSEERS,
    ),
    Row(
        "collection.declared",
        "party/{民政厅}",
        "民政厅",
        COLLECTED | {"from": DAY},
        f"民政厅 {AUTHORITY}",
        OVERSEERS,
    ),
    Row(
        "collection.exempted",
        "party/{民政厅}",
        "民政厅",
        {"declaration_id": "SM-1", "statute": {"law": "婚姻登记条例", "article": "4"}},
        f"民政厅 {AUTHORITY} {OVERSEERS}",  # it has no texts
    ),
    # Which posts an organ has is for itself and for who oversees it, as it is in the register.
    Row("party.officer_appointed", "party/{民政厅}", "", {}, f"民政厅 {AUTHORITY} {OVERSEERS}"),
    Row(
        "party.officer_relieved",
        "party/{民政厅}",
        "民政厅",
        {"officer": "经办岗-04", "from": "2026-06-01"},
        f"民政厅 {AUTHORITY} {OVERSEERS}",
    ),
    # What its signer says of a record later is for those who read that record.
    Row(
        "event.corrected",
        "party/{民政厅}",
        "民政厅",
        {"event": mark("民政厅", "incident.closed")[0], "changes": {"result": "已丢失"}, "reason": "笔误"},
        f"民政厅 {AUTHORITY}",
        OVERSEERS,
    ),
    Row(
        "event.corrected",
        "party/{民政厅}",
        "民政厅",
        {"event": mark("民政厅", "event.corrected")[0], "changes": {"reason": "误报"}, "reason": "再次更正"},
        f"民政厅 {AUTHORITY}",
        OVERSEERS,
        tag="again",
    ),
    Row(
        "event.disowned",
        "party/{民政厅}",
        "民政厅",
        {"events": mark("民政厅", "collection.exempted"), "reason": "非本机关所为"},
        f"民政厅 {AUTHORITY}",
        OVERSEERS,
    ),
    Row(
        "node.registered",
        "party/{民政厅}",
        "民政厅",
        {"node_id": "JD-1", "platform": "320000", "interfaces": [], "from": DAY},
        ALL,
    ),
    Row(
        "event.reaffirmed",
        "party/{民政厅}",
        "民政厅",
        {"events": mark("民政厅", "node.registered"), "reason": "LATE_RECORD"},
        ALL,
    ),
    Row(
        "event.reaffirmed",
        "party/{民政厅}",
        "民政厅",
        {"events": mark("民政厅", "node.registered", "collection.declared"), "reason": "LATE_RECORD"},
        f"民政厅 {AUTHORITY} {OVERSEERS}",
        tag="both",
    ),
    Row(
        "event.reaffirmed",
        "party/{民政厅}",
        "民政厅",
        {"events": mark("民政厅", "nothing"), "reason": "LATE_RECORD"},
        f"民政厅 {AUTHORITY} {OVERSEERS}",
        tag="unknown",
    ),
    # An item that was never published.
    Row(
        "resource.classified",
        "item/C71",
        "住建厅",
        {"name": "停车泊位", "classes": [], "share_type": "1", "from": DAY},
        f"住建厅 {AUTHORITY} {OVERSEERS}",
    ),
    # Streams that are for who stands in them and who oversees one of those.
    Row("request.submitted", PLAIN.stream, "", {}, f"交通厅 应急厅 {AUTHORITY} {OVERSEERS}"),
    Row("agreement.proposed", PLAIN.agreement, "", {}, f"交通厅 应急厅 {AUTHORITY} {OVERSEERS}"),
    Row("use.recorded", "use/{id}", "交通厅", USED, f"交通厅 应急厅 {AUTHORITY} {OVERSEERS}"),
    Row("use.recorded", "use/{id}", CITY, USED, f"{CITY} {CITY_AUTHORITY} 应急厅 {AUTHORITY} {OVERSEERS}", tag="city"),
    Row(
        "demand.stated",
        "demand/N-71",
        CITY,
        {"wanted": "许可", "duty": duty("SX-1")},
        f"{CITY} {CITY_AUTHORITY} {AUTHORITY}",
        OVERSEERS,
    ),
    # By its item, which holds what is private: whoever only oversees reads no text.
    Row(
        "demand.stated",
        "demand/N-72",
        CITY,
        {"wanted": "户籍", "duty": duty("SX-1"), "item": "C01"},
        f"{CITY} 公安厅",
        f"{CITY_AUTHORITY} {AUTHORITY} {OVERSEERS}",
        tag="private",
    ),
    Row(
        "discrepancy.reported",
        "discrepancy/Y-71",
        CITY,
        DISCREPANT | {"item": "C03"},
        f"{CITY} 市监局 {CITY_AUTHORITY} {AUTHORITY}",
        OVERSEERS,
    ),
    # Of who verifies, the authority sees that it did, though another's stream it is.
    Row("source.assigned", "item/C02", AUTHORITY, {"datum": "登记日期", "party": "{南京民政}", "from": DAY}, ALL),
    Row(
        "discrepancy.reported",
        "discrepancy/Y-72",
        "住建厅",
        DISCREPANT | {"item": "C02"},
        "住建厅 民政厅",
        f"{AUTHORITY} {OVERSEERS}",
    ),
    Row(
        "discrepancy.verified",
        "discrepancy/Y-72",
        CITY,
        {"result": "UNDECIDED"},
        f"{CITY} {CITY_AUTHORITY} 住建厅 民政厅 {AUTHORITY} {OVERSEERS}",
    ),
    # Of what is in no catalogue, the provider is known by the request alone.
    Row(
        "request.submitted",
        "request/2026-7302",
        CITY,
        {
            "provider": "{市监局}",
            "description": "经营异常名录",
            "ground_a7": "A7_3",
            "scope": PLAIN.scope(),
            "matter_no": "事项-2",
            "system": "业务系统-01",
            "classes_acknowledged": [],
            "onward_intended": False,
            "form": digest("申请表"),
        },
        f"{CITY} {CITY_AUTHORITY} 市监局 {AUTHORITY}",
        OVERSEERS,
    ),
    # As both sides class it in their agreement, whatever the catalogue says.
    Row(
        "agreement.proposed",
        "agreement/A-7302",
        "应急厅",
        {
            "requests": [PLAIN.case],
            "requester": "{交通厅}",
            "provider": "{应急厅}",
            "classes": ["trade_secret"],
            "scope": {"items": ["C14"], **PLAIN.scope(), "frequency": "每日"},
            "obligations": digest("义务"),
            "text_digest": digest("文本"),
            "effective_from": "2026-03-25",
            "effective_to": "2026-12-31",
            "survives": True,
        },
        "交通厅 应急厅",
        f"{AUTHORITY} {OVERSEERS}",
    ),
    Row(
        "dispute.opened",
        "dispute/ZY-72",
        "应急厅",
        {
            "item": "C14",
            "counterparty": "{南京民政}",
            "claimed_class": "trade_secret",
            "fixed_by_central": False,
            "position": "不应公开",
        },
        f"应急厅 {CITY}",
        f"{CITY_AUTHORITY} {AUTHORITY} {OVERSEERS}",
    ),
    # In an open stream, of a record that stands in another.
    Row(
        "event.corrected",
        "party/{南京民政}",
        CITY,
        {"event": mark(CITY, "demand.stated")[0], "changes": {"wanted": "婚姻"}, "reason": "笔误"},
        f"{CITY} {CITY_AUTHORITY} {AUTHORITY}",
        OVERSEERS,
    ),
    # A dispute's statement is read by its two sides alone, also where no class is known of the item.
    Row(
        "dispute.opened",
        "dispute/ZY-71",
        CITY,
        {
            "item": "C14",
            "counterparty": "{应急厅}",
            "claimed_class": "trade_secret",
            "fixed_by_central": False,
            "position": "应当公开",
        },
        f"{CITY} 应急厅",
        f"{CITY_AUTHORITY} {AUTHORITY} {OVERSEERS}",
    ),
    Row(
        "violation.suspected",
        "violation/WF-71",
        MONITORING,
        {"accused": "{南京民政}", "limb": "a", "evidence": [], "statement": "超范围使用"},
        f"{MONITORING} {CITY} {CITY_AUTHORITY} {AUTHORITY}",
        OPERATOR,
    ),
    Row(
        "inspection.opened",
        "inspection/JC-71",
        "保密局",
        {"inspected": ["{南京民政}"], "subject": "专项检查", "inspector": "责任岗-01", "sensitive_text": False},
        f"保密局 {CITY} {CITY_AUTHORITY} {AUTHORITY}",
        OVERSEERS,
    ),
    Row(
        "statistics.filed",
        "statistics/{市监局}",
        "市监局",
        {"period": PERIOD, "rows": []},
        f"市监局 {AUTHORITY} {OVERSEERS}",
    ),
)


def put(ledger: Any, row: Row) -> int:
    """Record it, or find the first of its kind that is recorded in the stream; its index."""
    parties = {who: ledger.uscc(who) for who in CALLERS}
    name = f"{row.event}:{row.tag}".rstrip(":").replace(" ", "-")
    if not row.by:
        stream = row.stream.format(**parties, origin=ledger.origin)
        entries = ledger.runtime.store.stream(stream)
        return next(int(entry.index) for entry in entries if entry.type == f"sharing.{row.event}.v1")
    stream = row.stream.format(**parties, origin=ledger.origin, id=name)
    data = {"post": "责任岗-01", **{name: _filled(value, parties) for name, value in row.data.items()}}
    made = record(AUTHORITY, row.event, stream, ledger.runtime.clock(), data)
    (receipt,) = ledger.must(row.by, made | {"id": name, "source": f"urn:uscc:{ledger.uscc(row.by)}"})
    return int(receipt["index"])


def _filled(value: Any, parties: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(each, parties) for each in value]
    return value.format(**parties) if isinstance(value, str) and value.startswith("{") else value


@pytest.fixture(scope="module")
def placed(opened: Any) -> dict[int, int]:
    """Every row's index; the projections know all of them."""
    for step in (*PLAIN.asked("03-09"), *PLAIN.approved("03-20"), *PLAIN.cleared("03-24"), *PLAIN.agreed("03-24")):
        opened.move_to(step.recorded_at)
        opened.must(step.by, *step.records)
    indexes = {id(row): put(opened, row) for row in ROWS}
    opened.ask("/v1/cases", MONITORING, at_least=opened.size - 1)
    return indexes


def seen(ledger: Any, path: str, who: str) -> str:
    # A receipt stands under a published checkpoint, which may be a second behind the last entry.
    answer = ledger.get(path, who, headers={"Prefer": "wait=10"})
    if answer.status_code == 404:
        return "nothing"
    assert answer.status_code == 200, answer.text
    body = answer.json()
    (found,) = body.get("records", [body])
    assert (found["entry"] is None) is (found.get("withheld") == ["/entry"])
    return "metadata" if found["entry"] is None else "whole"


def expected(row: Row) -> dict[str, str]:
    whole, metadata = {*row.whole.split(), "auditor"}, row.metadata.split()
    views = {who: "whole" if who in whole else "metadata" if who in metadata else "nothing" for who in CALLERS}
    return {**views, "auditor": "whole"}


def doors(ledger: Any, index: int) -> dict[str, str]:
    """Every address that gives an entry's bytes, its metadata or its judgement by its place or its name."""
    (entry,) = ledger.runtime.store.entries(index, 1)
    name = urlencode({"source": entry.source, "id": entry.record_id})
    paths = ("/v1/entries/{}", "/v1/receipts?index={}", "/v1/access/{}", "/v1/deadlines/{}")
    return {path: path.format(index) for path in paths} | {"/v1/receipts?source&id": f"/v1/receipts?{name}"}


@both
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_entry_is_for_whom_the_law_names_and_for_nobody_else(opened: Any, placed: dict[int, int], row: Row) -> None:
    path = f"/v1/entries/{placed[id(row)]}"
    assert {who: seen(opened, path, who) for who in expected(row)} == expected(row)


@both
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_receipt_shows_no_more_than_the_entry(opened: Any, placed: dict[int, int], row: Row) -> None:
    found = doors(opened, placed[id(row)])
    for door in ("/v1/receipts?index={}", "/v1/receipts?source&id"):
        assert {who: seen(opened, found[door], who) for who in expected(row)} == expected(row), door


@both
@pytest.mark.parametrize("accept", ["application/json", "text/plain"])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_may_not_read_an_entry_finds_it_at_no_address(
    opened: Any, placed: dict[int, int], row: Row, accept: str
) -> None:
    outside = [who for who, view in expected(row).items() if view == "nothing"][:3]
    for door, path in doors(opened, placed[id(row)]).items():
        statuses = {who: opened.get(path, who, headers={"Accept": accept}).status_code for who in outside}
        assert statuses == dict.fromkeys(outside, 404), door


@both
@pytest.mark.parametrize("who", CALLERS)
def test_no_party_reads_a_bundle_whoever_it_oversees(opened: Any, who: str) -> None:
    assert opened.get("/tile/entries/000.p/1", who).status_code == 403


def test_the_table_has_a_row_for_each_family_of_streams() -> None:
    assert {row.stream.partition("/")[0] for row in ROWS} == set(FAMILIES)
