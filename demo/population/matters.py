"""One matter: a share request between two organs, step by step as the law requires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from demo.population.holdings import PopulationItem
from demo.population.organs import PROVINCE, Organ
from demo.population.records import SECOND, Action, Pace, RecordJson, act, digest, record, ref
from demo.population.world import PopulationState

PURPOSES = (
    ("P01", "社会救助家庭经济状况核对"),
    ("P02", "政务服务事项办理核验"),
    ("P03", "行政许可条件核查"),
    ("P04", "统计调查单位核实"),
    ("P05", "专项资金发放资格审核"),
    ("P06", "执法检查对象核实"),
)
Actions = Iterator[Action]


@dataclass(slots=True)
class Matter:
    """The steps of one share request. Each yields its actions in the order of time. ``pace`` gives the days."""

    world: PopulationState
    number: int
    requester: Organ
    item: PopulationItem
    pace: Pace
    purpose: tuple[str, str]
    term_days: int = 360
    granted_on: date | None = None  # the terms of all later acts count from the answer
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = f"Q{self.number:07d}"

    @property
    def stream(self) -> str:
        return f"request/{self.id}"

    @property
    def provider(self) -> Organ:
        return self.item.provider

    @property
    def authority(self) -> Organ:
        """Return the authority of the provider's division, with which refusals are filed."""
        return self.world.register.authority_over(self.provider)

    def by(self, who: Organ, name: str, when: datetime, data: dict[str, Any], *, tag: str = "") -> RecordJson:
        return record(who, name, self.stream, when, data, tag=tag)

    def act(self, who: Organ, name: str, when: datetime, data: dict[str, Any], *, tag: str = "") -> Action:
        return act(who, name, self.stream, when, data, tag=tag)

    def cites(self, who: Organ, name: str, tag: str = "") -> dict[str, str]:
        return ref(who, name, self.stream, tag)

    def scope(self, day: date, fields: tuple[str, ...] | None = None, *, stub: bool = False) -> dict[str, Any]:
        """Return a scope. ``stub``: without the text of the purpose, as for a possible state secret."""
        code, text = self.purpose
        since = self.granted_on or day
        division = self.requester.division if self.requester.level != "PROVINCE" else PROVINCE
        return {
            "fields": list(fields or self.item.fields[:5]),
            "subjects": {"divisions": [division]},
            "purposes": [{"code": code} if stub else {"code": code, "text": text}],
            "duty_bases": [{"kind": "MATTER_CODE", "matter_code": f"SX-{self.requester.line:02d}{code}"}],
            "users": {"units": [self.requester.unit]},
            "network": "GOV_EXTRANET",
            "way": "INTERFACE",
            "term": {"from": since.isoformat(), "to": date.fromordinal(since.toordinal() + self.term_days).isoformat()},
        }

    # Request and receipt (4.3, 4.4)

    def submitted(self, when: datetime, *, described: bool = False, stub: bool = False) -> Action:
        what = {"description": f"{self.item.name}数据"} if described else {"item": self.item.code}
        data = {
            "provider": self.provider.uscc,
            **what,
            "ground_a7": "A7_3",
            "scope": self.asked_scope(when.date(), stub=stub),
            "matter_no": f"事项-{self.id}",
            "system": f"系统-{self.requester.line:02d}",
            "classes_acknowledged": list(self.item.classes),
            "onward_intended": False,
            "form": digest(f"申请表 {self.id}"),
        }
        return self.act(self.requester, "request.submitted", when, data)

    def asked_scope(self, since: date, *, stub: bool = False) -> dict[str, Any]:
        """Return the requested scope, which is wider and longer than any later approval."""
        scope = self.scope(since, stub=stub)
        scope["term"]["to"] = date.fromordinal(since.toordinal() + self.term_days + 200).isoformat()
        return scope

    def received(self, when: datetime, classes: tuple[str, ...] | None = None) -> Action:
        held = self.item.classes if classes is None else classes
        data = {"how": "PLATFORM", "class_at_receipt": list(held), "item": self.item.code}
        return self.act(self.provider, "request.received", when, data)

    def asked(self) -> Actions:
        yield self.submitted(self.pace.next(0, 2))
        yield self.received(self.pace.soon())

    def taken_up(self) -> Action:
        return self.act(
            self.provider, "request.accepted_for_review", self.pace.next(1, 2), {"unit": self.provider.unit}
        )

    def supplemented(self) -> Actions:
        """The one supplement. It does not stop the clock."""
        missing = {"missing": ["办理依据"]}
        yield self.act(self.provider, "request.supplement_asked", self.pace.next(1, 2), missing)
        supplied = {"supplied": [digest(f"补充 {self.id}")]}
        yield self.act(self.requester, "request.supplemented", self.pace.next(1, 2), supplied)

    # Answers

    def approved(self, low: int = 2, high: int = 8, *, stub: bool = False, **cites: dict[str, str]) -> Action:
        """Approve. ``cites`` names a ruling, an agreement reached, or the act that reopened the request."""
        when = self.pace.next(low, high)
        self.granted_on = when.date()
        data = {"scope": self.scope(when.date(), stub=stub), "classes": list(self.item.classes), **cites}
        tag = "again" if "reopened_by" in cites else ""
        return self.act(self.provider, "request.approved", when, data, tag=tag)

    def refused(self, ground: str, *, reasons: bool = True, statute: bool = False) -> Action:
        """Refuse, with two posts."""
        data: dict[str, Any] = {**SECOND, "ground": ground}
        if reasons:
            data["reasons"] = digest(f"理由 {self.id}")
        if statute:
            data["statute"] = {"law": "税收征收管理法", "article": "8"}
        return self.act(self.provider, "request.refused", self.pace.soon(), data)

    def partly_approved(self, ground: str) -> Action:
        """Approve three fields and refuse two."""
        when = self.pace.next(3, 9)
        self.granted_on = when.date()
        data = {
            **SECOND,
            "scope": self.scope(when.date(), self.item.fields[:3]),
            "classes": list(self.item.classes),
            "refused": [{"fields": list(self.item.fields[3:5]), "ground": ground}],
            "reasons": digest(f"理由 {self.id}"),
        }
        return self.act(self.provider, "request.partly_approved", when, data)

    def filed(self, response: str) -> Actions:
        """File the refusal on the day of the response. The authority acknowledges later (A18 ¶2)."""
        filing = {
            "response": self.cites(self.provider, response),
            "filed_with": self.authority.division,
            "reasons": digest(f"理由 {self.id}"),
        }
        yield self.act(self.provider, "refusal.filed", self.pace.soon(), filing)
        number = {"filing_no": f"报送-{self.id}", "filed": self.cites(self.provider, "refusal.filed")}
        yield self.act(self.authority, "refusal.acknowledged", self.pace.next(1, 4), number)

    def withdrawn(self) -> Action:
        return self.act(self.requester, "request.withdrawn", self.pace.next(1, 6), {"reason": "事项已办结"})
