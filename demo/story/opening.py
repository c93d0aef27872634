"""Rows 1 and 2: the registered parties with their keys and posts, and the first catalogue (2026-03-02)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from demo.story.cast import CATALOGUE, CLERKS, DIVISION, PARTIES, RESPONSIBLE, REVIEWER, StoryItem, StoryParty, uscc
from demo.story.steps import StoryStep, at, document, record, step
from domain.families.party.state import POWERFUL

AUTHORITY = "数据局"
GOVERNMENT = "省政府"
FOUNDERS = (AUTHORITY, GOVERNMENT)


def registration(party: StoryParty) -> dict[str, Any]:
    """Return the data of ``party.registered`` (Art. 2: category and level; Art. 30: unit and responsible post)."""
    return {
        "name": party.name,
        "category": party.category,
        "level": party.level,
        "division": party.division,
        "valid_from": "2026-03-02",
        "unit": party.unit,
        "responsible_post": RESPONSIBLE,
    }


def opening(first_keys: Mapping[str, Mapping[str, Any]]) -> Iterator[StoryStep]:
    """Yield all acts between the founding record and the first request.

    ``first_keys``: short name → ``key`` and ``possession``.
    """
    yield step(GOVERNMENT, _appointment())
    for party in PARTIES.values():
        if party.key not in FOUNDERS:
            yield step(AUTHORITY, _registered(party), _authorised(party, first_keys[party.key]))
            if party.category in POWERFUL:
                yield step(GOVERNMENT, _confirmed(party))
    for party in PARTIES.values():
        yield step(party.key, *_posts(party))
    for item in CATALOGUE.values():
        yield step(item.provider, *offer(item))
    yield step(AUTHORITY, *(published(item) for item in CATALOGUE.values()))
    yield step(AUTHORITY, _catalogue())


def _appointment() -> dict[str, Any]:
    data = {
        "post": RESPONSIBLE,
        "party": uscc(AUTHORITY),
        "rule_set": "js-85-2012",
        "from": "2026-03-02",
        "instrument": document("苏政任〔2026〕1号", GOVERNMENT, "03-02"),
    }
    return record(GOVERNMENT, "authority.appointed", f"authority/{DIVISION}", at("03-02", "09:10"), data)


def _registered(party: StoryParty) -> dict[str, Any]:
    data = {"post": RESPONSIBLE, **registration(party)}
    return record(AUTHORITY, "party.registered", f"party/{party.uscc}", at("03-02", "09:10"), data)


def _confirmed(party: StoryParty) -> dict[str, Any]:
    data = {"post": RESPONSIBLE, "instrument": document(f"苏政确〔2026〕{party.name}", GOVERNMENT, "03-02")}
    return record(GOVERNMENT, "party.confirmed", f"party/{party.uscc}", at("03-02", "09:10"), data)


def _authorised(party: StoryParty, key: Mapping[str, Any]) -> dict[str, Any]:
    data = {"post": RESPONSIBLE, **key, "valid_from": "2026-03-02T00:00:00+08:00"}
    return record(AUTHORITY, "key.authorised", f"party/{party.uscc}", at("03-02", "09:10"), data)


def _posts(party: StoryParty) -> Iterator[dict[str, Any]]:
    for number, post in enumerate((*CLERKS, REVIEWER), 1):
        data = {"post": RESPONSIBLE, "officer": post, "unit": party.unit, "responsible": False, "from": "2026-03-02"}
        yield record(
            party.key, "party.officer_appointed", f"party/{party.uscc}", at("03-02", "09:20"), data, tag=str(number)
        )


def classified(item: StoryItem, day: str = "03-02") -> dict[str, Any]:
    """The provider states the class of its resource (Art. 9)."""
    data = {
        "name": item.name,
        "classes": list(item.classes),
        "share_type": item.share_type,
        "from": f"2026-{day}",
    }
    return record(item.provider, "resource.classified", f"item/{item.code}", at(day, "09:40"), data)


def offer(item: StoryItem, day: str = "03-02") -> Iterator[dict[str, Any]]:
    """The provider classifies its resource, then proposes the entry (Art. 9)."""
    yield classified(item, day)
    provider = PARTIES[item.provider]
    proposed = {
        **_seven_fields(item, day),
        "resource_code": item.code,
        "class_code": "3",
        "provider_name": provider.name,
        "provider_uscc": provider.uscc,
        "abstract": f"{provider.name}在履行职责中形成的{item.name}",
        "items": [{"name": name, "data_type": "C"} for name in item.fields],
        "share_type": item.share_type,
        "ground_a7": "A7_3",
        "version": 1,
    }
    yield record(item.provider, "catalogue.entry_proposed", f"item/{item.code}", at(day, "09:40"), proposed)


def _seven_fields(item: StoryItem, day: str) -> dict[str, Any]:
    """Return the members that Art. 10 requires, without the provider."""
    return {
        "name": item.name,
        "format": "服务接口: JSON",
        "share_condition": "行政依据" if item.share_type == "2" else "工作参考",
        "share_way": "共享平台接口",
        "published_on": f"2026-{day}",
        "update_cycle": item.update_cycle,
    }


def published(item: StoryItem, day: str = "03-02") -> dict[str, Any]:
    """The authority publishes the entry with the fields of Art. 10."""
    data = {"version": 1, **_seven_fields(item, day), "provider": uscc(item.provider)}
    return record(AUTHORITY, "catalogue.entry_published", f"item/{item.code}", at(day, "10:00"), data)


def _catalogue() -> dict[str, Any]:
    entries = [{"item": code, "version": 1} for code in CATALOGUE]
    compiled = hashlib.sha256("\n".join(f"{code} 1" for code in CATALOGUE).encode()).hexdigest()
    data = {"version": 1, "entries": entries, "digest": compiled, "audience": "INTERNAL"}
    return record(AUTHORITY, "catalogue.published", f"authority/{DIVISION}", at("03-02", "10:10"), data)
