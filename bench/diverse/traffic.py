"""What the systems of all organs send: signed submissions of uses, every seventh record or so another act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from bench.diverse.lives import Lives
from bench.diverse.scene import Scene
from bench.diverse.uses import Uses
from bench.diverse.writers import Writer, writer_of
from demo.population.organs import Organ
from demo.population.records import RecordJson

OTHERS: Final = 0.15  # of all records: acts other than uses
UNLAWFUL: Final = 0.05  # of all records: uses that the law does not allow
APART: Final = 40  # submissions between two steps of a matter: so many more than there are senders, nobody waits


@dataclass(frozen=True, slots=True)
class Sent:
    """The lines of one submission, by whom; ``after`` is the submission that must be in the log before it, or -1."""

    by: Organ
    lines: tuple[bytes, ...]
    after: int


@dataclass(slots=True)
class Traffic:
    """Numbered submissions, the same for the same scene. The shares are kept over all that was made."""

    scene: Scene
    lives: Lives
    now: datetime
    number: int = 0
    made: int = 0
    others: int = 0
    _uses: Uses = field(init=False)
    _chance: Random = field(init=False)
    _writers: Mapping[str, Writer] = field(init=False)
    _owed: float = 0.0  # unlawful uses

    def __post_init__(self) -> None:
        self._uses = Uses(self.scene, self.now)
        self._chance = self.scene.world.chance("traffic")
        self._writers = {organ.uscc: writer_of(n) for n, organ in enumerate(self.scene.everybody)}

    def submission(self, count: int) -> Sent:
        """The next ``count`` records of an organ, mostly uses; fewer from an organ that decides and uses nothing."""
        due = round((self.made + count) * OTHERS) - self.others
        by = self._whose(count, due)
        acts, after = self._acts(by, count, due)
        uses = [self._use(by) for _ in range(count - len(acts))] if by in self.scene.organs else []
        self.number += 1
        self.made += len(acts) + len(uses)
        self.others += len(acts)
        write = self._writers[by.uscc]
        return Sent(by, tuple(map(write, self._mixed(acts, uses))), after)

    def _whose(self, count: int, due: int) -> Organ:
        """The organs take turns; one that uses nothing, as soon as enough waits for it. Of single records, an act is
        of any organ that has one to do.
        """
        number, organs = self.number, self.scene.organs
        if due > 0:
            enough = max(1, int(count * OTHERS))
            for organ in self.scene.deciding if count > 1 else (*self.scene.deciding, *organs):
                if self.lives.wait_for(organ, enough, number - APART):
                    return organ
        return organs[number % len(organs)]

    def _acts(self, by: Organ, count: int, due: int) -> tuple[list[RecordJson], int]:
        """What the organ has to do in the matters that go on; what is still due, it asks for newly."""
        if by not in self.scene.organs:
            due = count
        steps = self.lives.steps(by, due, self.number, self.number - APART)
        if by in self.scene.organs:
            steps += [self.lives.begin(by, self.number) for _ in range(due - len(steps))]
        before = (step.after for step in steps if step.after < self.number)
        return [step.record for step in steps], max(before, default=-1)

    def _use(self, by: Organ) -> RecordJson:
        self._owed += UNLAWFUL / (1 - OTHERS)
        if self._owed < 1:
            return self._uses.lawful(by)
        self._owed -= 1
        return self._uses.not_lawful(by)

    def _mixed(self, acts: list[RecordJson], uses: list[RecordJson]) -> list[RecordJson]:
        """Acts among uses at places of chance, in their own order."""
        places = set(self._chance.sample(range(len(acts) + len(uses)), len(acts)))
        first, then = iter(acts), iter(uses)
        return [next(first) if place in places else next(then) for place in range(len(acts) + len(uses))]
