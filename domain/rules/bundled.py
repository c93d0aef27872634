"""The data files of the product, read and checked: calendar, rule sets, the Order article by article.

Only these functions of ``domain`` open files. All other code takes their results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from domain.deadlines.calendar import WorkingCalendar, YearSchedule
from domain.rules.rule_set import NUMBERS, Certainty, Number, ReviewTerms, RuleSet, RuleSettings
from domain.vocabulary.articles import Article, Mark, Order, Paragraph, TrickyCase

# A rule set that needs an unknown feature is not loaded, because the judgement would not be the one it describes.
SUPPORTED: Mapping[str, frozenset[object]] = {
    "statistics_period": frozenset({"MONTH"}),
    "procedure_rules_at": frozenset({"RECEIPT"}),
    "use_rules_at": frozenset({"USE"}),
    "interface_pulls_batched_per": frozenset({"DAY"}),
    "same_level_rule": frozenset({"LOWEST_COMMON"}),
    "supplement_stops_clock": frozenset({False}),
}
RULE_SET_FILES = ("rules-js-85-2012.json", "rules-cn-809-2025.json")


def _read(name: str) -> bytes:
    return (files("domain") / "data" / name).read_bytes()


def _optional_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@cache
def load_calendar() -> WorkingCalendar:
    """Return the bundled calendar. ``with_years`` and ``amended`` add later notices to it."""
    return parse_calendar(_read("calendar-cn.json"))


def parse_calendar(document: bytes) -> WorkingCalendar:
    """Read calendar-cn.json. Raises ValueError if a year's digest is not that of its days."""
    data = json.loads(document)
    years = {int(year): _schedule(int(year), entry) for year, entry in data["years"].items()}
    festivals = {
        int(year): {name: _day(year, day) for name, day in days.items()} for year, days in data["festivals"].items()
    }
    return WorkingCalendar(years, festivals)


def _day(year: str | int, month_and_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_and_day}")


def _schedule(year: int, entry: Mapping[str, Any]) -> YearSchedule:
    notice = entry["notice"]
    schedule = YearSchedule(
        year=year,
        rest={_day(year, day): name for day, name in entry["rest"].items()},
        make_up={_day(year, day): name for day, name in entry["make_up"].items()},
        title=notice["title"],
        notice_no=notice["no"],
        issued=_optional_day(notice["issued"]),
        address=notice["address"],
    )
    if schedule.digest() != entry["digest"]:
        raise ValueError(f"calendar {year}: the days do not have the digest {entry['digest']}")
    return schedule


@cache
def load_rule_sets() -> Mapping[str, RuleSet]:
    """Return the bundled rule sets by id, disabled ones included."""
    return {rules.id: rules for rules in (parse_rule_set(_read(name)) for name in RULE_SET_FILES)}


def parse_rule_set(document: bytes) -> RuleSet:
    """Read one rule-set file. Its digest is the SHA-256 of its bytes. Raises ValueError for an unknown feature."""
    data = json.loads(document)
    for name, values in SUPPORTED.items():
        if data["settings"][name] not in values:
            raise ValueError(f"rule set {data['id']}: {name} {data['settings'][name]!r} is not supported")
    numbers = {name: _number(data["id"], entry) for name, entry in data["numbers"].items()}
    if numbers.keys() != NUMBERS.keys():
        raise ValueError(f"rule set {data['id']}: gives or omits {sorted(numbers.keys() ^ NUMBERS.keys())}")
    return RuleSet(
        id=data["id"],
        version=data["version"],
        name=data["name"],
        instrument=data["instrument"]["no"],
        issued=date.fromisoformat(data["instrument"]["issued"]),
        effective_from=date.fromisoformat(data["effective_from"]),
        effective_to=_optional_day(data["effective_to"]),
        divisions=tuple(data["divisions"]),
        excluded_objects=frozenset(data["excluded_objects"]),
        rank=data["rank"],
        text_status=data["text_status"],
        status=data["status"],
        numbers=numbers,
        settings=RuleSettings(**data["settings"]),
        digest=sha256(document).hexdigest(),
    )


@cache
def load_review_terms() -> ReviewTerms:
    """Return the terms of the secrecy review of an unclear item."""
    data = json.loads(_read("terms-secrecy-2024.json"))
    return ReviewTerms(
        id=data["id"],
        version=data["version"],
        effective_from=date.fromisoformat(data["effective_from"]),
        report=_number(data["id"], data["numbers"]["review.report"]),
        decision=_number(data["id"], data["numbers"]["review.decision"]),
    )


def _number(rule_set: str, entry: Mapping[str, Any]) -> Number:
    return Number(
        value=entry["value"],
        article=entry["article"],
        source=entry["source"],
        certainty=Certainty(entry["certainty"]),
        checked_by=entry["checked_by"],
        checked_on=_optional_day(entry["checked_on"]),
        rule_set=rule_set,
    )


@cache
def load_order() -> Order:
    """Return Order 85 article by article, in this project's words."""
    data = json.loads(_read("order-85.json"))
    articles = tuple(_article(entry, data["last_confirmed"]) for entry in data["articles"])
    cases = tuple(TrickyCase(**{**entry, "tests": tuple(entry["tests"])}) for entry in data["cases"])
    return Order(articles, data["limbs"], cases)


def _article(entry: Mapping[str, Any], last_confirmed: int) -> Article:
    mark = Mark.CONFIRMED if entry["number"] <= last_confirmed else Mark.RECONSTRUCTED
    return Article(entry["number"], mark, entry["sure"], tuple(Paragraph(**each) for each in entry["paragraphs"]))
