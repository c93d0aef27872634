"""A small ledger in memory: acts go in, states are folded, and acts are judged by the facts known so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar import CHINA
from domain.evolve import evolve
from domain.judgement.facts import Facts
from domain.judgement.gathering import gather
from domain.judgement.judge import judge
from domain.judgement.verdict import Judgement
from domain.rules.bundled import load_calendar, load_rule_sets
from domain.rules.rule_set import RuleSet
from domain.state import State

CALENDAR = load_calendar()
RULES = load_rule_sets()["js-85-2012"]


def at(text: str) -> datetime:
    """An instant in China: "2026-03-20" is that day at 09:00."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T09:00").replace(tzinfo=CHINA)


class Casebook:
    """Acts are recorded in the order of the calls; ``recorded_at`` is a minute after ``time`` unless a call says so."""

    def __init__(self, *, rules: RuleSet = RULES) -> None:
        self.rules = rules
        self.acts: list[Act] = []
        self._states: dict[str, State] = {}
        self._positions: dict[str, int] = defaultdict(int)
        self._streams: dict[tuple[str, str], str] = {}
        self._agreements: dict[str, list[str]] = defaultdict(list)
        self._about: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._citing: dict[tuple[str, str], list[str]] = defaultdict(list)

    # recording

    def record(
        self, stream: str, party: str, time: str, event: e.Event, *, recorded: str | None = None, kid: str = ""
    ) -> Act:
        index = len(self.acts)
        act = Act(
            event=event,
            by=party,
            id=f"r{index}",
            stream=stream,
            time=at(time),
            recorded_at=at(recorded) if recorded else at(time) + timedelta(minutes=1),
            index=index,
            position=self._positions[stream],
            kid=kid,
        )
        self.acts.append(act)
        self._positions[stream] += 1
        self._streams[party, act.id] = stream
        state = evolve(self._states.get(stream), act)
        assert state is not None, f"{event.event_name} opens nothing in {stream}"
        self._states[stream] = state
        self._note(act)
        return act

    def _note(self, act: Act) -> None:
        name = act.stream.partition("/")[2]
        match act.event:
            case e.AgreementProposed(requests=requests):
                for request in requests:
                    self._agreements[request].append(name)
            case e.DisputeOpened(item=item):
                self._about["dispute", item].append(name)
            case e.DiscrepancyReported(item=item):
                self._about["discrepancy", item].append(name)
            case e.ViolationSuspected(evidence=evidence) | e.ViolationFound(evidence=evidence):
                for ref in evidence:
                    self._citing[ref.by, ref.id].append(name)

    # the sources of facts

    def state(self, stream: str) -> State | None:
        return self._states.get(stream)

    def stream_of(self, party: str, record_id: str) -> str | None:
        return self._streams.get((party, record_id))

    def agreements_of(self, request: str) -> Iterable[str]:
        return self._agreements[request]

    def disputes_of(self, item: str) -> Iterable[str]:
        return self._about["dispute", item]

    def discrepancies_of(self, item: str) -> Iterable[str]:
        return self._about["discrepancy", item]

    def violations_citing(self, party: str, record_id: str) -> Iterable[str]:
        return dict.fromkeys(self._citing[party, record_id])

    # judging

    def facts(self, act: Act) -> Facts:
        return gather(act, self, CALENDAR)

    def judge(self, act: Act, *, asked: str | None = None) -> Judgement:
        """By all that is known now; the instant of the question is the recording unless ``asked`` says later."""
        return judge(act, self.facts(act), self.rules, instant=at(asked) if asked else act.recorded_at)
