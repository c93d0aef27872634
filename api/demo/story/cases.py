"""The cases of the demo year, row by row of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.demo.story.cast import CATALOGUE, CLERKS, uscc
from api.demo.story.exchange import Exchange
from api.demo.story.opening import AUTHORITY
from api.demo.story.steps import SECOND, TERM, Step, at, digest, record, step
from api.demo.story.supervision import Violation
from domain.calendar import WorkingCalendar

_C01 = Exchange("2026-0001", "民政厅", "市监局", "C04", ("P1", "社会救助家庭经济状况核对"), "SX-3201")
_C02 = Exchange("2026-0002", "南京民政", "公安厅", "C01", ("P2", "低保申请人身份核验"), "SX-3202")
_C03 = Exchange("2026-0003", "住建厅", "自然资源厅", "C06", ("P3", "住房保障资格审核"), "SX-3203")
_C12 = Exchange("2026-0012", "住建厅", "财政厅", "C13", ("P4", "住房补贴核对"), "SX-3204")
_C13 = Exchange("2026-0013", "统计局", "市监局", "C03", ("P5", "单位普查"), "SX-3205")
_C14 = Exchange("2026-0014", "交通厅", "应急厅", "C14", ("P6", "危险货物运输许可核验"), "SX-3206")

OUT_OF_PURPOSE = "2026-0001:use.recorded:07-13-1"  # the record id of row 9's use


def case_0001(calendar: WorkingCalendar) -> Iterator[Step]:
    """Rows 3–12: a lawful exchange, an amended agreement, and one use for a purpose that was never granted."""
    fields = CATALOGUE[_C01.item].fields
    narrowed = tuple(name for name in fields if name != "从业人数")
    yield from _C01.asked("03-09")
    yield from _C01.reviewed("03-10")
    yield from _C01.approved("03-20")
    yield from _C01.cleared("03-24")
    yield from _C01.agreed("03-24")
    yield from _C01.delivered("03-25", records=52_310)
    yield from _amended(narrowed)
    day, last = date(2026, 4, 1), date(2026, 6, 29)
    while day <= last:
        if calendar.is_working(day):
            yield _day_of_uses(day, fields if day < date(2026, 6, 15) else narrowed)
        day += timedelta(days=1)
    yield from _purpose_mismatch(narrowed)


def _day_of_uses(day: date, fields: tuple[str, ...]) -> Step:
    month_day = day.isoformat()[5:]
    clocks = ("09:12", "10:40", "14:05", "16:20")
    return step(
        _C01.requester,
        *(
            _C01.use(at(month_day, clock), post, fields=fields, tag=f"{month_day}-{number}")
            for number, (clock, post) in enumerate(zip(clocks, CLERKS, strict=True), 1)
        ),
    )


def _amended(fields: tuple[str, ...]) -> Iterator[Step]:
    text = digest(f"{_C01.agreement} v2")
    proposed = {
        "version": 2,
        "text_digest": text,
        "scope": {"items": [_C01.item], **_C01.scope(fields)},
        "effective_from": "2026-06-15",
        "effective_to": TERM["to"],
    }
    name = "agreement.amendment_proposed"
    yield step(_C01.provider, record(_C01.provider, name, _C01.agreement, at("06-11"), proposed))
    for who, clock in ((_C01.provider, "10:00"), (_C01.requester, "10:20")):
        amended = {**SECOND, "version": 2, "text_digest": text}
        yield step(who, record(who, "agreement.amended", _C01.agreement, at("06-12", clock), amended, tag=uscc(who)))


def _purpose_mismatch(fields: tuple[str, ...]) -> Iterator[Step]:
    use = _C01.use(at("07-13", "15:20"), CLERKS[2], fields=fields, tag="07-13-1")
    assert use["id"] == OUT_OF_PURPOSE
    use["data"].update(purpose_code="P9", purpose_text="养老机构信用评级")
    yield step(_C01.requester, use)
    evidence = {"source": use["source"], "id": use["id"]}
    file = Violation("0001", "c1", _C01.requester, evidence, "超出授权用途使用企业年报信息")
    yield from file.suspected("07-14")
    yield from file.heard("07-16")
    yield from file.found("07-21", limit="08-11")
    destroyed = {"delivery_ids": ["D-0001-1"], "method": "清除评级库中的副本", "witness": CLERKS[1]}
    yield step(_C01.requester, _C01.by(_C01.requester, "destruction.recorded", at("08-04", "16:00"), destroyed))
    yield from file.reported("08-04")
    yield from file.accepted("08-10")


def case_0002() -> Iterator[Step]:
    """Rows 13–15: answered on the 14th working day, which weekday counting would call late."""
    yield from _C02.asked("04-13")
    yield from _C02.approved("05-06")
    yield from _C02.cleared("05-08")
    yield from _C02.agreed("05-08")


def case_0003() -> Iterator[Step]:
    """Rows 16–20 and 49: a refusal without a ground, ordered to be answered again; later one use sent three times."""
    yield from _C03.asked("06-08")
    refused = {**SECOND, "ground": "NONE"}
    yield step(_C03.provider, _C03.by(_C03.provider, "request.refused", at("06-18", "15:00"), refused))
    evidence = _C03.cites(_C03.provider, "request.refused")
    files = (
        Violation("0002", "a", _C03.provider, evidence, "无法定事由拒绝提供"),
        Violation("0003", "e", _C03.provider, evidence, "拒绝未书面说明理由"),
        Violation("0004", "e", _C03.provider, evidence, "拒绝未报送信息化主管部门"),
    )
    for file in files:
        yield from file.suspected("06-23")
    for file in files:
        yield from file.found("06-23", limit="06-30")
    order = {"source": f"urn:uscc:{uscc(AUTHORITY)}", "id": "0002:correction.ordered"}
    yield from _C03.approved("06-26", reopened_by=order)
    for file in files:
        yield from file.reported("06-26")
    yield from _C03.cleared("06-29")
    yield from _C03.agreed("06-29")
    yield from _C03.delivered("06-29", records=8_204)
    for file in files:
        yield from file.accepted("06-29")
    use = _C03.use(at("09-21", "10:00"), CLERKS[0], fields=CATALOGUE["C06"].fields, tag="09-21-1")
    for _ in range(3):
        yield step(_C03.requester, use)


def case_0012() -> Iterator[Step]:
    """Rows 44–46: a sensitive list put on a web site without consent; the page withdrawn while the line was down."""
    yield from _C12.asked("06-22")
    yield from _C12.approved("07-01")
    yield from _C12.cleared("07-06")
    yield from _C12.agreed("07-06")
    yield from _C12.delivered("07-08", records=3_117)
    release = _released(_C12, "RL-0012-1", kind="RELEASE", basis="NONE", audience="网站公众", medium="门户网站")
    yield step(_C12.requester, _C12.by(_C12.requester, "release.recorded", at("08-11"), release))
    retracted = {"release_id": "RL-0012-1", "cause": "撤下网页"}
    withdrawn = _C12.by(_C12.requester, "release.retracted", at("08-12", "09:00"), retracted)
    yield step(_C12.requester, withdrawn, late=timedelta(days=5))
    evidence = _C12.cites(_C12.requester, "release.recorded")
    files = (
        Violation("0005", "c3", _C12.requester, evidence, "违法提供敏感信息"),
        Violation("0006", "c2", _C12.requester, evidence, "未经同意发布"),
    )
    for file in files:
        yield from file.suspected("08-18")
    for file in files:
        yield from file.found("08-19", limit="08-26")
    for file in files:
        yield from file.reported("08-25")
    for file in files:
        yield from file.accepted("08-26")
    yield from files[0].criticised("09-02")


def case_0013() -> Iterator[Step]:
    """Row 47: an aggregate disclosed inside the statutory scope with its source stated: lawful."""
    yield from _C13.asked("05-20")
    yield from _C13.approved("05-22")
    yield from _C13.delivered("05-25", records=1_199_412)
    release = _released(
        _C13, "RL-0013-1", kind="DISCLOSURE", basis="DISCLOSURE_SCOPE", audience="社会公众", medium="统计公报"
    )
    release["scope_article"] = {"law": "政府信息公开条例", "article": "20"}
    release["attribution"] = "数据来源:江苏省市场监督管理局"
    yield step(_C13.requester, _C13.by(_C13.requester, "release.recorded", at("08-25", "14:00"), release))


def case_0014() -> Iterator[Step]:
    """Row 48: released with the provider's consent: lawful."""
    yield from _C14.asked("08-10")
    yield from _C14.approved("08-11")
    yield from _C14.delivered("08-13", records=2_406)
    what: dict[str, Any] = {
        "release_id": "RL-0014-1",
        "fields": list(CATALOGUE["C14"].fields),
        "kind": "RELEASE",
        "audience": "道路运输企业",
    }
    asked = {**what, "why": "便于企业查询许可范围"}
    yield step(_C14.requester, _C14.by(_C14.requester, "release.consent_requested", at("08-20"), asked))
    yield step(_C14.provider, _C14.by(_C14.provider, "release.consent_given", at("08-24"), what))
    release = _released(
        _C14, "RL-0014-1", kind="RELEASE", basis="CONSENT", audience="道路运输企业", medium="行业服务网"
    )
    yield step(_C14.requester, _C14.by(_C14.requester, "release.recorded", at("08-26", "09:00"), release))


def _released(
    exchange: Exchange, release_id: str, *, kind: str, basis: str, audience: str, medium: str
) -> dict[str, Any]:
    return {
        **SECOND,
        "release_id": release_id,
        "request_id": exchange.case,
        "item": exchange.item,
        "fields": list(CATALOGUE[exchange.item].fields),
        "kind": kind,
        "basis": basis,
        "audience": audience,
        "medium": medium,
        "content": digest(release_id),
        "third_party": "NONE",
    }
