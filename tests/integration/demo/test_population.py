"""A generated population is the same every time, taken whole by the law's admission, and judged as it was meant."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.server.data_dir import DataDir
from api.server.opening import open_store
from api.server.settings import Settings
from api.server.verification import verified
from cli.identity import token_for
from demo.population import Population, PopulationPlan, generate, plan
from demo.population.organs import organ_register
from demo.population.schedule import Schedule
from demo.population.world import END, START, PopulationState
from demo.serving import server
from demo.story.cast import PARTIES
from domain.event import FAMILIES
from domain.events import EVENTS
from domain.rules.bundled import load_calendar
from domain.vocabulary.uscc import fault
from formats.errors import Malformed
from ledger.records.entry import parse_entry
from ledger.store.rows import StoredEntry
from tests.support.command import shareledger

EVENTS_IN_ALL, SEED = 2_000, 7
pytestmark = pytest.mark.journey


def made(data: Path, seed: int = SEED) -> Population:
    return generate(Settings(data=data), plan(EVENTS_IN_ALL, seed), lambda _: None)


def entries_of(data: Path) -> list[StoredEntry]:
    store = open_store(Settings(data=data), DataDir(data).origin)
    try:
        return list(store.entries(0, 2 * EVENTS_IN_ALL))
    finally:
        store.close()
        store.engine.dispose()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("population") / "ledger"


@pytest.fixture(scope="module")
def population(data: Path) -> Population:
    return made(data)


@pytest.fixture(scope="module")
def entries(data: Path, population: Population) -> list[StoredEntry]:
    assert population.events == EVENTS_IN_ALL
    return entries_of(data)


@pytest.fixture(scope="module")
def rows(data: Path, population: Population) -> list[dict[str, Any]]:
    """The access trail as electronic monitoring sees it: everything."""
    directory, found = DataDir(data), []
    asked: dict[str, str] = {"limit": "500", "at_least": str(population.events - 1)}
    with server(data) as url, httpx.Client(base_url=url, timeout=120) as client:
        while asked:
            token = token_for(directory, organ_register().monitoring.uscc, purpose="核对")
            answer = client.get("/v1/access", params=asked, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
            found += answer.json()["rows"]
            asked = asked | {"cursor": answer.json()["next"]} if answer.json()["next"] else {}
    return found


# --- the same every time


def comparable(entries: list[StoredEntry]) -> list[tuple[object, ...]]:
    """Which records, when they happened and when they were recorded; not what they hold, since keys are made anew."""
    found = []
    for entry in entries:
        parsed = parse_entry(entry.line)
        found.append((entry.stream, entry.source, entry.record_id, entry.type, parsed.recorded_at))
        found.append((json.loads(parsed.record)["time"],))
    return found


def test_the_same_seed_and_number_make_the_same_records(entries: list[StoredEntry], tmp_path: Path) -> None:
    made(tmp_path / "again")
    assert comparable(entries_of(tmp_path / "again")) == comparable(entries)


def test_what_a_record_says_does_not_change_either_but_for_the_keys(entries: list[StoredEntry], tmp_path: Path) -> None:
    made(tmp_path / "again")
    names = ("ledger.founded", "key.authorised", "key.rotated", "key.compromised")
    keyed = {f"sharing.{name}.v1" for name in names}
    said = [parse_entry(entry.line).record for entry in entries if entry.type not in keyed]
    again = [parse_entry(entry.line).record for entry in entries_of(tmp_path / "again") if entry.type not in keyed]
    assert again == said


def test_another_seed_makes_other_matters() -> None:
    def matters(seed: int) -> list[str]:
        world = PopulationState(seed, load_calendar(), lambda _: {})
        kids = {organ.uscc: "" for organ in world.register.everybody()}
        by_day = Schedule(world, 75, kids).by_day()
        return [
            f"{action.by.uscc} {record['id']} {record['time']}"
            for _, actions in by_day
            for action in actions
            for record in action.records
        ]

    assert matters(1) == matters(1)
    assert matters(1) != matters(2)


# --- taken whole


def test_it_has_as_many_records_as_were_asked_for_and_none_was_refused(
    population: Population, entries: list[StoredEntry]
) -> None:
    assert len(entries) == population.events == sum(population.families.values()) == EVENTS_IN_ALL
    assert population.refused == 0


def test_every_family_of_streams_occurs_and_is_counted(population: Population, entries: list[StoredEntry]) -> None:
    counted = Counter(entry.stream.partition("/")[0] for entry in entries)
    assert counted == population.families
    assert set(counted) == set(FAMILIES)


# What is not told: functions that pass to another organ, a new calendar with the clocks it moves, the ledger's own.
UNTOLD = [
    "agreement.succeeded",
    "authority.succeeded",
    "backup.drill_passed",
    "calendar.amended",
    "calendar.published",
    "catalogue.provider_succeeded",
    "deadline.recomputed",
    "evidence.exported",
    "ledger.key_rotated",
    "party.succeeded",
    "witness.added",
]


def test_every_event_occurs_but_successions_a_new_calendar_and_the_ledgers_own(entries: list[StoredEntry]) -> None:
    occurring = {entry.type.removeprefix("sharing.").removesuffix(".v1") for entry in entries}
    assert sorted(set(EVENTS) - occurring) == UNTOLD


def test_the_ledger_verifies(data: Path, population: Population) -> None:
    settings, directory = Settings(data=data), DataDir(data)
    store = open_store(settings, directory.origin)
    try:
        report = verified(store, directory.vkeys)
    finally:
        store.close()
        store.engine.dispose()
    assert (report.verdict, report.size) == ("pass", population.events)


# --- judged as it was meant


def share(rows: list[dict[str, Any]], kind: str, *verdicts: str) -> float:
    of_kind = [row for row in rows if row["kind"] == kind]
    return sum(row["verdict"] in verdicts for row in of_kind) / len(of_kind)


def test_nineteen_of_twenty_uses_are_lawful(rows: list[dict[str, Any]]) -> None:
    assert 0.93 <= share(rows, "use", "AUTHORIZED") <= 0.97
    assert 0.02 <= share(rows, "use", "UNAUTHORIZED") <= 0.06
    assert 0 < share(rows, "use", "UNDETERMINED") <= 0.02
    assert 0 < share(rows, "use", "AUTHORIZED_WITH_FLAGS") <= 0.02


def test_the_other_uses_are_wrong_in_each_of_the_ways_in_which_a_use_can_be(rows: list[dict[str, Any]]) -> None:
    reasons = {reason["code"] for row in rows if row["kind"] == "use" for reason in row["reasons"]}
    assert reasons >= {
        "NO_GRANT",
        "OUT_OF_SCOPE_FIELDS",
        "OUT_OF_SCOPE_SUBJECTS",
        "OUT_OF_SCOPE_USERS",
        "PURPOSE_MISMATCH",
        "PURPOSE_MISSING",
        "NOT_DUTY_RELATED",
        "USE_BEFORE_DELIVERY",
        "LATE_RECORD",
        "EVIDENCE_GAP",
        "EMERGENCY_CLAIMED",
        "CLASSIFICATION_DISPUTED",
    }


@pytest.mark.parametrize(
    ("kind", "verdicts"),
    [
        ("refusal", {"LAWFUL", "DEFECTIVE", "UNLAWFUL"}),
        ("release", {"AUTHORIZED", "UNAUTHORIZED"}),
        ("delivery", {"AUTHORIZED", "AUTHORIZED_WITH_FLAGS", "UNAUTHORIZED"}),
    ],
)
def test_acts_of_the_other_kinds_are_of_every_verdict(
    rows: list[dict[str, Any]], kind: str, verdicts: set[str]
) -> None:
    assert {row["verdict"] for row in rows if row["kind"] == kind} >= verdicts


# --- what is asked for


def test_uses_are_nine_tenths_of_a_large_population() -> None:
    planned: PopulationPlan = plan(200_000, SEED)
    assert 0.88 <= planned.uses / planned.events <= 0.93


def test_too_few_events_for_what_surrounds_the_uses_are_turned_down_with_the_least_number() -> None:
    with pytest.raises(Malformed) as refused:
        plan(500, SEED)
    assert refused.value.code == "TOO_FEW_EVENTS"
    least = int(refused.value.next_step.split()[2])
    assert plan(least, SEED).uses > 0


def test_every_organs_code_holds_its_checks_and_is_no_department_of_the_demo_year() -> None:
    codes = [organ.uscc for organ in organ_register().everybody()]
    assert [fault(code) for code in codes] == [None] * len(codes)
    assert len(set(codes)) == len(codes) >= 40
    assert set(codes).isdisjoint(party.uscc for party in PARTIES.values())


def test_the_organs_stand_on_three_levels() -> None:
    assert {organ.level for organ in organ_register().everybody()} == {"PROVINCE", "CITY", "COUNTY"}


def test_nothing_happens_before_the_founding_or_after_the_period(entries: list[StoredEntry]) -> None:
    days = [parse_entry(entry.line).recorded_at.date() for entry in entries]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (START, END)


def test_the_command_writes_over_a_demo_and_over_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "ledger"
    generated = shareledger("demo", "generate", "--events", str(EVENTS_IN_ALL), "--data", str(place), "-o", "json")
    assert generated.returncode == 0, generated.stderr
    summary = json.loads(generated.stdout)
    assert (summary["events"], summary["refused"]) == (EVENTS_IN_ALL, 0)
    facts = json.loads((place / "ledger.json").read_text())
    (place / "ledger.json").write_text(json.dumps(facts | {"demo": False}))
    refused = shareledger("demo", "generate", "--events", str(EVENTS_IN_ALL), "--data", str(place))
    assert refused.returncode == 2
    assert "no demo" in refused.stderr
    assert (place / "ledger.sqlite").exists()
