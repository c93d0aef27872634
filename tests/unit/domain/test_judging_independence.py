"""What a judgement does not depend on: other cases, their order, and where in the log things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from domain import events as e
from domain.act import Act
from domain.evolve import evolve
from domain.judgement.verdict import Judgement, Verdict
from domain.reasons.catalogue import Reason, Severity
from domain.state import State
from domain.vocabulary.values import Term
from tests.support.casebook import at
from tests.support.story import DUTY, PROVIDER, REQUESTER, SECRET, THIRD, Story, scope

SEEDS = range(40)
LADDER = [Verdict.AUTHORIZED, Verdict.AUTHORIZED_WITH_FLAGS, Verdict.UNDETERMINED, Verdict.UNAUTHORIZED]


class Crowded(Story):
    """Between any two acts of the case something may be recorded that does not belong to it."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self.rng = rng
        self.own: list[Act] = []

    def record(
        self, stream: str, party: str, time: str, event: e.Event, *, recorded: str | None = None, kid: str = ""
    ) -> Act:
        for stranger in self.rng.sample(STRANGERS, self.rng.randrange(3)):
            stranger(self)
        act = super().record(stream, party, time, event, recorded=recorded, kid=kid)
        self.own.append(act)
        return act

    def strange(self, stream: str, by: str, event: e.Event) -> None:
        """In a stream of its own each time, so that it always opens one."""
        super().record(f"{stream}{len(self.acts)}", by, "2026-03-02", event)


def other_item(story: Crowded) -> None:
    event = e.ResourceClassified(
        post="岗-01", name="别的", classes=("state_secret",), share_type="2", from_=date(2026, 1, 1)
    )
    story.strange("item/Z", THIRD, event)


def other_request(story: Crowded) -> None:
    event = e.RequestSubmitted(
        post="岗-01",
        provider=PROVIDER,
        item="Z1",
        ground_a7="A7_3",
        scope=scope(),
        matter_no="M-9",
        system="S-9",
        classes_acknowledged=("privacy",),
        onward_intended=True,
        form="cd" * 32,
    )
    story.strange("request/9-", REQUESTER, event)


def other_dispute(story: Crowded) -> None:
    event = e.DisputeOpened(
        post="岗-01",
        item="Z1",
        counterparty=PROVIDER,
        claimed_class="state_secret",
        level="绝密",
        fixed_by_central=True,
    )
    story.strange("dispute/Z", REQUESTER, event)


def other_demand(story: Crowded) -> None:
    story.strange("demand/Z", REQUESTER, e.DemandStated(post="岗-01", wanted="别的", duty=DUTY))


STRANGERS: list[Callable[[Crowded], None]] = [other_item, other_request, other_dispute, other_demand]


def random_story_acts(story: Story, seed: int) -> list[Act]:
    """The same case in either story: a grant with a random term, perhaps an agreement, a revocation, a dispute."""
    rng = Random(f"case {seed}")
    classes = rng.choice([(), SECRET, ("state_secret",)])
    term = Term(from_=date(2026, 3, rng.randint(1, 28)), to=date(2026, rng.randint(5, 12), 28))
    story.granted(classes, scope=scope(term=term))
    if rng.random() < 0.7:
        story.agreed(classes=classes or ("privacy",))
    if rng.random() < 0.4:
        event = e.GrantRevoked(post="岗-01", cause="BREACH", effect=at(f"2026-0{rng.randint(4, 8)}-15"))
        story.record("request/1", PROVIDER, "2026-04-02", event)
    if rng.random() < 0.4:
        story.disputed("privacy", time=f"2026-0{rng.randint(4, 8)}-10")
    days = [f"2026-{rng.randint(3, 12):02}-{rng.randint(1, 28):02}" for _ in range(6)]
    uses = [story.used(time=day, purpose_code=rng.choice(["P1", "P9", None])) for day in days]
    return [*uses, story.delivered(time=rng.choice(days)), story.released(time=rng.choice(days), basis="CONSENT")]


def outcome(judgement: Judgement) -> tuple[object, ...]:
    raised = [(each.reason, each.severity, each.limb) for each in judgement.reasons]
    return judgement.verdict, judgement.table_row, raised, judgement.grant_version, judgement.if_stricter


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_recorded_in_other_cases_changes_no_judgement(seed: int) -> None:
    alone, crowded = Story(), Crowded(Random(seed))
    acts, same = random_story_acts(alone, seed), random_story_acts(crowded, seed)
    assert len(crowded.acts) > len(alone.acts) == len(crowded.own)
    for act, other in zip(acts, same, strict=True):
        one, many = alone.judge(act), crowded.judge(other)
        assert outcome(one) == outcome(many)
        relied = [alone.acts.index(each) for each in alone.acts if each.index in one.relied_on]
        assert relied == [crowded.own.index(each) for each in crowded.own if each.index in many.relied_on]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_streams_state_is_the_same_however_the_streams_are_interleaved(seed: int) -> None:
    story = Story()
    random_story_acts(story, seed)
    rng = Random(seed)
    streams = {act.stream for act in story.acts}
    waiting = {stream: [act for act in story.acts if act.stream == stream] for stream in streams}
    states: dict[str, State | None] = {}
    while any(waiting.values()):
        stream = rng.choice(sorted(name for name, acts in waiting.items() if acts))
        states[stream] = evolve(states.get(stream), waiting[stream].pop(0))
    assert states == {stream: story.state(stream) for stream in streams}


@pytest.mark.parametrize("seed", SEEDS)
def test_information_of_a_stricter_class_is_never_used_or_delivered_more_freely(seed: int) -> None:
    """Arts 18 and 19 only add: what forbids the act on other information forbids it on sensitive information too."""
    rng = Random(f"strict {seed}")
    term = Term(from_=date(2026, 3, 1), to=date(2026, rng.randint(4, 12), 28))
    day, purpose = f"2026-{rng.randint(3, 12):02}-15", rng.choice(["P1", "P9", None])
    agreed = rng.random() < 0.5
    verdicts = []
    for classes in ((), ("privacy",), ("privacy", "state_secret")):
        story = Story().granted(classes, scope=scope(term=term))
        if agreed:
            story.agreed()
        acts = (story.used(time=day, purpose_code=purpose), story.delivered(time=day))
        verdicts.append([story.judge(act, asked="2027-06-01").verdict for act in acts])
    for use_or_delivery in zip(*verdicts, strict=True):
        places = [LADDER.index(verdict) for verdict in use_or_delivery if verdict is not None]
        assert places == sorted(places)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_time_can_turn_a_judgement_once_the_facts_stand_still_and_turns_at_says_when(seed: int) -> None:
    story = Story()
    acts = random_story_acts(story, seed)
    for act in acts:
        first = story.judge(act)
        later = replace(first, turns_at=None)
        turned = story.judge(act, asked="2027-12-31")
        assert first.turns_at is not None or outcome(turned) == outcome(later)


def test_silence_only_ever_adds_to_what_is_held_against_an_act() -> None:
    story = Story().granted()
    use = story.used(purpose_code=None)
    soon, late = story.judge(use), story.judge(use, asked="2026-04-09")
    assert set(soon.codes) <= set(late.codes)
    assert (soon.verdict, late.verdict) == (Verdict.UNDETERMINED, Verdict.UNAUTHORIZED)
    assert late.reasons[0].reason is Reason.PURPOSE_MISSING
    assert late.reasons[0].severity is Severity.BLOCKING
