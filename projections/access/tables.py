"""The access trail's rows: who used, released, delivered or refused what, for what purpose, and how that is judged.

A row keeps what is asked by and what was judged. What the record itself says (fields, duty basis, texts) is read from
the record, so that an answer shows the signed words and nothing can differ from them. A judgement that silence will
turn (``turns_at``) makes one row for each span of instants: ``holds_from`` and ``holds_to`` bound the ``at`` of the
question, as ``from_size`` and ``to_size`` bound its ``as_of``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Index, Text

from domain.act import Act
from domain.events import (
    CriticismNotified,
    DeliveryRecorded,
    DeterminationIssued,
    GrantNarrowed,
    GrantRevoked,
    NegotiationFailed,
    ReleaseRecorded,
    RequestApproved,
    RequestPartlyApproved,
    RequestRefused,
    UseRecorded,
)
from domain.findings.derive import Finding, derive
from domain.judgement.corrections import as_corrected
from domain.judgement.facts import Facts
from domain.judgement.judge import judge
from domain.judgement.verdict import Judgement, RaisedReason
from domain.rules.rule_set import RuleSet
from projections.engine.interval_table import CODE, interval_table
from replay.instants import to_micros

NO_CODES: Final[frozenset[str]] = frozenset()
_CLEAN: Final = {""}
DELIVERY: Final = "delivery"  # the kind of a delivery's row
ALWAYS: Final = 0  # holds_from of a judgement that no silence has turned yet

access = interval_table(
    "access_v1",
    of="access",
    key=(
        Column("entry", BigInteger, primary_key=True, autoincrement=False),
        Column("holds_from", BigInteger, primary_key=True, autoincrement=False),
    ),
    values=(
        Column("holds_to", BigInteger),
        Column("time", BigInteger, nullable=False),
        Column("kind", CODE, nullable=False),
        Column("item", CODE),
        Column("requester", CODE),
        Column("provider", CODE),
        Column("post", CODE, nullable=False),  # who did it: of a use the officer, of other acts the acting post
        Column("second_post", CODE),
        Column("unit", CODE),
        Column("system", CODE),
        Column("purpose", CODE),
        Column("request", CODE),
        Column("agreement", CODE),
        Column("verdict", CODE),
        Column("reasons", CODE, nullable=False),  # codes in the order of the catalogue, joined by a space
        Column("sensitive", Boolean(create_constraint=False), nullable=False),
        Column("judgement", Text, nullable=False),  # JSON: what the answer shows beside the columns
    ),
    # Each ends as the answer is sorted, so that a page is read from one of them, newest first.
    indexes=[(*by, "time", "entry") for by in ((), ("item",), ("requester",), ("provider",), ("request",))],
)
# A post or a purpose is mostly a common one, whose newest rows are found soonest by passing over others. For the rare
# one it is enough to know in which pages it can be: that costs a row next to nothing, where a sorted index costs 4 µs.
Index(
    "access_v1_rare",
    access.c.post,
    access.c.purpose,
    postgresql_using="brin",
    postgresql_ops={"post": "text_bloom_ops", "purpose": "text_bloom_ops"},
    postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
).ddl_if(dialect="postgresql")
for _word in ("post", "purpose"):
    _sorted = [access.c[name] for name in ("build", _word, "time", "entry")]
    Index(f"access_v1_{_word}_time_entry", *_sorted).ddl_if(dialect="sqlite")
_doubtful = access.c.verdict.not_in(("AUTHORIZED", "LAWFUL"))
Index(
    "access_v1_verdict",
    *(access.c[name] for name in ("build", "verdict", "time", "entry")),
    sqlite_where=_doubtful,
    postgresql_where=_doubtful,
)
Index(
    "access_v1_second_post",
    *(access.c[name] for name in ("build", "second_post", "time", "entry")),
    sqlite_where=access.c.second_post.is_not(None),
    postgresql_where=access.c.second_post.is_not(None),
)

SHARED: Final = ("kind", "item", "requester", "provider", "post", "second_post", "purpose", "request", "verdict")

reason = interval_table(
    "access_reason_v2",
    of="access",
    key=(
        Column("entry", BigInteger, primary_key=True, autoincrement=False),
        Column("holds_from", BigInteger, primary_key=True, autoincrement=False),
        Column("reason", CODE, primary_key=True),
    ),
    values=(
        Column("holds_to", BigInteger),
        Column("time", BigInteger, nullable=False),
        Column("severity", CODE, nullable=False),
        Column("limb", CODE),  # set: the reason makes a finding (线索) under Art. 33
        Column("against", CODE),  # of a finding: the accused
        # The finding's id; NULL without a limb, and where looking at a clock finds it (projections.findings.projector).
        Column("finding", CODE),
        Column("params", Text, nullable=False),
        # As in the act's own row: who asks for a reason and something else finds both here, where rows are few.
        *(Column(name, CODE) for name in SHARED),
    ),
    indexes=[("reason", "time", "entry")],
)

_findings = reason.c.finding.is_not(None)
for _by in (("time", "finding"), ("finding", "entry"), ("against", "time", "finding")):
    Index(
        f"access_reason_v2_{'_'.join(_by)}",
        *(reason.c[name] for name in ("build", *_by)),
        sqlite_where=_findings,
        postgresql_where=_findings,
    )

# Every reason belongs to a judgement. The planner learns from this that looking a reason's rows up loses none of them.
_JUDGEMENT: Final = ("ledger", "build", "entry", "holds_from", "from_size")
reason.append_constraint(
    ForeignKeyConstraint(_JUDGEMENT, [access.c[name] for name in _JUDGEMENT], ondelete="CASCADE", name="of_a_judgement")
)

# Acts that no table judges, but on which later facts can raise a reason: they have a row although there is nothing
# to say yet.
WATCHED: Final = (RequestApproved, GrantNarrowed, GrantRevoked, DeterminationIssued, CriticismNotified)


class Judged(NamedTuple):
    """An act's rows as they hold together, by their keys: one of ``access`` for each span of instants."""

    rows: dict[tuple[int, int], tuple[Any, ...]]
    reasons: dict[tuple[int, int, str], tuple[Any, ...]]

    @property
    def codes(self) -> frozenset[str]:
        """Every reason in any of them."""
        texts = {row[REASONS] for row in self.rows.values()}
        return NO_CODES if texts <= _CLEAN else frozenset(code for text in texts for code in text.split())

    @property
    def turns(self) -> bool:
        """Whether silence will turn the judgement."""
        return len(self.rows) > 1


