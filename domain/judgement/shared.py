"""Uses that are equal in all that a judgement looks at are judged once.

An agency's system uses the same information for the same purpose by the same posts, thousands of times a day. What
differs between two such uses (matter number, subjects, the minute) is looked at by no rule, save the minute: and from
one change in the case to the next it makes no difference either. Which stretch of time that is, the judgement itself
notes (``domain.judgement.validity``). The facts must be the same objects, so nothing is taken from other knowledge.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Final

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.events import UseRecorded
from domain.judgement.context import JudgementContext
from domain.judgement.decision import judge_tabled
from domain.judgement.facts import Facts
from domain.judgement.judge import judge
from domain.judgement.validity import TracedInstant, ValidityInterval
from domain.judgement.verdict import Judgement
from domain.reasons.catalogue import On
from domain.rules.rule_set import RuleSet

# What the rules for a use read of it. A test holds them to it: no rule may read another member.
READ: Final = (
    "item", "request_id", "unit", "officer", "purpose_code", "duty", "fields", "divisions", "network", "system_level",
    "delivery_id", "emergency_statute",
)  # fmt: skip
_read = attrgetter(*READ)


@dataclass(frozen=True, slots=True)
class SharedJudgement:
    """A judgement of every use with the same key, from ``since`` until before ``until``; of one use if equal."""

    judgement: Judgement
    since: datetime
    until: datetime

    @property
    def is_shared(self) -> bool:
        return self.since < self.until


def judgement_key(act: Act, event: UseRecorded, recorded_on: date) -> Hashable:
    """Equal for uses that get the same judgement from the same facts, if no change in the case lies between them.

    The days of the act and of its recording are part of it: working days are counted between them.
    """
    return act.by, day_of(act.time), recorded_on, _read(event)


def is_plain(facts: Facts) -> bool:
    """Whether nothing in the case is about one single record: then a judgement says nothing that others do not share.

    Corrections and disowned records name records, and a compromised key puts those in doubt that it signed.
    """
    marks = facts.marks
    if marks.corrected or marks.disowned or marks.reaffirmed:
        return False
    return not facts.compromises


def judge_shared(act: Act, event: UseRecorded, facts: Facts, rules: RuleSet) -> SharedJudgement:
    """The judgement at the act's time, and for how long uses with the same key share it.

    A judgement that silence will turn is asked for at several instants, and shared with none.
    """
    if not is_plain(facts):
        return SharedJudgement(judge(act, facts, rules, instant=act.time), act.time, act.time)
    validity = ValidityInterval()
    context = JudgementContext(act, facts, rules, On.USE, act.time)
    context.instant = TracedInstant.of(context.instant, validity)
    judgement = judge_tabled(context, event)
    if judgement.turns_at is not None:
        return SharedJudgement(judgement, act.time, act.time)
    return SharedJudgement(judgement, validity.since, validity.until)
