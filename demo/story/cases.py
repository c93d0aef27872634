"""Cases 0001–0003: an exchange with one use outside its purpose, an answer in time, a refusal without a ground."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from demo.story.cast import CATALOGUE, CLERKS, uscc
from demo.story.exchange import Exchange
from demo.story.opening import AUTHORITY
from demo.story.steps import SECOND, TERM, StoryStep, at, digest, record, step
from demo.story.supervision import Violation
from domain.deadlines.calendar import WorkingCalendar
from domain.reasons.catalogue import Reason

_C01 = Exchange("2026-0001", "民政厅", "市监局", "C04", ("P1", "社会救助家庭经济状况核对"), "SX-3201")
_C02 = Exchange("2026-0002", "南京民政", "公安厅", "C01", ("P2", "低保申请人身份核验"), "SX-3202")
_C03 = Exchange("2026-0003", "住建厅", "自然资源厅", "C06", ("P3", "住房保障资格审核"), "SX-3203")

OUT_OF_PURPOSE = "2026-0001:use.recorded:07-13-1"  # the record id of row 9's use


def case_0001(calendar: WorkingCalendar) -> Iterator[StoryStep]:
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


def _day_of_uses(day: date, fields: tuple[str, ...]) -> StoryStep:
    month_day = day.isoformat()[5:]
    clocks = ("09:12", "10:40", "14:05", "16:20")
    return step(
        _C01.requester,
        *(
            _C01.use(at(month_day, clock), post, fields=fields, tag=f"{month_day}-{number}")
            for number, (clock, post) in enumerate(zip(clocks, CLERKS, strict=True), 1)
        ),
    )


def _amended(fields: tuple[str, ...]) -> Iterator[StoryStep]:
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


def _purpose_mismatch(fields: tuple[str, ...]) -> Iterator[StoryStep]:
    use = _C01.use(at("07-13", "15:20"), CLERKS[2], fields=fields, tag="07-13-1")
    assert use["id"] == OUT_OF_PURPOSE
    use["data"].update(purpose_code="P9", purpose_text="养老机构信用评级")
    yield step(_C01.requester, use)
    evidence = {"source": use["source"], "id": use["id"]}
    file = Violation("0001", "c1", _C01.requester, evidence, Reason.PURPOSE_MISMATCH, "超出授权用途使用企业年报信息")
    yield from file.suspected("07-14")
    yield from file.heard("07-16")
    yield from file.found("07-21", limit="08-11")
    destroyed = {"delivery_ids": ["D-0001-1"], "method": "清除评级库中的副本", "witness": CLERKS[1]}
    yield step(_C01.requester, _C01.by(_C01.requester, "destruction.recorded", at("08-04", "16:00"), destroyed))
    yield from file.reported("08-04")
    yield from file.accepted("08-10")


def case_0002() -> Iterator[StoryStep]:
    """Rows 13–15: answered on the 14th working day, which would be late if every weekday counted."""
    yield from _C02.asked("04-13")
    yield from _C02.approved("05-06")
    yield from _C02.cleared("05-08")
    yield from _C02.agreed("05-08")


def case_0003() -> Iterator[StoryStep]:
    """Rows 16–20 and 49: a refusal without a ground, ordered to be answered again; later one use sent three times."""
    yield from _C03.asked("06-08")
    refused = {**SECOND, "ground": "NONE"}
    yield step(_C03.provider, _C03.by(_C03.provider, "request.refused", at("06-18", "15:00"), refused))
    evidence = _C03.cites(_C03.provider, "request.refused")
    files = (
        Violation("0002", "a", _C03.provider, evidence, Reason.UNLAWFUL_REFUSAL_GROUND, "无法定事由拒绝提供"),
        Violation("0003", "e", _C03.provider, evidence, Reason.REASONS_MISSING, "拒绝未书面说明理由"),
        Violation("0004", "e", _C03.provider, evidence, Reason.REFUSAL_NOT_FILED, "拒绝未报送信息化主管部门"),
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