class _Who(NamedTuple):
    kind: str
    item: str | None
    requester: str | None
    provider: str | None
    post: str
    second_post: str | None = None
    unit: str | None = None
    system: str | None = None
    purpose: str | None = None
    request: str | None = None


NOTHING: Final = Judged({}, {})
VALUES: Final = tuple(column.name for column in access.columns)[
    6:
]  # what follows ledger, build, the key and its two sizes
HOLDS_TO, TIME, ITEM, REQUESTER, PROVIDER, REQUEST, REASONS = map(
    VALUES.index, ("holds_to", "time", "item", "requester", "provider", "request", "reasons")
)
_SHARED_AT: Final = tuple(map(VALUES.index, SHARED))


def judged(act: Act, facts: Facts, rules: RuleSet) -> Judged:
    """Judge an act by the facts, for every instant at which it may be asked about."""
    return laid_out(act, facts, rules, judge(act, facts, rules, instant=act.time))


def laid_out(act: Act, facts: Facts, rules: RuleSet, first: Judgement) -> Judged:
    """The rows of an act whose judgement at its own time is known."""
    if first.verdict is None and not first.reasons and first.turns_at is None and not isinstance(act.event, WATCHED):
        return NOTHING
    time, who = to_micros(act.time), _who(act, facts)
    if first.turns_at is None and not first.reasons:
        return Judged({(act.index, ALWAYS): _row(who, first, None, time)}, {})
    rows: dict[tuple[int, int], tuple[Any, ...]] = {}
    reasons: dict[tuple[int, int, str], tuple[Any, ...]] = {}
    for holds_from, holds_to, judgement in _spans(act, facts, rules, first):
        row = rows[act.index, holds_from] = _row(who, judgement, holds_to, time)
        findings = {each.reason: each for each in derive(judgement, act, facts)}
        for raised in judgement.reasons:
            reasons[act.index, holds_from, raised.reason] = _reason(raised, act, row, findings.get(raised.reason))
    return Judged(rows, reasons)


