"""The uniform population: departments that have been granted items, agreed on their protection, and now use them.

Their systems write the same record again and again: only id, time, post and matter differ.

Founded and opened as the demo is, at its scripted clock: what is measured does not depend on the day it is measured on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

import orjson

from api.server.data_dir import DataDir
from bench.wire import Request, submission
from demo.signing import Signers
from demo.story.cast import CATALOGUE, CLERKS, uscc
from demo.story.exchange import Exchange
from demo.story.opening import opening
from demo.story.steps import StoryStep, at
from ledger.records.submission_signature import sign_submission

NOW = at("04-01", "10:00")  # the instant of the clock while uses arrive

# Requesters that sign with Ed25519, each with three requests: sensitive items, and two that need no agreement.
_WHO = (
    ("民政厅", "市监局", "C04", ("P1", "社会救助家庭经济状况核对"), "SX-3201"),
    ("南京民政", "公安厅", "C01", ("P2", "低保申请人身份核验"), "SX-3202"),
    ("住建厅", "自然资源厅", "C06", ("P3", "住房保障资格审核"), "SX-3203"),
    ("人社厅", "财政厅", "C13", ("P4", "补贴资格核对"), "SX-3204"),
    ("统计局", "市监局", "C03", ("P5", "单位普查"), "SX-3205"),
    ("工信厅", "应急厅", "C14", ("P6", "安全生产许可核验"), "SX-3206"),
    ("医保局", "公安厅", "C01", ("P7", "参保人身份核验"), "SX-3207"),
)
_ROUNDS = 3
CASES: tuple[Exchange, ...] = tuple(
    Exchange(f"2026-{1001 + number}", *who) for number, who in enumerate(chain.from_iterable([_WHO] * _ROUNDS))
)

_OTHER_PURPOSE = 50  # every so many uses one is for a purpose that was never granted
_OTHER_FIELD = 97  # and one reads a field beyond the grant
_STRIDE = 1_009  # between the first uses of two submissions


def founding_steps(directory: DataDir, cases: Sequence[Exchange] = CASES) -> list[StoryStep]:
    """All that must be in the log before the first use, in its order."""
    steps = chain(opening(Signers(directory).first_keys()), *(_granted(case) for case in cases))
    return sorted(steps, key=lambda step: step.recorded_at)


def _granted(case: Exchange) -> Iterator[StoryStep]:
    yield from case.asked("03-09")
    yield from case.approved("03-20")
    if CATALOGUE[case.item].classes:
        yield from case.cleared("03-24")
        yield from case.agreed("03-24")
    yield from case.delivered("03-25", records=50_000)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A submission as it is sent."""

    lines: Sequence[bytes]
    jws: str

    @property
    def body(self) -> bytes:
        return b"\n".join(self.lines)


class UseLoad:
    """Numbered submissions of uses: the same number holds always the same records. Mostly lawful; a few are not."""

    def __init__(self, directory: DataDir, cases: Sequence[Exchange] = CASES) -> None:
        self._origin = directory.origin
        self._by_requester = _by_requester(cases)
        self._keys = {requester: directory.key(uscc(requester)) for requester in self._by_requester}
        self._numbers = itertools.count()

    def sealed(self, count: int) -> Sealed:
        """The next so many uses, signed by one requester; requesters take turns."""
        number = next(self._numbers)
        requester = list(self._by_requester)[number % len(self._by_requester)]
        lines = _lines(self._by_requester[requester], number, count)
        key, iat = self._keys[requester], int(NOW.timestamp())
        return Sealed(lines, sign_submission(lines, key=key, iss=uscc(requester), aud=self._origin, iat=iat))

    def requests(self, count: int, of: int) -> list[Request]:
        """As many submissions of so many uses, ready to be sent."""
        sealed = (self.sealed(of) for _ in range(count))
        return [submission(each.lines, each.jws) for each in sealed]


def _by_requester(cases: Sequence[Exchange]) -> dict[str, list[Exchange]]:
    found: dict[str, list[Exchange]] = {}
    for case in cases:
        found.setdefault(case.requester, []).append(case)
    return found


def _lines(cases: Sequence[Exchange], number: int, count: int) -> list[bytes]:
    """The records of one submission, spread over a requester's cases."""
    places = range(count)
    return [_line(cases[place % len(cases)], number * _STRIDE + place, f"{number:07d}-{place:03d}") for place in places]


def _line(case: Exchange, number: int, tag: str) -> bytes:
    when = NOW - timedelta(seconds=number % 3600)
    record = case.use(when, CLERKS[number % len(CLERKS)], fields=CATALOGUE[case.item].fields[:3], tag=tag)
    if number % _OTHER_PURPOSE == 0:
        record["data"].update(purpose_code="P9", purpose_text="评级")
    if number % _OTHER_FIELD == 0:
        record["data"]["fields"].append("联系电话")
    return orjson.dumps(record)
