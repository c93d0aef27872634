"""Cases 0004–0007 and 0009: a request that is not sensitive, a silence, two running clocks, an explained difference."""

from __future__ import annotations

from collections.abc import Iterator

from demo.story.exchange import Exchange
from demo.story.steps import StoryStep, at, step

_C04 = Exchange("2026-0004", "统计局", "市监局", "C03", ("P10", "基本单位名录库维护"), "SX-3207")
_C05 = Exchange("2026-0005", "医保局", "人社厅", "C05", ("P11", "职工参保状态核验"), "SX-3208")
_C06 = Exchange("2026-0006", "应急厅", "工信厅", "C07", ("P12", "重点企业安全风险研判"), "SX-3209")
_C07 = Exchange("2026-0007", "住建厅", "民政厅", "C02", ("P13", "住房保障家庭婚姻状况核验"), "SX-3210")
_C09 = Exchange("2026-0009", "人社厅", "市监局", "C03", ("P14", "用人单位信息核验"), "SX-3211")

SENT, RECEIVED = 1_200_000, 1_199_412


def case_0004() -> Iterator[StoryStep]:
    """Row 21: not sensitive, so Order 85 requires no agreement and gives no number of days."""
    yield from _C04.asked("03-16")
    yield from _C04.approved("03-18", clock="10:00")
    yield from _C04.delivered("03-18", records=RECEIVED)


def cases_unanswered() -> Iterator[StoryStep]:
    """Rows 26–29: one never answered, which is no approval; two that may still be answered in time."""
    yield from _C05.asked("09-14")
    yield from _C06.asked("10-12")
    yield from _C07.asked("10-19")


def case_0009() -> Iterator[StoryStep]:
    """Row 32: both sides count, the numbers differ, the provider explains the difference and delivers again."""
    yield from _C09.asked("04-14")
    yield from _C09.approved("04-16")
    yield _C09.sent("04-20", SENT)
    difference = f"收到 {RECEIVED} 条,少 {SENT - RECEIVED} 条"
    rejected = {"delivery_id": _C09.delivery(), "records": RECEIVED, "mismatch": difference}
    yield step(_C09.requester, _C09.by(_C09.requester, "delivery.rejected", at("04-21"), rejected))
    corrected = {
        "event": _C09.cites(_C09.provider, "delivery.recorded"),
        "changes": {"records": RECEIVED},
        "reason": f"提供记录数含重复 {SENT - RECEIVED} 条",
    }
    yield step(_C09.provider, _C09.by(_C09.provider, "event.corrected", at("05-12"), corrected))
    yield from _C09.delivered("05-13", records=RECEIVED, number=2)
