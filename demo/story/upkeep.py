"""Rows 22–25 and 50, outside all cases: information updated in time, late or never, and a key that is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from demo.story.cast import RESPONSIBLE, ROTATING, uscc
from demo.story.steps import StoryStep, at, digest, record, ref, step
from demo.story.supervision import Violation
from domain.reasons.catalogue import Reason

LATE = ref("财政厅", "information.changed", "item/C13", "07-06")  # starts the clock that runs out


def information() -> Iterator[StoryStep]:
    """Changes of C03 (updated in time), C13 (13 working days late) and C12 (never), and their updates (Art. 15 ¶2)."""
    yield _changed("财政厅", "C13", "07-06", "补贴标准调整")
    yield _updated("财政厅", "C13", "08-20", change="07-06")
    yield _changed("市监局", "C03", "09-07", "登记事项批量变更")
    yield _changed("医保局", "C12", "09-07", "定点机构名录调整")
    yield _updated("市监局", "C03", "10-09", change="09-07")


def _changed(provider: str, item: str, day: str, how: str) -> StoryStep:
    data = {"change_id": f"{item}-{day}", "how_known": how}
    return step(provider, record(provider, "information.changed", f"item/{item}", at(day), data, tag=day))


def _updated(provider: str, item: str, day: str, *, change: str = "") -> StoryStep:
    data = {"version": 1, "digest": digest(f"{item} {day}"), **({"change_id": f"{item}-{change}"} if change else {})}
    return step(provider, record(provider, "information.updated", f"item/{item}", at(day), data, tag=day))


def late_update(started: int) -> Iterator[StoryStep]:
    """The file on C13. ``started``: the index of the entry that started its clock, part of the finding's name."""
    statement = "惠民补贴信息未在20个工作日内更新"
    clock = f"clock item/C13 UPDATE {started}"
    file = Violation("0007", "b", "财政厅", LATE, Reason.LATE_UPDATE, statement, clock)
    yield from file.suspected("08-27")
    yield from file.found("08-27", limit="09-11")
    yield from file.reported("09-08")
    yield from file.accepted("09-10")


def rotation(kid: str, new: Mapping[str, str]) -> Iterator[StoryStep]:
    """Row 50: a department replaces its key, and one of its systems signs with the old one on the next day."""
    stream = f"party/{uscc(ROTATING)}"
    data: dict[str, Any] = {
        "post": RESPONSIBLE,
        "kid": kid,
        "from": at("09-28").isoformat(),
        "key": dict(new),
        "reason": "每年轮换",
    }
    rotated = record(ROTATING, "key.rotated", stream, at("09-28"), data)
    yield StoryStep(ROTATING, at("09-28", "10:01"), (rotated,), rotates=True)
    late = _updated(ROTATING, "C06", "09-29")
    yield StoryStep(ROTATING, late.recorded_at, late.records, retired=True, refused="SIGNER_UNAUTHORISED")
