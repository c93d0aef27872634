"""Acts on items: catalogue entries, changes carried in time or late, and data that differ between two organs."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.population.holdings import PopulationItem
from demo.population.matters import Actions
from demo.population.organs import Organ
from demo.population.records import Action, Pace, act, action, digest, record, ref
from demo.population.world import END, PopulationState

TERM = 20  # working days within which a change is carried (Art. 15 ¶2)


def changes(item: PopulationItem, pace: Pace, *, every: int) -> Actions:
    """Record a change every so many working days. One of six is carried late, one of thirty never."""
    number = 0
    while pace.day <= END:
        number += 1
        changed = pace.next(every, every + 10)
        name = f"{item.code}-{number}"
        data = {"change_id": name, "how_known": "业务办理"}
        yield act(item.provider, "information.changed", item.stream, changed, data, tag=str(number))
        if number % 30 == 29:
            item.trouble(pace.ahead(26), END)
            return
        late = number % 6 == 3
        updated = pace.next(TERM + 3, TERM + 8) if late else pace.next(3, TERM - 2)
        if late:
            item.trouble(changed.date() + timedelta(days=26), updated.date())
        carried = {"change_id": name, "version": 1, "digest": digest(name)}
        yield act(item.provider, "information.updated", item.stream, updated, carried, tag=str(number))


def entry(world: PopulationState, item: PopulationItem, pace: Pace) -> Actions:
    """Amend the entry after notice, and suspend it for some days."""
    authority = world.register.authority_over(item.provider)
    version = 1
    while pace.day <= END:
        version += 1
        when = pace.next(60, 120)
        notice = {"changed_on": when.date().isoformat(), "delta": "更新周期调整"}
        yield act(item.provider, "catalogue.change_notified", item.stream, when, notice, tag=str(version))
        amended = {
            "version": version,
            "update_cycle": "每周" if version % 2 else "每日",
            "notice": ref(item.provider, "catalogue.change_notified", item.stream, str(version)),
        }
        when = pace.next(2, 9)
        yield act(authority, "catalogue.entry_amended", item.stream, when, amended, tag=str(version))
        yield from _suspended(item, pace, str(version))


def _suspended(item: PopulationItem, pace: Pace, tag: str) -> Actions:
    when = pace.next(20, 40)
    yield act(item.provider, "catalogue.entry_suspended", item.stream, when, {"cause": "INCIDENT"}, tag=tag)
    back = {"suspended": ref(item.provider, "catalogue.entry_suspended", item.stream, tag)}
    yield act(item.provider, "catalogue.entry_restored", item.stream, pace.next(1, 5), back, tag=tag)


def discrepancy(world: PopulationState, number: int, item: PopulationItem, reporter: Organ, pace: Pace) -> Actions:
    """A discrepancy (Art. 11 ¶2).

    The comparing organ reports it, the source of record verifies and explains it, the reporter closes it.
    """
    authority, stream = world.register.authority_over(item.provider), f"discrepancy/X{number:06d}"
    assigned = {"datum": item.name, "party": item.provider.uscc, "from": pace.day.isoformat()}
    when = pace.next(0, 1)
    yield act(authority, "source.assigned", item.stream, when, assigned, tag=str(number))
    when = pace.next(1, 3)
    reported = {
        "item": item.code,
        "datum": "状态",
        "own": digest(f"{stream} 本机关"),
        "shared": digest(f"{stream} 共享"),
        "severity": "MEDIUM",
        "noticed_on": when.date().isoformat(),
    }
    yield act(reporter, "discrepancy.reported", stream, when, reported)
    wrong = number % 3 == 0
    verified = {"result": "SOURCE_WRONG" if wrong else "SOURCE_RIGHT"}
    verified |= {"change_proved_on": when.date().isoformat()} if wrong else {}
    yield act(item.provider, "discrepancy.verified", stream, pace.next(1, 5), verified)
    if wrong:
        carried = {"version": 1, "digest": digest(stream)}
        yield act(item.provider, "information.updated", item.stream, pace.soon(), carried, tag=f"d{number}")
    explained = {"explanation": "登记时点不同" if not wrong else "已更正"}
    yield act(item.provider, "discrepancy.explained", stream, pace.next(1, 3), explained)
    item.trouble(when.date(), pace.ahead(6))
    yield act(reporter, "discrepancy.closed", stream, pace.next(1, 3), {"result": "一致"})


def demand(world: PopulationState, number: int, item: PopulationItem, requester: Organ, pace: Pace) -> Actions:
    """Stated, then matched with an entry or unmet, changed, closed (Arts 9, 10)."""
    stream, authority = f"demand/N{number:06d}", world.register.authority_over(requester)
    duty = {"kind": "MATTER_CODE", "matter_code": f"SX-{requester.line:02d}P01"}
    yield act(requester, "demand.stated", stream, pace.next(0, 2), {"wanted": item.name, "duty": duty})
    if number % 3 == 0:
        yield act(authority, "demand.unmet", stream, pace.next(3, 9), {"reason": "目录内无对应条目"})
        when = pace.next(5, 20)
        changed = {"changed_on": when.date().isoformat(), "wanted": f"{item.name}(部分)", "duty": duty}
        yield act(requester, "demand.changed", stream, when, changed)
    yield act(authority, "demand.matched", stream, pace.next(3, 9), {"item": item.code, "version": 1})
    yield act(requester, "demand.closed", stream, pace.next(10, 40), {"reason": "已申请共享"})


def republished(world: PopulationState, pace: Pace) -> Actions:
    """The compiled catalogue, again and again (Art. 9 ¶2)."""
    authority = world.register.authorities["320000"]
    version = 1
    while pace.day <= END:
        version += 1
        when = pace.next(60, 60)
        entries = [{"item": item.code, "version": 1} for item in world.items]
        data = {"version": version, "entries": entries, "digest": digest(f"目录 {version}"), "audience": "INTERNAL"}
        yield _published(authority, when, data, str(version))


def _published(authority: Organ, when: datetime, data: dict[str, object], tag: str) -> Action:
    return action(authority, record(authority, "catalogue.published", "authority/320000", when, data, tag=tag))
