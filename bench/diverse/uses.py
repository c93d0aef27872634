"""Uses under the grants, no two the same; and those that the law does not allow, each kind in its turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from bench.diverse.scene import FIELDS_OF_A_GRANT, Officer, Scene
from demo.population.organs import Organ
from demo.population.records import CHINA, RecordJson
from demo.population.world import Grant

_WITHIN: Final = 30 * 3600  # seconds before now: uses of this morning and of the day before
_WHAT: Final = ("核对", "核验", "复核", "查证", "比对", "确认")
_WHOSE: Final = ("申请家庭", "参保人员", "经营主体", "补贴对象", "许可申请人", "登记单位", "被检查单位")
_OF_WHAT: Final = ("经济状况", "资格条件", "登记信息", "缴费记录", "许可状态", "住所与权属", "处罚与整改")
_WHERE: Final = ("窗口受理", "网上申报", "年度抽查", "专项核查", "群众来信", "数据质量复查")

Change = Callable[[RecordJson, Grant], None]


def _set(**members: Any) -> Change:
    return lambda used, _: used["data"].update(members)


def _field_too_many(used: RecordJson, grant: Grant) -> None:
    used["data"]["fields"] = [*used["data"]["fields"][: FIELDS_OF_A_GRANT - 1], grant.item.fields[-1]]


def _in_no_case(used: RecordJson, _: Grant) -> None:
    """It cites no request: a stream of its own (4.7)."""
    used["subject"] = f"use/{used['id']}"
    used["data"]["request_id"] = None
    used["data"].pop("delivery_id", None)


def _before_delivery(used: RecordJson, grant: Grant) -> None:
    when = datetime.fromisoformat(used["time"])
    used["time"] = when.replace(year=grant.since.year, month=grant.since.month, day=grant.since.day, hour=3).isoformat()
    used["data"]["delivery_id"] = grant.delivery


UNLAWFUL: Final[tuple[Change, ...]] = (
    _set(purpose_code="P99", purpose_text="信用评级"),
    _field_too_many,
    _set(divisions=["110000"]),
    _set(unit="业务九处"),
    _set(duty={"kind": "MATTER_CODE", "matter_code": "SX-9999"}),
    _set(duty=None),
    _in_no_case,
    _before_delivery,
)


@dataclass(slots=True)
class Uses:
    """Of each organ, under its own grants, by its own posts, up to ``now``."""

    scene: Scene
    now: datetime
    made: int = 0
    unlawful: int = 0
    _chance: Random = field(init=False)
    _grants: dict[str, list[Grant]] = field(init=False, default_factory=dict)
    _officers: dict[str, Sequence[Officer]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = self.scene.world.chance("uses")
        for grant in self.scene.grants:
            self._grants.setdefault(grant.requester.uscc, []).append(grant)
        self._officers = {organ.uscc: self.scene.officers(organ) for organ in self.scene.organs}

    def lawful(self, organ: Organ) -> RecordJson:
        return self._of(organ)[0]

    def not_lawful(self, organ: Organ) -> RecordJson:
        used, grant = self._of(organ)
        UNLAWFUL[self.unlawful % len(UNLAWFUL)](used, grant)
        self.unlawful += 1
        return used

    def _of(self, organ: Organ) -> tuple[RecordJson, Grant]:
        self.made += 1
        chance, number = self._chance, self.made
        grant = chance.choice(self._grants[organ.uscc])
        when = self.now - timedelta(seconds=chance.randrange(_WITHIN), milliseconds=chance.randrange(1_000))
        record = {
            "specversion": "1.0",
            "id": f"{grant.case}:use:{number:08d}",
            "source": organ.source,
            "type": "sharing.use.recorded.v1",
            "subject": f"request/{grant.case}",
            "time": when.astimezone(CHINA).isoformat(timespec="milliseconds"),
            "datacontenttype": "application/json",
            "data": self._data(grant, number),
        }
        return record, grant

    def _data(self, grant: Grant, number: int) -> dict[str, Any]:
        chance, scope = self._chance, grant.scope
        officer = chance.choice(self._officers[grant.requester.uscc])
        purpose = chance.randrange(len(scope["purposes"]))
        subjects = 1 + chance.randrange(30)
        data = {
            "post": officer.post,
            "request_id": grant.case,
            "unit": officer.unit,
            "officer": officer.post,
            "system": f"系统-{grant.requester.line:02d}-{chance.randrange(4)}",
            "purpose_code": scope["purposes"][purpose]["code"],
            "purpose_text": self._text(number),
            "duty": scope["duty_bases"][purpose],
            "matter_no": f"({self.now.year})事项-{chance.randrange(10**9):09d}",
            "item": grant.item.code,
            "fields": chance.sample(grant.fields, 1 + chance.randrange(len(grant.fields))),
            "subject_count": subjects,
            "network": "GOV_EXTRANET",
            "channel": "PLATFORM",
        }
        if number % 3:
            data["divisions"] = scope["subjects"]["divisions"]
            data["delivery_id"] = grant.delivery
        if number % 2:
            data["subjects"] = [f"{chance.getrandbits(64):016x}" for _ in range(min(subjects, 3))]
        return data

    def _text(self, number: int) -> str:
        """Free text, as an officer writes it: another in each record."""
        choice = self._chance.choice
        remark = f",联系办件{self._chance.randrange(10**7)}号" if number % 4 == 0 else ""
        return f"{choice(_WHERE)}:{choice(_WHAT)}第{number}批{choice(_WHOSE)}的{choice(_OF_WHAT)}{remark}"
