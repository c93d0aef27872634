"""Cases with whatever may happen in one, drawn at random: stories, acts in them, and the instants that they know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from domain import events as e
from domain.act import Act
from domain.judgement.facts import Facts
from domain.vocabulary.values import Term, Users
from tests.support.casebook import at
from tests.support.story import (
    DUTY,
    FIELDS,
    OTHER_DUTY,
    PROVIDER,
    REQUESTER,
    SECRET,
    STATUTE,
    THIRD,
    Story,
    determined,
    scope,
)


def random_day(rng: Random) -> str:
    return (
        date(2026, 3, 1) + timedelta(days=rng.randrange(330))
    ).isoformat() + f"T{rng.randrange(24):02}:{rng.randrange(60):02}"


def random_story(rng: Random) -> Story:
    """A case with whatever may happen in one, in any order of dates, lawful or not."""
    classes = rng.choice([(), SECRET, ("privacy",), ("state_secret",)])
    term = Term(from_=date(2026, 3, rng.randint(1, 28)), to=date(2026, rng.randint(4, 12), 28))
    users = Users(units=("社会救助处",), posts=rng.choice([None, ("经办岗-01",), ("经办岗-02",)]))
    story = Story().granted(classes, scope=scope(term=term, users=users))
    if rng.random() < 0.8:
        story.agreed(classes=rng.choice([classes, ("privacy", "trade_secret")]) or ("privacy",))
    for step in rng.sample(CHANGES, rng.randrange(len(CHANGES))):
        step(story, rng)
    return story


def revoked(story: Story, rng: Random) -> None:
    event = e.GrantRevoked(post="岗-01", cause="BREACH", effect=at(random_day(rng)))
    act = story.record("request/1", PROVIDER, random_day(rng), event)
    if rng.random() < 0.5:
        story.record(
            "request/1", REQUESTER, random_day(rng), e.GrantNoticeReceived(post="岗-01", notice=act.ref, how="PAPER")
        )


def suspended(story: Story, rng: Random) -> None:
    event = e.GrantSuspended(post="岗-01", cause="INCIDENT", effect=at(random_day(rng)))
    act = story.record("request/1", PROVIDER, random_day(rng), event)
    resumed = e.GrantResumed(post="岗-01", suspended=act.ref, effect=at(random_day(rng)))
    story.record("request/1", PROVIDER, random_day(rng), resumed)


def narrowed(story: Story, rng: Random) -> None:
    event = e.GrantNarrowed(
        post="岗-01", scope=scope(fields=("name",)), cause="OTHER", ground="PRIVACY", effect=at(random_day(rng))
    )
    story.record("request/1", PROVIDER, random_day(rng), event)


def terminated(story: Story, rng: Random) -> None:
    if story.state("agreement/A-1") is not None:
        event = e.AgreementTerminated(
            post="岗-01", clause="九", notice_on=date(2026, 4, 1), effect=at(random_day(rng)).date()
        )
        story.record("agreement/A-1", REQUESTER, random_day(rng), event)


def reclassified(story: Story, rng: Random) -> None:
    story.classified(rng.choice([(), ("privacy",), ("state_secret",)]), time=random_day(rng))


def disputed(story: Story, rng: Random) -> None:
    story.disputed(rng.choice(["privacy", "state_secret"]), time=random_day(rng))
    if rng.random() < 0.4:
        determined(story, random_day(rng))


def changed(story: Story, rng: Random) -> None:
    story.record(
        "item/C04", PROVIDER, random_day(rng), e.InformationChanged(post="岗-01", change_id="K", how_known="检查")
    )


def compromised(story: Story, rng: Random) -> None:
    kid = story.key(REQUESTER)
    story.compromised(REQUESTER, kid, since=random_day(rng), reported=random_day(rng))


def succeeded(story: Story, rng: Random) -> None:
    heirs = (e.Successor(party=THIRD, duty_bases=(rng.choice([DUTY, OTHER_DUTY]),)),)
    event = e.PartySucceeded(
        post="岗-00",
        mode="MERGED",
        successors=heirs,
        effective=at(random_day(rng)).date(),
        instrument=DUTY.doc,  # type: ignore[arg-type]
    )
    story.record(f"party/{REQUESTER}", PROVIDER, random_day(rng), event)


CHANGES = [revoked, suspended, narrowed, terminated, reclassified, disputed, changed, compromised, succeeded]


def random_acts(story: Story, rng: Random) -> Iterator[Act]:
    for _ in range(12):
        yield story.used(
            time=random_day(rng),
            by=rng.choice([REQUESTER, REQUESTER, THIRD]),
            stream="request/1",
            purpose_code=rng.choice(["P1", "P1", "P9", None]),
            fields=rng.choice([("name",), FIELDS, ("name", "phone")]),
            duty=rng.choice([DUTY, DUTY, OTHER_DUTY, None]),
            officer=rng.choice(["经办岗-01", "经办岗-09"]),
            emergency_statute=rng.choice([None, None, STATUTE]),
        )
    yield story.delivered(time=random_day(rng))
    yield story.released(time=random_day(rng), basis=rng.choice(["NONE", "CONSENT", "DISCLOSURE_SCOPE"]))


def copy_of(facts: Facts) -> Facts:
    """Equal facts in which nothing has been worked out yet."""
    return replace(facts)


def edges(story: Story) -> list[datetime]:
    days = [at(f"2026-{month:02}-{day:02}T00:00") for month in (3, 5, 8, 12) for day in (1, 24, 28, 29)]
    return days + [instant for act in story.acts for instant in (act.time, act.recorded_at)]


def moved_to(use: Act, moment: datetime) -> Act:
    return Act(**{name: getattr(use, name) for name in Act.__slots__} | {"time": moment})
