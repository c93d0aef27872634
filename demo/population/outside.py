"""Scenarios outside the catalogue: negotiated, agreed on, or ruled on by the government (Art. 13 ¶1)."""

from __future__ import annotations

from demo.population.answered import share_of
from demo.population.founding import classified
from demo.population.holdings import PopulationItem
from demo.population.matters import Actions, Matter
from demo.population.organs import Organ
from demo.population.records import action, digest, document
from domain.vocabulary.divisions import common_division


def own_item(matter: Matter, classes: tuple[str, ...] = (), prefix: str = "X") -> None:
    """Make an item for this matter alone."""
    held = matter.item
    code = f"{prefix}{matter.number:07d}"
    matter.item = PopulationItem(code, f"{held.provider.name}专题数据{matter.number}", held.provider, classes, "2")


def _described(matter: Matter) -> Actions:
    """The provider classifies the item on receipt (4.4)."""
    own_item(matter)
    _within_reach(matter)
    yield matter.submitted(matter.pace.next(0, 2), described=True)
    item, when = matter.item, matter.pace.soon()
    yield action(item.provider, classified(item, when))
    yield matter.received(matter.pace.soon())


def _negotiated(matter: Matter, rounds: int) -> Actions:
    opening = {"opening": "请求就范围与频率协商"}
    yield matter.act(matter.requester, "negotiation.opened", matter.pace.next(1, 3), opening)
    for number in range(1, rounds + 1):
        when = matter.pace.next(3, 6)
        held = {"round": number, "held_on": when.date().isoformat(), "record": digest(f"协商 {matter.id} {number}")}
        asked, offered = held | {"position": "需要按周更新"}, held | {"position": "可以按月更新"}
        yield matter.act(matter.requester, "negotiation.round_recorded", when, asked, tag=str(number))
        yield matter.act(matter.provider, "negotiation.round_recorded", matter.pace.soon(), offered, tag=str(number))


def agreed(matter: Matter) -> Actions:
    yield from _described(matter)
    yield from _negotiated(matter, 1)
    when = matter.pace.next(2, 5)
    agreement = {"scope": matter.asked_scope(when.date()), "record": digest(f"协商一致 {matter.id}")}
    yield matter.act(matter.requester, "negotiation.agreed", when, agreement)
    yield matter.act(matter.provider, "negotiation.agreed", matter.pace.soon(), agreement)
    yield matter.approved(1, 4, negotiation=matter.cites(matter.provider, "negotiation.agreed"))
    yield from share_of(matter).delivered()


def _failed(matter: Matter) -> Actions:
    yield from _described(matter)
    yield from _negotiated(matter, 2)
    failed = {"record": digest(f"协商终止 {matter.id}")}
    yield matter.act(matter.requester, "negotiation.failed", matter.pace.next(2, 5), failed)


def _seat(matter: Matter) -> str:
    """Return the lowest division that contains both organs. Its government rules (3.3)."""
    return common_division(matter.requester.division, matter.provider.division)


def _within_reach(matter: Matter) -> None:
    """Replace the requester by a provincial organ if the division's government is not a party here."""
    register = matter.world.register
    if _seat(matter) not in register.governments:
        provincial = [organ for organ in register.organs if organ.level == "PROVINCE" and organ != matter.provider]
        matter.requester = provincial[matter.number % len(provincial)]


def _ruled(matter: Matter, *, share: bool) -> Actions:
    """The authority only submits; the government rules."""
    seat = _seat(matter)
    authority: Organ = matter.world.register.authorities[seat]
    government: Organ = matter.world.register.governments[seat]
    same = matter.requester.division == matter.provider.division
    rule = "SAME_DIVISION" if same else "LOWEST_COMMON"
    submitted = {"file": digest(f"裁决申请 {matter.id}"), "to": seat, "level_rule": rule}
    yield matter.act(authority, "ruling.submitted", matter.pace.next(1, 4), submitted)
    when = matter.pace.next(3, 9)
    instrument = document(f"裁〔{matter.id}〕", government, when.date())
    issued = {"instrument": instrument, "share": share}
    if share:
        issued |= {"scope": matter.asked_scope(when.date()), "comply_by": matter.pace.ahead(21).isoformat()}
    yield matter.act(government, "ruling.issued", when, issued)


def ruled_to_share(matter: Matter) -> Actions:
    yield from _failed(matter)
    yield from _ruled(matter, share=True)
    government = matter.world.register.governments[_seat(matter)]
    yield matter.approved(2, 6, ruling=matter.cites(government, "ruling.issued"))
    yield from share_of(matter).delivered()


def ruled_and_ignored(matter: Matter) -> Actions:
    """The provider does nothing until the ruling's day has passed."""
    yield from _failed(matter)
    yield from _ruled(matter, share=True)


def ruled_not_to_share(matter: Matter) -> Actions:
    yield from _failed(matter)
    yield from _ruled(matter, share=False)
