"""Acts and judgements. Who sees a row sees its purpose and duty basis; free text only who may read it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Self

from pydantic import Field

from api.authz.redaction import as_stub, unredacted, without_texts
from api.authz.row_filters import AccessScope
from api.http.model import Data, EntryIndex, Model, Moment, OrganCode, SignedTime, Whole, Withheld
from domain.act import Act
from domain.events import Event, UseRecorded
from domain.reasons.catalogue import CATALOGUE
from domain.reasons.catalogue import Reason as ReasonCode
from projections.access.query import AccessRow, Reasoned
from projections.cases.query import TimelineRow

Words = dict[str, Any]

Verdict = Annotated[str | None, Field(description="Null where no table judges the act.")]
TableRow = Annotated[str | None, Field(description="The row of the decision table that gave the base verdict.")]


class RecordedAct(Model):
    """One entry: who said what, when it happened and when it was recorded."""

    index: EntryIndex
    stream: str
    position: Whole
    event: str = Field(description="An event of docs/reference/events.md.")
    by: OrganCode
    id: str = Field(description="The record's id.")
    time: SignedTime
    recorded_at: Moment
    data: Data
    withheld: Withheld


class Reason(Model):
    """Why it is judged so; with a limb it makes a finding (线索) under Art. 33."""

    code: str
    severity: str = Field(description="B blocking, U undetermined, F flag, W warning.")
    limb: str | None
    grounds: list[str] = Field(description="Articles.")
    zh: str
    en: str

    @classmethod
    def of(cls, reason: Reasoned) -> Self:
        return cls(
            code=reason.code,
            severity=reason.severity,
            limb=reason.limb,
            grounds=list(CATALOGUE[ReasonCode(reason.code)].grounds),
            zh=reason.sentence("zh"),
            en=reason.sentence("en"),
        )


Reasons = Annotated[list[Reason], Field(description="All of them, in the order of the catalogue.")]


class JudgedAct(RecordedAct):
    """One judgement of one act, with the words that were signed."""

    kind: str = Field(description="use, release, delivery, refusal, other")
    item: str | None
    requester: str | None
    provider: str | None
    post: str = Field(description="Who did it.")
    second_post: str | None
    unit: str | None
    system: str | None
    purpose: str | None = Field(description="Purpose code.")
    purpose_text: str | None
    duty: Data | None = Field(description="The duty basis, as it was signed.")
    request: str | None = Field(description="The share request it cites.")
    sensitive: bool
    verdict: Verdict
    reasons: Reasons
    table_row: TableRow
    grant_version: Whole | None
    agreement: str | None
    agreement_version: Whole | None
    item_version: Whole | None
    rule_set: str
    rule_set_version: Whole
    relied_on: list[EntryIndex] = Field(description="The entries that the judgement relied on.")
    if_stricter: str | None = Field(description="The verdict under the stricter class, while the class is disputed.")
    known_from: Whole = Field(description="The tree size from which this judgement holds.")
    known_to: Whole | None = Field(description="The tree size from which another one holds.")
    judged_again: bool = Field(description="Later facts made this judgement; an earlier one stands beside it.")

    @classmethod
    def of(cls, row: AccessRow, access_scope: AccessScope, stubs: Collection[str]) -> Self:
        """``stubs``: which items are shown without a word; what is said of them stays legible for its signer alone."""
        texts = access_scope.may_read_texts((row.requester, row.provider), sensitive=row.sensitive)
        act = act_members(row.act, texts=texts, stub=row.item in stubs and row.act.by not in access_scope.own)
        return cls(
            **act,
            **{name: getattr(row, name) for name in _AS_THEY_ARE},
            **_purpose(row.act.event, act["data"]),
            reasons=[Reason.of(each) for each in row.reasons],
        )


_GIVEN = frozenset({"purpose_text", "duty", "reasons"})
_AS_THEY_ARE = tuple(
    name for name in JudgedAct.model_fields if name not in RecordedAct.model_fields and name not in _GIVEN
)


def act_members(act: Act, *, texts: bool, stub: bool = False) -> Words:
    """The members of a recorded act. ``stub``: without a word, for anybody."""
    data, withheld = (as_stub if stub else unredacted if texts else without_texts)(act.event)
    return {
        "index": act.index,
        "stream": act.stream,
        "position": act.position,
        "event": act.event.event_name,
        "by": act.by,
        "id": act.id,
        "time": act.time,
        "recorded_at": act.recorded_at,
        "data": data,
        "withheld": withheld,
    }


def _purpose(event: Event, shown: Words) -> Words:
    """Purpose text and duty basis, of the acts that state them, as far as they are shown."""
    stated = shown if isinstance(event, UseRecorded) else {}
    return {"purpose_text": stated.get("purpose_text"), "duty": stated.get("duty")}


class Judgement(Model):
    """How the entry's act is judged."""

    verdict: Verdict
    table_row: TableRow
    reasons: Reasons
    agreement: str | None
    agreement_version: Whole | None
    rule_set: str


class TimelineEntry(RecordedAct):
    """One entry of a case."""

    judgement: Judgement | None = Field(description="Null for acts that are not judged.")

    @classmethod
    def of(cls, row: TimelineRow, access_scope: AccessScope, *, texts: bool, stub: bool) -> Self:
        """``stub``: whether the case's item is shown without a word."""
        act = act_members(row.act, texts=texts, stub=stub and row.act.by not in access_scope.own)
        return cls(**act, judgement=_judgement(row.judgement))


def _judgement(judged: AccessRow | None) -> Judgement | None:
    if judged is None or (judged.verdict is None and not judged.reasons):
        return None
    return Judgement(
        verdict=judged.verdict,
        table_row=judged.table_row,
        reasons=[Reason.of(each) for each in judged.reasons],
        agreement=judged.agreement,
        agreement_version=judged.agreement_version,
        rule_set=judged.rule_set,
    )
