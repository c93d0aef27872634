"""Case 0008: information outside the catalogue is negotiated; where that fails the government rules (Art. 13 ¶1)."""

from __future__ import annotations

from collections.abc import Iterator

from demo.story.cast import DIVISION, ITEMS
from demo.story.exchange import Exchange
from demo.story.opening import AUTHORITY, GOVERNMENT, classified
from demo.story.steps import StoryStep, at, digest, document, ref, step

_C08 = Exchange("2026-0008", "应急厅", "生态环境厅", "C16", ("P15", "突发环境事件应急处置"), "SX-3212")

_ROUNDS = (
    ("05-15", "需要全省全部许可证,按日更新", "同意提供沿江八市,按月更新"),
    ("05-22", "需要全省,可按周更新", "同意提供全省,按季更新"),
    ("05-29", "按周更新为最低要求", "按月更新为最高频率"),
)


def case_0008() -> Iterator[StoryStep]:
    """Rows 30 and 31: they differ on scope and frequency. The provider states no ground, so there is no judgement."""
    yield _C08.submitted("05-11", description="排污许可证执行报告,用于应急处置")
    yield _C08.received("05-11", (), classified(ITEMS[_C08.item], "05-11"))
    opening = {"opening": "请求就范围与频率协商"}
    yield step(_C08.requester, _C08.by(_C08.requester, "negotiation.opened", at("05-12"), opening))
    for number, (day, asked, offered) in enumerate(_ROUNDS, 1):
        yield from _round(number, day, {_C08.requester: asked, _C08.provider: offered})
    failed = {"record": digest(f"协商终止 {_C08.case}")}
    yield step(_C08.requester, _C08.by(_C08.requester, "negotiation.failed", at("06-05", "16:00"), failed))
    yield from _ruling()


def _round(number: int, day: str, positions: dict[str, str]) -> Iterator[StoryStep]:
    """Each side records the round with the same digest and its own position."""
    held = {"round": number, "held_on": f"2026-{day}", "record": digest(f"协商记录 {_C08.case} {number}")}
    for who, clock in zip(positions, ("16:00", "16:30"), strict=True):
        data = {**held, "position": positions[who]}
        yield step(who, _C08.by(who, "negotiation.round_recorded", at(day, clock), data, tag=f"{number}"))


def _ruling() -> Iterator[StoryStep]:
    """The authority only submits. The government at the same level rules, and the provider answers accordingly."""
    submitted = {"file": digest(f"裁决申请 {_C08.case}"), "to": DIVISION, "level_rule": "SAME_DIVISION"}
    yield step(AUTHORITY, _C08.by(AUTHORITY, "ruling.submitted", at("06-08"), submitted))
    issued = {
        "instrument": document("苏政裁〔2026〕1号", GOVERNMENT, "06-12"),
        "share": True,
        "scope": _C08.scope(),
        "comply_by": "2026-06-26",
    }
    yield step(GOVERNMENT, _C08.by(GOVERNMENT, "ruling.issued", at("06-12"), issued))
    yield from _C08.approved("06-16", ruling=ref(GOVERNMENT, "ruling.issued", _C08.stream))
