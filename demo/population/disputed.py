"""Scenarios of disputes on state secret (route A), and on trade secret or privacy (route B). Art. 19 ¶2."""

from __future__ import annotations

from typing import Any

from demo.population.answered import granted, share_of
from demo.population.founding import classified, proposed, published
from demo.population.matters import Actions, Matter
from demo.population.organs import Organ
from demo.population.outside import own_item
from demo.population.records import Action, act, action, digest, document, record, ref
from demo.population.uses import use_of
from demo.population.world import END


def _published(matter: Matter, classes: tuple[str, ...]) -> Actions:
    """Publish an item for this matter alone, so that its dispute binds no other matter."""
    own_item(matter, classes, prefix="Y")
    item = matter.item
    when = matter.pace.next(0, 2)
    yield action(item.provider, classified(item, when), proposed(item, when))
    returned = {"version": 1, "reasons": "共享方式不明确"}
    yield act(matter.authority, "catalogue.entry_returned", item.stream, matter.pace.next(1, 2), returned)
    yield action(item.provider, proposed(item, matter.pace.next(1, 2), tag="again"))
    yield action(matter.authority, published(item, matter.pace.next(1, 2), matter.authority))


def _by(matter: Matter, who: Organ, name: str, data: dict[str, Any], low: int, high: int) -> Action:
    return act(who, name, _stream(matter), matter.pace.next(low, high), data)


def _stream(matter: Matter) -> str:
    return f"dispute/{matter.id}"


def _opened(matter: Matter, claimed: str, route: str, **members: Any) -> Actions:
    data = {
        "item": matter.item.code,
        "request_id": matter.id,
        "counterparty": matter.provider.uscc,
        "claimed_class": claimed,
        "fixed_by_central": False,
        **members,
    }
    yield _by(matter, matter.requester, "dispute.opened", data, 1, 5)
    matter.item.trouble(matter.pace.day, END)  # the dispute is open until it is settled
    yield _by(matter, matter.requester, "dispute.routed", {"route": route}, 0, 0)


def trade_secret(matter: Matter) -> Actions:
    """Refused as a trade secret, found to be one in part only, answered again."""
    yield from _published(matter, ("trade_secret",))
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused("TRADE_SECRET")
    yield from matter.filed("request.refused")
    yield from _opened(matter, "trade_secret", "B", position="部分信息项依法应当公开")
    applied = {"organ": "有权国家机关", "case_no": f"案-{matter.id}", "applied_on": matter.pace.ahead(1).isoformat()}
    yield _by(matter, matter.requester, "dispute.applied", applied, 2, 6)
    settled: dict[str, Any] = {
        "outcome": "PARTLY",
        "fields": list(matter.item.fields[3:]),
        "document": document(f"决〔{matter.id}〕", matter.requester, matter.pace.day),
        "effective": matter.pace.ahead(40).isoformat(),
    }
    yield _by(matter, matter.requester, "dispute.outcome_recorded", settled, 20, 50)
    matter.item.troubles.clear()
    reopened = ref(matter.requester, "dispute.outcome_recorded", _stream(matter))
    yield matter.approved(2, 6, reopened_by=reopened)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered()


def while_in_use(matter: Matter) -> Actions:
    """Shared as not sensitive, then claimed to be privacy. The claim is withdrawn."""
    yield from _published(matter, ())
    yield from granted(matter)
    share = share_of(matter)
    yield from share.delivered()
    matter.pace.next(10, 20)
    yield from _opened(matter, "privacy", "B", position="含个人隐私")
    troubled = use_of(share.open(), matter.pace.next(2, 9), "disputed")
    yield action(matter.requester, troubled)
    yield _by(matter, matter.requester, "dispute.withdrawn", {"reason": "双方达成一致"}, 30, 60)
    matter.item.troubles.clear()


def _claimed(matter: Matter) -> Actions:
    """The receipt claims a state secret. From then on records are stubs: ids, codes, dates and digests only."""
    yield from _published(matter, ())
    yield matter.submitted(matter.pace.next(0, 2))
    yield matter.received(matter.pace.soon(), ("state_secret",))
    matter.pace.next(3, 9)
    yield matter.refused("STATE_SECRET")
    yield from matter.filed("request.refused")
    yield from _opened(matter, "state_secret", "A", level="秘密", content=digest(f"盐 {matter.id}"))
    suspended = {"cause": "DISPUTE", "dispute": matter.id}
    item = matter.item
    yield act(item.provider, "catalogue.entry_suspended", item.stream, matter.pace.next(1, 1), suspended)
    filing = document(f"异〔{matter.id}〕", matter.requester, matter.pace.day)
    objected = {"originator": {"uscc": item.provider.uscc}, "filing": filing}
    yield _by(matter, matter.requester, "dispute.objection_filed", objected, 1, 4)


def state_secret(matter: Matter) -> Actions:
    """Objection, determination by the province, and the item leaves the ordinary catalogue."""
    yield from _claimed(matter)
    item, secrecy = matter.item, matter.world.register.secrecy
    decided = {
        "decision": "UPHELD",
        "document": document(f"复〔{matter.id}〕", item.provider, matter.pace.day),
    }
    yield _by(matter, item.provider, "dispute.objection_decided", decided, 5, 15)
    escalated = {"to": "PROVINCE", "filing": document(f"申〔{matter.id}〕", matter.requester, matter.pace.day)}
    yield _by(matter, matter.requester, "dispute.escalated", escalated, 2, 5)
    issued = {
        "document": document(f"定〔{matter.id}〕", secrecy, matter.pace.day),
        "result": "IS_STATE_SECRET",
        "level": "秘密",
        "effective": matter.pace.ahead(10).isoformat(),
    }
    yield _by(matter, secrecy, "determination.issued", issued, 10, 25)
    when = matter.pace.next(1, 2)
    secret = {
        "classes": ["state_secret"],
        "level": "秘密",
        "share_type": "2",
        "from": when.date().isoformat(),
        "cause": ref(secrecy, "determination.issued", _stream(matter)),
    }
    yield action(item.provider, record(item.provider, "resource.classified", item.stream, when, secret, tag="2"))
    yield act(matter.authority, "catalogue.entry_withdrawn", item.stream, matter.pace.next(1, 3), {})


def no_state_secret(matter: Matter) -> Actions:
    """The originator ignores the objection. The province finds no secret, and the provider answers again."""
    yield from _claimed(matter)
    since = {"since": matter.pace.ahead(-1).isoformat()}
    yield _by(matter, matter.requester, "dispute.objection_ignored", since, 10, 20)
    secrecy = matter.world.register.secrecy
    issued = {
        "document": document(f"定〔{matter.id}〕", secrecy, matter.pace.day),
        "result": "NOT_STATE_SECRET",
        "effective": matter.pace.ahead(10).isoformat(),
    }
    yield _by(matter, secrecy, "determination.issued", issued, 10, 25)
    cause = ref(matter.provider, "catalogue.entry_suspended", matter.item.stream)
    back = {"suspended": cause}
    yield act(matter.provider, "catalogue.entry_restored", matter.item.stream, matter.pace.next(1, 2), back)
    reopened = ref(secrecy, "determination.issued", _stream(matter))
    yield matter.approved(2, 6, stub=True, reopened_by=reopened)
