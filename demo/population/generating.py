"""Generates a population of a given number of events: the plan, and the records day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from api.server.data_dir import DataDir
from api.server.founding import Founder, establish
from api.server.settings import Settings
from demo.population import founding
from demo.population.organs import PROVINCE, Organ, OrganRegister, organ_register
from demo.population.plots import SCENARIO_BY_MATTER
from demo.population.recording import Advance, recording
from demo.population.records import CHINA, Action
from demo.population.schedule import Schedule
from demo.population.uses import UsesOfDay
from demo.population.world import START, PopulationState, SuccessorKeys
from demo.stage import AUDITOR, clear
from domain.rules.bundled import load_calendar
from formats.errors import Malformed
from ledger.keys.key_file import save_key
from ledger.keys.possession import as_first_key

ORIGIN = "ledger.js.gov.example/population"
RECORDED = time(18, 30)  # time of day at which every day's records are recorded
FEWEST_MATTERS = len(SCENARIO_BY_MATTER)  # one per scenario
_OTHERS = 0.09  # share of events that are no uses; below: records per matter, and records outside matters
_PER_MATTER, _AROUND = 14, 700
_FOUNDED = 2  # entries 0 and 1


@dataclass(frozen=True, slots=True)
class Population:
    """The result. ``families``: number of records by the family of their stream, entry 0 included."""

    events: int
    matters: int
    uses: int
    organs: int
    items: int
    refused: int
    families: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PopulationPlan:
    """The planned numbers. ``others`` are all records that are not planned uses."""

    seed: int
    events: int
    matters: int
    others: int

    @property
    def uses(self) -> int:
        return self.events - self.others


def plan(events: int, seed: int) -> PopulationPlan:
    """Return the number of matters and of uses.

    The schedule runs once without recording, which gives the number of other records. Raises Malformed if ``events`` is
    too small.
    """
    matters = max(FEWEST_MATTERS, int((events * _OTHERS - _AROUND) / _PER_MATTER))
    world = _world(seed, lambda _: _NO_KEY)
    kids = dict.fromkeys((organ.uscc for organ in world.register.everybody()), "")
    schedule = Schedule(world, matters, kids).by_day()
    others = sum(len(deed.records) for _, deeds in schedule for deed in deeds)
    opening = founding.opening(world, {uscc: {"key": _NO_KEY, "possession": ""} for uscc in kids})
    others += _FOUNDED + sum(len(deed.records) for deed in opening)
    candidate = PopulationPlan(seed, events, matters, others)
    least = others + others // 5
    if events < least:
        detail = f"{events} events are too few: the records other than uses take {others}"
        raise Malformed("TOO_FEW_EVENTS", detail, next_step=f"Ask for {least} or more.")
    return candidate


_NO_KEY = {"kty": "OKP", "crv": "Ed25519", "x": ""}


def _world(seed: int, successor: SuccessorKeys) -> PopulationState:
    return PopulationState(seed, load_calendar(), successor)


def generate(settings: Settings, planned: PopulationPlan, advance: Advance) -> Population:
    """Generate the population in a directory of its own.

    An earlier demo in it is removed. Any other content raises Malformed (``NOT_A_DEMO``).
    """
    clear(settings.data)
    organs = organ_register()
    directory = _set_stage(settings, organs)
    with recording(settings, directory, advance) as recorder:
        world = _world(planned.seed, recorder.successor)
        keys = {organ.uscc: recorder.key(organ) for organ in organs.everybody()}
        schedule = Schedule(world, planned.matters, {uscc: key.kid for uscc, key in keys.items()})
        uses = UsesOfDay(world, planned.uses)
        first_keys = {uscc: as_first_key(key, origin=ORIGIN, uscc=uscc) for uscc, key in keys.items()}
        first = founding.opening(world, first_keys)
        recorder.record(_evening(START), [founding.appointment(world, datetime.combine(START, time(10), CHINA))])
        opening = _by_day(first)
        left = len(world.days)
        for day, deeds in schedule.by_day():
            world.prune(day)
            recorder.record(_evening(day), [*opening.get(day, ()), *deeds, *uses.of(day, left)])
            left -= 1
        assert uses.made == planned.uses, "uses were left over"
        families = recorder.families + Counter({"ledger": 1})
        refused = recorder.refused()
    total = sum(families.values())
    sharing, items = len(list(organs.everybody())), len(world.items)
    return Population(total, planned.matters, planned.uses, sharing, items, refused, families)


def _by_day(deeds: Iterator[Action]) -> dict[date, list[Action]]:
    actions_by_day: dict[date, list[Action]] = {}
    for deed in deeds:
        actions_by_day.setdefault(deed.at.date(), []).append(deed)
    return actions_by_day


def _evening(day: date) -> datetime:
    return datetime.combine(day, RECORDED, CHINA)


def _set_stage(settings: Settings, organs: OrganRegister) -> DataDir:
    """Make a key for every organ and an auditor, and record entry 0."""
    directory = DataDir(settings.data)
    settings.data.mkdir(mode=0o700, parents=True)
    for organ in organs.everybody():
        directory.new_key(organ.uscc)
    operator = organs.operator.uscc  # a server over this ledger signs ``supervision.read`` in the operator's name
    save_key(directory.operator_key_file, directory.key(operator), {"holder": operator})
    auditor = directory.new_key(AUDITOR)
    founded = datetime.combine(START, time(9), CHINA)
    founders = [
        _founder(directory, organs.authorities[PROVINCE], founded.date()),
        _founder(directory, organs.governments[PROVINCE], founded.date()),
    ]
    establish(
        settings,
        ORIGIN,
        founders,
        operator=operator,
        auditors=[auditor.public.jwk],
        instant=founded,
        scripted=founded,
    )
    return directory


def _founder(directory: DataDir, organ: Organ, day: date) -> Founder:
    return Founder(organ.uscc, directory.key(organ.uscc), founding.registration(organ, day))
