"""Questions about findings (线索): whom the machine suspects of what, why, and what the authority made of it."""

from __future__ import annotations

import re
from typing import Annotated, Final, Self

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import EntryIndex, Model, Moment, OrganCode, SignedTime, Whole, Withheld
from api.http.parameters import PATH_ID, choice, word
from api.http.problems import Problem
from api.http.routes import question
from api.read.deadlines import Clock
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    STANDING_CODES,
    STANDING_HEADERS,
    Answer,
    CaseFilter,
    FromFilter,
    ItemFilter,
    Page,
    PageQuery,
    ProviderFilter,
    RequesterFilter,
    StandingQuery,
    ToFilter,
    filters_of,
    organs_of,
    parse_request,
)
from api.read.names import NameIn, Register
from api.read.violations import FileRecord
from domain.act import Act
from domain.findings.derive import REASONS
from domain.findings.file_stage import WORDS, Stage
from domain.rules.bundled import load_rule_sets
from domain.rules.rule_set import RuleSet
from domain.vocabulary.codes import LIMBS
from projections.findings.query import AppliedRule, FindingFilters, FindingRow
from projections.findings.query import FindingFile as Found
from projections.findings.union import ACT, SILENCE

router = APIRouter()

LAST_CONFIRMED: Final = 6
_ARTICLE: Final = re.compile(r"A?(\d+)", re.ASCII)  # of Order 85; a ground of another law has its name


class FindingsQuery(PageQuery):
    """Which findings."""

    status: Annotated[
        str | None,
        choice(tuple(Stage)),
        Field(description="Its status. Where the caller may not see it, nothing matches.", examples=["OPEN"]),
    ] = None
    limb: Annotated[str | None, choice(LIMBS), Field(description="Limb of Art. 33.", examples=["c1"])] = None
    reason: Annotated[str | None, choice(REASONS), Field(description="Reason code.", examples=["LATE_RESPONSE"])] = None
    kind: Annotated[
        str | None,
        choice((ACT, SILENCE)),
        Field(description="Its ground: an act, or silence.", examples=["silence"]),
    ] = None
    accused: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="The organ that it is against.", examples=["113200000000000195"]),
    ] = None
    requester: RequesterFilter = None
    provider: ProviderFilter = None
    item: ItemFilter = None
    case: CaseFilter = None
    from_: FromFilter = None
    to: ToFilter = None


class Finding(Model):
    """A suspicion of the machine (线索). Only the authority finds a violation."""

    id: str = Field(description="20 hex digits, the same for ever.")
    kind: str = Field(description="act or silence.")
    reason: str = Field(description="A code of docs/reference/reasons.md.")
    limb: str = Field(description="Of Art. 33; 34 is Art. 34.")
    accused: OrganCode
    since: Moment
    index: EntryIndex
    evidence: list[EntryIndex] = Field(description="The entries that it rests on.")
    requester: str | None
    provider: str | None
    item: str | None
    case: str | None = Field(description="The share request.")
    zh: str
    en: str
    status: str | None = Field(
        description="Its status (docs/reference/answers.md); null where that is not for this caller."
    )
    status_zh: str | None
    status_en: str | None
    violation: str | None = Field(description="The authority's file that gives its status.")
    withheld: Withheld
    holds: bool = Field(description="False: later facts took it away; it is shown as it last stood.")
    known_from: Whole = Field(description="The tree size from which it is known in this form.")
    known_to: Whole | None = Field(description="The tree size from which it no longer holds in this form.")

    @classmethod
    def of(cls, row: FindingRow) -> Self:
        zh, en = (None, None) if row.status is None else WORDS[row.status]
        return cls(
            **{name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)},
            case=row.request,
            zh=row.sentence("zh"),
            en=row.sentence("en"),
            status_zh=zh,
            status_en=en,
            withheld=["/status", "/violation"] if row.status is None else [],
        )


class FindingFact(Model):
    """A record relied on, by its header; a reader with the right to its content finds it under its index."""

    part: str = Field(description="act; start or stop of a clock; relied_on by the judgement.")
    index: EntryIndex
    stream: str
    event: str
    by: OrganCode
    id: str
    time: SignedTime
    recorded_at: Moment

    @classmethod
    def of(cls, act: Act, file: Found) -> Self:
        return cls(
            part=_part(act, file),
            index=act.index,
            stream=act.stream,
            event=act.event.event_name,
            by=act.by,
            id=act.id,
            time=act.time,
            recorded_at=act.recorded_at,
        )


class Ground(Model):
    """An article, and how sure its reading is."""

    article: str
    certainty: str = Field(description="confirmed, reconstructed, or other_law.")


