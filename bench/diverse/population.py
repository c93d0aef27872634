"""The diverse population: founded in this process, then sent to a server as numbered submissions."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from random import Random
from typing import Final

from api.server.data_dir import DataDir
from api.server.founding import Founder, establish
from api.server.settings import Settings
from bench.diverse.lives import Lives
from bench.diverse.scene import Scene
from bench.diverse.traffic import Traffic
from bench.wire import Request, submission
from demo.population.founding import appointment, registration
from demo.population.organs import PROVINCE, Organ
from demo.population.recording import recording
from demo.population.records import CHINA, Action, RecordJson
from demo.population.world import START
from ledger.keys.key_file import save_key
from ledger.keys.possession import as_first_key
from ledger.records.submission_signature import sign_submission

ORIGIN: Final = "ledger.js.gov.example/bench"
NOW: Final = datetime(2025, 4, 16, 10, tzinfo=CHINA)  # the instant of the clock while records arrive: a Wednesday
SEED: Final = 85
_A_DAY: Final = time(18, 30)  # what happened on a day is recorded then
_MOST_STEPS: Final = 12  # that a matter has gone through when the measuring begins
_PAGE: Final = 500


class Diverse:
    """``underway``: how many matters have begun before anything is measured, each at a step of chance."""

    name = "diverse"

    def __init__(self, underway: int, seed: int = SEED) -> None:
        self._underway = underway
        self._scene = Scene(seed)
        self._traffic: Traffic
        self._directory: DataDir

    @property
    def reader(self) -> str:
        """Who asks the questions: the province's authority."""
        return self._scene.world.register.authorities[PROVINCE].uscc

    def found(self, settings: Settings) -> DataDir:
        """Through the admission and the writer that a server would use. The clock is at `NOW` in the end."""
        directory = self._directory = _stage(settings, self._scene)
        with recording(settings, directory, lambda _: None) as recorder:
            keys = {
                organ.uscc: as_first_key(recorder.key(organ), origin=ORIGIN, uscc=organ.uscc)
                for organ in self._scene.everybody
            }
            recorder.record(_evening(START), [appointment(self._scene.world, datetime.combine(START, time(10), CHINA))])
            for day, deeds in _by_day(itertools.chain(self._scene.opened(keys), self._scene.granted())):
                recorder.record(_evening(day), deeds)
            recorder.record(NOW, self._begin())
        return directory

    def _begin(self) -> Iterator[Action]:
        """The matters that are underway, as far as they have come: the first step of all, then the second, …"""
        lives = Lives(self._scene, NOW)
        self._traffic = Traffic(self._scene, lives, NOW)
        chance = self._scene.world.chance("underway")
        organs = self._scene.organs
        begun = [
            list(lives.underway(organs[number % len(organs)], 1 + chance.randrange(_MOST_STEPS)))
            for number in range(self._underway)
        ]
        for steps in itertools.zip_longest(*begun):
            together: defaultdict[Organ, list[RecordJson]] = defaultdict(list)
            for by, record in filter(None, steps):
                together[by].append(record)
            yield from (Action(by, NOW, tuple(records)) for by, records in together.items())

    def requests(self, count: int, of: int) -> list[Request]:
        """The next submissions of so many records, signed, ready to be sent in this order."""
        keys = {organ.uscc: self._directory.key(organ.uscc) for organ in self._scene.everybody}
        origin, iat = self._directory.origin, int(NOW.timestamp())
        first, made = self._traffic.number, []
        for _ in range(count):
            sent = self._traffic.submission(of)
            jws = sign_submission(sent.lines, key=keys[sent.by.uscc], iss=sent.by.uscc, aud=origin, iat=iat)
            made.append(submission(sent.lines, jws, after=sent.after - first))
        return made

    def lines(self, count: int) -> list[bytes]:
        """As many records, for those who store them without a ledger."""
        for _ in itertools.chain(self._scene.granted(), self._begin()):
            pass
        pages = (self._traffic.submission(_PAGE).lines for _ in itertools.count())
        return list(itertools.islice(itertools.chain.from_iterable(pages), count))

    def questions(self, size: int, count: int) -> Iterator[Mapping[str, str]]:
        """Of an officer, each of another item, department, verdict, time or tree size."""
        pick = Random(self._scene.seed)
        for number in range(count):
            grant = pick.choice(self._scene.grants)
            officer = pick.choice(self._scene.officers(grant.requester))
            purpose = pick.choice(grant.scope["purposes"])["code"]
            requester, item = grant.requester.uscc, grant.item.code
            yield (
                {"item": item},
                {"requester": requester, "verdict": "UNAUTHORIZED"},
                {"provider": grant.item.provider.uscc, "purpose": purpose},
                {"item": item, "reason": "PURPOSE_MISMATCH"},
                {"requester": requester, "as_of": str(pick.randrange(size // 2, size))},
                {"post": officer.post, "from": "2025-04-16T08:20:00+08:00", "to": "2025-04-16T08:40:00+08:00"},
            )[number % 6]


def _stage(settings: Settings, scene: Scene) -> DataDir:
    """A key for every organ, and entry 0."""
    directory, register = DataDir(settings.data), scene.world.register
    settings.data.mkdir(mode=0o700, parents=True)
    for organ in scene.everybody:
        directory.new_key(organ.uscc)
    operator = register.operator.uscc
    save_key(directory.operator_key_file, directory.key(operator), {"holder": operator})
    founded = datetime.combine(START, time(9), CHINA)
    founders = [_founder(directory, each[PROVINCE]) for each in (register.authorities, register.governments)]
    establish(settings, ORIGIN, founders, operator=operator, instant=founded, scripted=founded)
    return directory


def _founder(directory: DataDir, organ: Organ) -> Founder:
    return Founder(organ.uscc, directory.key(organ.uscc), registration(organ, START))


def _by_day(deeds: Iterable[Action]) -> Iterator[tuple[date, list[Action]]]:
    found: defaultdict[date, list[Action]] = defaultdict(list)
    for deed in deeds:
        found[deed.at.date()].append(deed)
    yield from sorted(found.items())


def _evening(day: date) -> datetime:
    return datetime.combine(day, _A_DAY, CHINA)
