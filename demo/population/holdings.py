"""The shared information: items of every class, and the days on which an item is stale or in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from demo.population.organs import Organ

# By line of administration: name, classes and share type of each item of its organs.
_KINDS: tuple[tuple[tuple[str, tuple[str, ...], str], ...], ...] = (
    (("婚姻登记", ("privacy",), "2"), ("低保特困人员", ("privacy",), "2"), ("社会组织登记", (), "1")),
    (("参保状态", ("privacy",), "2"), ("定点医药机构", (), "2"), ("医药服务结算", ("privacy",), "2")),
    (("人口基础信息", ("privacy",), "2"), ("居住证", ("privacy",), "2")),
    (("社保参保缴费", ("privacy",), "2"), ("职业资格证书", (), "2")),
    (("不动产登记", ("privacy",), "2"), ("建设用地批准", (), "1")),
    (("住房公积金缴存", ("privacy",), "2"), ("施工许可", (), "1")),
    (("法人单位基础信息", (), "1"), ("企业年报", ("trade_secret",), "2")),
    (("惠民补贴发放", ("privacy",), "2"), ("预算执行", ("work_secret",), "2")),
    (("基本单位名录", (), "2"), ("企业生产经营", ("trade_secret",), "2")),
    (("危化品企业", (), "2"), ("事故隐患", ("work_secret",), "2")),
    (("排污许可", (), "1"), ("自动监测", ("trade_secret",), "2")),
    (("道路运输许可", (), "1"), ("车辆轨迹", ("privacy", "trade_secret"), "2")),
    (("节能审查", ("trade_secret",), "2"), ("工业运行", ("trade_secret",), "2")),
)
FIELDS = ("统一编号", "名称", "类别", "状态", "起始日期", "截止日期", "备注代码")


@dataclass(slots=True)
class PopulationItem:
    """An item. ``troubles``: the intervals of days on which its information is stale or in doubt."""

    code: str
    name: str
    provider: Organ
    classes: tuple[str, ...]
    share_type: str
    fields: tuple[str, ...] = FIELDS
    troubles: list[tuple[date, date]] = field(default_factory=list)

    @property
    def stream(self) -> str:
        return f"item/{self.code}"

    @property
    def sensitive(self) -> bool:
        return not {"state_secret", "trade_secret", "privacy"}.isdisjoint(self.classes)

    def sound_on(self, day: date) -> bool:
        """Return whether the information is up to date and undisputed on the day."""
        return not any(first <= day <= last for first, last in self.troubles)

    def trouble(self, first: date, last: date) -> None:
        """Add an interval. Only the latest ones are kept, because later uses do not meet earlier ones."""
        self.troubles = [*self.troubles[-3:], (first, last)]


def holdings(organs: Sequence[Organ]) -> list[PopulationItem]:
    """Return the items: every provincial organ offers all items of its line, every other organ the first one."""
    items: list[PopulationItem] = []
    for organ in organs:
        kinds = _KINDS[organ.line] if organ.level == "PROVINCE" else _KINDS[organ.line][:1]
        for name, classes, share_type in kinds:
            items.append(PopulationItem(f"R{len(items) + 1:03d}", f"{organ.name}{name}", organ, classes, share_type))
    return items
