"""The first days: registration of organs with keys and posts, and the first catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from demo.population.holdings import PopulationItem
from demo.population.organs import CLERKS, PROVINCE, RESPONSIBLE, REVIEWER, SEATS, Organ
from demo.population.records import CHINA, Action, RecordJson, act, action, digest, document, record
from demo.population.world import PopulationState
from domain.families.party.state import POWERFUL

FirstKeys = Mapping[str, Mapping[str, Any]]  # uscc → ``key`` and ``possession``


def registration(organ: Organ, day: date) -> dict[str, Any]:
    """Return the data of ``party.registered``."""
    return {
        "name": organ.name,
        "category": organ.category,
        "level": organ.level,
        "division": organ.division,
        "valid_from": day.isoformat(),
        "unit": organ.unit,
        "responsible_post": RESPONSIBLE,
    }


def appointment(world: PopulationState, when: datetime) -> Action:
    """Return entry 1. No other act is admitted before it."""
    return _appointed(world, PROVINCE, when)


def _appointed(world: PopulationState, division: str, when: datetime) -> Action:
    authority, government = world.register.authorities[division], world.register.governments[division]
    data = {
        "post": RESPONSIBLE,
        "party": authority.uscc,
        "rule_set": "js-85-2012",
        "from": when.date().isoformat(),
        "instrument": document(f"任〔2025〕{division}号", government, when.date()),
    }
    return act(government, "authority.appointed", f"authority/{division}", when, data)


def opening(world: PopulationState, keys: FirstKeys) -> Iterator[Action]:
    """Yield the acts after entry 1, one day per step, because each step rests on records of the step before."""
    register, days = world.register, world.days
    province = register.authorities[PROVINCE]
    for organ in register.everybody():
        if organ not in (province, register.governments[PROVINCE]):
            yield _registered(province, organ, keys[organ.uscc], _at(days[1]))
            if organ.category in POWERFUL:
                yield _confirmed(register.governments[PROVINCE], organ, _at(days[1]))
    for division in SEATS:
        yield _appointed(world, division, _at(days[2]))
    for organ in register.everybody():
        yield action(organ, *_posts(organ, _at(days[2])))
    for item in world.items:
        yield action(item.provider, classified(item, _at(days[3])), proposed(item, _at(days[3])))
    for item in world.items:
        authority = register.authority_over(item.provider)
        yield action(authority, published(item, _at(days[4]), authority))
    entries = [{"item": item.code, "version": 1} for item in world.items]
    compiled = {"version": 1, "entries": entries, "digest": digest("目录 1"), "audience": "INTERNAL"}
    yield act(province, "catalogue.published", f"authority/{PROVINCE}", _at(days[5]), compiled)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10, 0), CHINA)


def _registered(authority: Organ, organ: Organ, key: Mapping[str, Any], when: datetime) -> Action:
    stream, since = f"party/{organ.uscc}", when.date()
    authorised = {"post": RESPONSIBLE, **key, "valid_from": f"{since}T00:00:00+08:00"}
    return action(
        authority,
        record(authority, "party.registered", stream, when, {"post": RESPONSIBLE, **registration(organ, since)}),
        record(authority, "key.authorised", stream, when, authorised),
    )


def _confirmed(government: Organ, organ: Organ, when: datetime) -> Action:
    data = {"post": RESPONSIBLE, "instrument": document(f"确〔2025〕{organ.uscc[-6:]}号", government, when.date())}
    return act(government, "party.confirmed", f"party/{organ.uscc}", when, data)


def _posts(organ: Organ, when: datetime) -> Iterator[RecordJson]:
    for number, post in enumerate((*CLERKS, REVIEWER), 1):
        data = {
            "post": RESPONSIBLE,
            "officer": post,
            "unit": organ.unit,
            "responsible": False,
            "from": when.date().isoformat(),
        }
        yield record(organ, "party.officer_appointed", f"party/{organ.uscc}", when, data, tag=str(number))


def classified(item: PopulationItem, when: datetime) -> RecordJson:
    data = {
        "name": item.name,
        "classes": list(item.classes),
        "share_type": item.share_type,
        "from": when.date().isoformat(),
    }
    return record(item.provider, "resource.classified", item.stream, when, data)


def seven_fields(item: PopulationItem, day: date) -> dict[str, Any]:
    """Return the members that Art. 10 requires, without the provider."""
    return {
        "name": item.name,
        "format": "服务接口: JSON",
        "share_condition": "行政依据",
        "share_way": "共享平台接口",
        "published_on": day.isoformat(),
        "update_cycle": "每月",
    }


def proposed(item: PopulationItem, when: datetime, *, tag: str = "") -> RecordJson:
    data = {
        **seven_fields(item, when.date()),
        "resource_code": item.code,
        "class_code": "3",
        "abstract": f"{item.provider.name}在履行职责中形成",
        "items": [{"name": name, "data_type": "C"} for name in item.fields],
        "share_type": item.share_type,
        "ground_a7": "A7_3",
        "version": 1,
    }
    return record(item.provider, "catalogue.entry_proposed", item.stream, when, data, tag=tag)


def published(item: PopulationItem, when: datetime, authority: Organ) -> RecordJson:
    data = {"version": 1, **seven_fields(item, when.date()), "provider": item.provider.uscc}
    return record(authority, "catalogue.entry_published", item.stream, when, data)
