"""Evolution is pure and total: whatever acts come in whatever order, a state comes out."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from random import Random
from types import MappingProxyType, ModuleType

import pytest

from domain import evolve as evolution
from domain import families, transition
from domain.event import FAMILIES
from domain.events import EVENTS, Event
from domain.evolve import FAMILIES as STEPS
from domain.evolve import evolve
from tests.support.random_events import random_act


def family_modules(name: str) -> list[ModuleType]:
    """The modules of this name in every family's folder."""
    packages = walk_packages(families.__path__, "domain.families.")
    return [import_module(each.name) for each in packages if each.name.endswith(f".{name}")]


CYCLES = [
    each for room in family_modules("lifecycle") for each in vars(room).values() if isinstance(each, MappingProxyType)
]


@pytest.mark.parametrize("family", FAMILIES)
def test_any_sequence_of_acts_folds_without_an_error(family: str) -> None:
    rng = Random(f"total {family}")
    for _ in range(20):
        state = None
        for index in range(60):
            drawn = [evolve(state, random_act(rng, family, index)) for _ in range(4)]
            # Acts that change something lead deeper into a life cycle than chance does.
            state = next((after for after in drawn if after != state), state)
            if state is not None:
                assert isinstance(state, STEPS[family][0])


@pytest.mark.parametrize("family", FAMILIES)
def test_an_act_folded_twice_onto_one_state_gives_one_result(family: str) -> None:
    rng = Random(f"pure {family}")
    state = None
    for index in range(200):
        act = random_act(rng, family, index)
        before = state
        state = evolve(before, act)
        assert evolve(before, act) == state


def test_every_stream_family_of_the_events_has_its_step() -> None:
    assert set(STEPS) == set(FAMILIES)


def test_every_life_cycle_names_events_of_the_law() -> None:
    assert len(CYCLES) == 12
    assert [name for cycle in CYCLES for name in cycle if name not in EVENTS] == []


def test_an_act_in_an_unknown_stream_family_changes_nothing() -> None:
    act = random_act(Random(1), "request", 0)
    elsewhere = type(act)(**{name: getattr(act, name) for name in act.__slots__} | {"stream": "weather/1"})
    assert evolve(None, elsewhere) is None


def test_no_event_is_left_without_a_family_that_could_hold_it() -> None:
    def homeless(made: type[Event]) -> bool:
        return not set(made.families) <= set(STEPS)

    assert [made.event_name for made in EVENTS.values() if homeless(made)] == []


def test_every_event_has_its_step_but_those_that_leave_nothing_to_remember() -> None:
    rooms = (evolution, transition, *family_modules("evolve"))
    stepped = {value for room in rooms for value in vars(room).values() if isinstance(value, type)}
    # What was read or exported is in the log itself; no rule asks for it again.
    assert sorted(set(EVENTS) - {made.event_name for made in EVENTS.values() if made in stepped}) == [
        "report.exported",
        "supervision.read",
    ]
