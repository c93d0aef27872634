"""Cases 0010 and 0011: a dispute on a trade secret (route B), one on a state secret (route A). No authority decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demo.story.cast import ITEMS, uscc
from demo.story.exchange import Exchange
from demo.story.opening import AUTHORITY, offer, published
from demo.story.steps import SECOND, StoryStep, at, digest, document, record, ref, step

SECRECY = "保密局"
_C10 = Exchange("2026-0010", "生态环境厅", "工信厅", "C07", ("P16", "碳排放核查"), "SX-3213")
_C11 = Exchange("2026-0011", "交通厅", "自然资源厅", "C09", ("P17", "公路路网规划"), "SX-3214")
_C11_2 = Exchange("2026-0011-2", "交通厅", "自然资源厅", "C09b", ("P17", "公路路网规划"), "SX-3214")


@dataclass(frozen=True, slots=True)
class Dispute:
    """The dispute of one case. Its stream has the case's number."""

    exchange: Exchange
    claimed: str

    @property
    def id(self) -> str:
        return self.exchange.case

    @property
    def stream(self) -> str:
        return f"dispute/{self.id}"

    def by(self, who: str, name: str, day: str, data: dict[str, Any], clock: str = "10:00") -> StoryStep:
        return step(who, record(who, name, self.stream, at(day, clock), data))

    def opened(self, day: str, route: str, **members: Any) -> Iterator[StoryStep]:
        """Open the dispute as the requester. The route follows the claimed class."""
        requester, provider = self.exchange.requester, self.exchange.provider
        data = {
            "item": self.exchange.item,
            "request_id": self.exchange.case,
            "counterparty": uscc(provider),
            "claimed_class": self.claimed,
            "fixed_by_central": False,
            **members,
        }
        yield self.by(requester, "dispute.opened", day, data)
        yield self.by(requester, "dispute.routed", day, {"route": route}, "10:30")


def case_0010() -> Iterator[StoryStep]:
    """Rows 33–38: refused on a lawful ground, disputed, three of nine fields found to be no secret, answered again."""
    yield from _C10.asked("05-18")
    yield from _C10.refused("06-05", "TRADE_SECRET")
    dispute = Dispute(_C10, "trade_secret")
    yield from dispute.opened("06-17", "B", position="九个信息项中有三项依法应当公开")
    applied = {"organ": "演示机构甲", "case_no": "演示〔2026〕17号", "applied_on": "2026-06-24"}
    yield dispute.by(_C10.requester, "dispute.applied", "06-24", applied)
    public, secret = ITEMS[_C10.item].fields[:3], ITEMS[_C10.item].fields[3:]
    decision = {
        "no": "演示〔2026〕17号决定",
        "issuer": {"text": "演示机构甲"},
        "date": "2026-09-02",
        "digest": digest("演示机构甲 决定"),
    }
    outcome = {"outcome": "PARTLY", "fields": list(secret), "document": decision, "effective": "2026-09-03"}
    yield dispute.by(_C10.requester, "dispute.outcome_recorded", "09-03", outcome)
    yield from _partly_approved(dispute, public, secret)
    yield from _C10.cleared("09-10")
    yield from _C10.agreed("09-10", public)


def _partly_approved(dispute: Dispute, public: tuple[str, ...], secret: tuple[str, ...]) -> Iterator[StoryStep]:
    """Row 38: reopened by the outcome. The fields still refused have their reasons and their filing."""
    reasons = digest(f"部分不予提供理由 {_C10.case}")
    data = {
        **SECOND,
        "scope": _C10.scope(public),
        "classes": list(ITEMS[_C10.item].classes),
        "refused": [{"fields": list(secret), "ground": "TRADE_SECRET"}],
        "reasons": reasons,
        "reopened_by": ref(_C10.requester, "dispute.outcome_recorded", dispute.stream),
    }
    yield step(_C10.provider, _C10.by(_C10.provider, "request.partly_approved", at("09-08", "15:00"), data))
    yield from _C10.filed("09-08", "request.partly_approved", reasons)


def case_0011() -> Iterator[StoryStep]:
    """Rows 39–42: from the claim of 07-06 on, ids, codes, dates and salted digests only (the stub rule)."""
    yield from _C11.asked("07-06", claimed=("state_secret",))
    yield from _C11.refused("07-17", "STATE_SECRET")
    dispute = Dispute(_C11, "state_secret")
    yield from dispute.opened("07-24", "A", level="秘密", content=digest("C09 加盐摘要"))
    item = f"item/{_C11.item}"
    suspended = {"cause": "DISPUTE", "dispute": dispute.id}
    when = at("07-24", "11:00")
    yield step(_C11.provider, record(_C11.provider, "catalogue.entry_suspended", item, when, suspended))
    objected = {
        "originator": {"uscc": uscc(_C11.provider)},
        "filing": document("苏交函〔2026〕31号", _C11.requester, "07-27"),
    }
    yield dispute.by(_C11.requester, "dispute.objection_filed", "07-27", objected)
    decided = {"decision": "UPHELD", "document": document("苏自然资复〔2026〕12号", _C11.provider, "08-14")}
    yield dispute.by(_C11.provider, "dispute.objection_decided", "08-14", decided)
    escalated = {"to": "PROVINCE", "filing": document("苏交函〔2026〕38号", _C11.requester, "08-18")}
    yield dispute.by(_C11.requester, "dispute.escalated", "08-18", escalated)
    yield from _determined(dispute, item)


def _determined(dispute: Dispute, item: str) -> Iterator[StoryStep]:
    """Row 42: the province's secrecy administration determines. C09 leaves the ordinary catalogue, C09b enters it."""
    issued = {
        "document": document("苏密定〔2026〕5号", SECRECY, "09-10"),
        "result": "IS_STATE_SECRET",
        "level": "秘密",
        "effective": "2026-09-10",
    }
    yield dispute.by(SECRECY, "determination.issued", "09-10", issued)
    cause = ref(SECRECY, "determination.issued", dispute.stream)
    secret = {"classes": ["state_secret"], "level": "秘密", "share_type": "2", "from": "2026-09-10", "cause": cause}
    when = at("09-10", "15:00")
    yield step(_C11.provider, record(_C11.provider, "resource.classified", item, when, secret, tag="2"))
    yield step(AUTHORITY, record(AUTHORITY, "catalogue.entry_withdrawn", item, at("09-14", "09:00"), {}))
    low = ITEMS[_C11_2.item]
    yield step(_C11.provider, *offer(low, "09-14"))
    yield step(AUTHORITY, published(low, "09-14"))


def case_0011_2() -> Iterator[StoryStep]:
    """Row 43: the low-precision information is no secret. It is requested again, granted, delivered."""
    yield from _C11_2.asked("09-15", renews=_C11.case)
    yield from _C11_2.approved("09-16")
    yield from _C11_2.delivered("09-17", records=1_204)