class FindingRule(Model):
    """What the facts were held against."""

    rule_set: str
    rule_set_version: Whole
    rule_set_status: str
    table_row: str | None = Field(
        description="The row of the decision table (docs/explanation/judgement.md); null for a clock."
    )
    reason: str
    severity: str = Field(description="B blocking, U undetermined, F flag.")
    grounds: list[Ground]
    clock: Clock | None = Field(description="How the deadline was counted; null where there is none to count.")
    entries: list[EntryIndex] = Field(description="The facts that the rule was applied to.")

    @classmethod
    def of(cls, row: FindingRow, rule: AppliedRule) -> Self:
        rule_set = load_rule_sets()[rule.rule_set]
        return cls(
            rule_set=rule.rule_set,
            rule_set_version=rule.version,
            rule_set_status=rule_set.status,
            table_row=rule.table_row,
            reason=row.reason,
            severity=row.severity,
            grounds=[Ground(article=each, certainty=_certainty(each, rule_set)) for each in row.entry.grounds],
            clock=None if rule.clock is None else Clock.model_validate(rule.clock),
            entries=list(row.evidence),
        )


class Conclusion(Model):
    """What is suspected, and which organ."""

    limb: str
    article: str
    accused: OrganCode
    entry: EntryIndex
    zh: str
    en: str

    @classmethod
    def of(cls, row: FindingRow) -> Self:
        return cls(
            limb=row.limb,
            article=f"A33 {row.limb}" if row.limb != "34" else "A34",
            accused=row.accused,
            entry=row.index,
            zh=row.sentence("zh"),
            en=row.sentence("en"),
        )


class Derivation(Model):
    """How the suspicion follows: facts, rule, conclusion. The same for ever for the same tree size."""

    facts: list[FindingFact]
    rule: FindingRule
    conclusion: Conclusion


class FindingPage(Page[Finding]):
    """Findings."""


class FindingFile(Answer):
    """A finding whole."""

    finding: Finding
    derivation: Derivation
    history: list[FileRecord] = Field(description="The records of the files that took it up, where they are told.")


FindingId = Annotated[
    str,
    PATH_ID,
    Path(description="The finding's id: 20 hex digits, the same for ever.", examples=["f4b5d0c7a1e29b3c6d80"]),
]
ORGANS = ("accused", "requester", "provider")


@question(
    router,
    "/v1/findings",
    id="listFindings",
    about="线索:机器的怀疑,不是认定。The machine's suspicions with their status, newest first.",
    answer=FindingPage,
    finds="Findings.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_findings(request: Request, query: Annotated[FindingsQuery, Query()]) -> Response:
    """Newest first: since when each holds."""
    asked = parse_request(request, query)
    ask, access_scope = asked.reception.queries.findings, asked.sight
    filters, options = filters_of(FindingFilters, query), asked.page_options(access_scope.finding_filter())
    found = asked.run(lambda: ask.listed(filters, options, file_filter=access_scope.file_filter()))
    rows = [Finding.of(row) for row in found.rows]
    return asked.respond(found, FindingPage, organs_of(rows, *ORGANS), rows=rows)


@question(
    router,
    "/v1/findings/{id}",
    id="getFinding",
    about="One finding with its derivation from facts by a rule, and the history of the files that took it up.",
    answer=FindingFile,
    finds="The finding.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_finding(request: Request, id: FindingId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One finding and how it is derived: facts, rule, conclusion; then what became of it."""
    asked = parse_request(request, query)
    ask, access_scope = asked.reception.queries.findings, asked.sight
    options = asked.single_options(access_scope.finding_filter())
    found = asked.run(lambda: ask.one(id, options, file_filter=access_scope.file_filter()))
    if not found.rows:
        raise Problem("NOT_FOUND", "There is no such finding, or it is not for this caller.")
    file = found.rows[0]
    history = [FileRecord.of(each) for each in file.history]
    derivation = Derivation(
        facts=[FindingFact.of(act, file) for act in file.facts],
        rule=FindingRule.of(file.row, file.rule),
        conclusion=Conclusion.of(file.row),
    )
    organs = [*organs_of([file.row], *ORGANS), *organs_of(file.facts, "by"), *organs_of(history, "by")]
    return asked.respond(
        found, FindingFile, organs, finding=Finding.of(file.row), derivation=derivation, history=history
    )


def _part(act: Act, file: Found) -> str:
    """What a record is to the suspicion."""
    if act.index == file.row.index:
        return "act" if file.judgement is not None or file.rule.clock is None else "start"
    return "relied_on" if file.judgement is not None else "stop"


def _certainty(ground: str, rules: RuleSet) -> str:
    """How sure the reading of an article is: Arts 1 to 6 are read in the Chinese text, others as the rule set says."""
    article = _ARTICLE.match(ground)
    if article is None:
        return "other_law"
    return "confirmed" if int(article.group(1)) <= LAST_CONFIRMED else rules.text_status