def _spans(act: Act, facts: Facts, rules: RuleSet, judgement: Judgement) -> Iterator[tuple[int, int | None, Judgement]]:
    """The judgement at the act's time, and again from each instant at which silence turns it."""
    at, holds_from = act.time, ALWAYS
    while judgement.turns_at is not None:
        assert judgement.turns_at > at, "a judgement turns later than the instant it is made for"
        at, turns = judgement.turns_at, to_micros(judgement.turns_at)
        yield holds_from, turns, judgement
        judgement, holds_from = judge(act, facts, rules, instant=at), turns
    yield holds_from, None, judgement


def _reason(raised: RaisedReason, act: Act, row: tuple[Any, ...], finding: Finding | None) -> tuple[Any, ...]:
    """A reason's row; ``row`` is the judgement's."""
    against = {"R": row[REQUESTER], "P": row[PROVIDER], "R/P": act.by, "recorder": act.by, "organ": act.by}
    return (
        row[HOLDS_TO],
        row[TIME],
        raised.severity,
        raised.limb,
        against.get(raised.entry.versus) if finding is None else finding.accused,
        finding.id if finding is not None and finding.by_act else None,
        orjson.dumps(dict(raised.params)).decode(),
        *(row[place] for place in _SHARED_AT),
    )


def _row(who: _Who, judgement: Judgement, holds_to: int | None, time: int) -> tuple[Any, ...]:
    return (
        holds_to,
        time,
        *who,
        judgement.agreement,
        judgement.verdict,
        " ".join(raised.reason for raised in judgement.reasons),
        judgement.sensitive,
        _document(judgement),
    )


def _document(judgement: Judgement) -> str:
    return orjson.dumps(
        {
            "table_row": judgement.table_row,
            "grant_version": judgement.grant_version,
            "agreement_version": judgement.agreement_version,
            "item_version": judgement.item_version,
            "rule_set": judgement.rule_set,
            "rule_set_version": judgement.rule_set_version,
            "relied_on": judgement.relied_on,
            "if_stricter": judgement.if_stricter,
            "reasons": [
                [raised.reason, raised.severity, raised.limb, dict(raised.params)] for raised in judgement.reasons
            ],
        }
    ).decode()


def _who(act: Act, facts: Facts) -> _Who:
    event = as_corrected(act, facts.marks).event if facts.marks.corrected else act.event
    request, item = facts.request, facts.item
    cited = request.id if request is not None else getattr(event, "request_id", None)
    provider = request.provider if request is not None else item.provider if item is not None else None
    match event:
        case UseRecorded():
            return _Who(
                "use",
                event.item,
                act.by,
                provider,
                event.officer,
                None,
                event.unit,
                event.system,
                event.purpose_code,
                cited,
            )
        case ReleaseRecorded():
            return _Who("release", event.item, act.by, provider, event.post, event.second_post, request=cited)
        case DeliveryRecorded():
            return _Who(DELIVERY, event.item, event.requester, act.by, event.post, request=cited)
    of = getattr(event, "item", None) or (request.item if request is not None else None)
    requester = request.requester if request is not None else act.by
    kind = "refusal" if isinstance(event, RequestRefused | RequestPartlyApproved | NegotiationFailed) else "other"
    return _Who(kind, of, requester, provider, event.post, getattr(event, "second_post", None), request=cited)
