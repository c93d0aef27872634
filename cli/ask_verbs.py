"""The verbs of ``ask``: the question of the API that each one asks, and how its answer is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cli import tell_rows
from cli.output import Lang
from cli.questions import Parameter, Question
from cli.tell_catalogue import render_catalogue, render_dispute, render_disputes, render_item
from cli.tell_deadlines import render_deadline, render_deadlines
from cli.tell_findings import render_finding, render_findings
from cli.tell_reconciliation import render_case_reconciliation, render_reconciliation
from cli.tell_rows import render_party, render_violation, rows_under
from cli.tell_scorecards import render_scorecards
from cli.telling import Answer, Teller, render_access, render_agreement, render_case, render_cases

# ``--purpose`` says why the question is asked, and ``--to`` of which server.
_FLAGS: Final[Mapping[str, str]] = {"purpose": "--for", "to": "--until", "include": "--include-count"}

# What each parameter is called in Chinese; put before the description that the API has.
WORDS: Final[Mapping[str, str]] = {
    "accused": "所涉机关",
    "agreement": "协议编号",
    "answer": "答复情形",
    "as_of": "树大小或时刻",
    "at": "提问的时刻",
    "at_least": "至少含此记录",
    "case": "案件编号",
    "category": "机关类别",
    "claimed_class": "主张的类型",
    "class": "敏感类型",
    "clock": "期限种类",
    "correction": "整改情形",
    "cursor": "续页",
    "differs": "是否不符",
    "division": "区划",
    "explained": "是否已说明",
    "finding": "线索编号",
    "from": "起",
    "include": "总行数",
    "inspection": "检查编号",
    "item": "目录条目",
    "kind": "种类",
    "limb": "第三十三条分项",
    "limit": "行数",
    "open": "是否未了结",
    "organ": "机关",
    "overdue": "是否逾期",
    "party": "任一方机关",
    "post": "岗位",
    "provider": "提供机关",
    "provisional": "是否暂定",
    "purpose": "用途代码",
    "q": "代码或名称的一部分",
    "reason": "理由代码",
    "reporter": "报告机关",
    "requester": "使用机关",
    "responsible": "责任机关",
    "route": "路径",
    "sensitive": "是否敏感",
    "share_type": "共享类型",
    "source": "数源机关",
    "state": "状态",
    "status": "状态",
    "system": "系统",
    "to": "止",
    "unit": "单位",
    "used": "是否使用过",
    "uses": "是否含使用",
    "verdict": "授权状态",
    "within": "剩余工作日不多于",
}


@dataclass(frozen=True, slots=True)
class AskVerb:
    """``operation``: the id of the question in the API. ``argument``: what its path names. ``grows``: the member of
    the answer whose pages are put together. ``defaults``: where they differ from those of the API. ``alone``: options
    that turn the question into another one, about one thing, and go with no other filter.
    """

    operation: str
    about: str
    tell: Teller
    argument: str = "ID"
    grows: str = "rows"
    defaults: Mapping[str, int] = field(default_factory=dict)
    off: Mapping[str, str] = field(default_factory=dict)  # another name for the negative of a flag
    alone: Mapping[str, AskVerb] = field(default_factory=dict)

    def flag_of(self, name: str) -> str:
        """The option for a parameter of the API."""
        return _FLAGS.get(name, "--" + name.replace("_", "-"))


def options_of(question: Question) -> list[Parameter]:
    """The parameters that are options. One thing is rendered whole, so its pages are no option."""
    pages = () if question.rows else ("cursor", "limit")
    return [each for each in question.parameters if each.name not in pages]


def _acts(answer: Answer, lang: Lang, *, titles: tuple[str, str]) -> None:
    render_access(answer, lang, title=titles[lang is Lang.en])


def _cases(answer: Answer, lang: Lang) -> None:
    render_cases(answer, lang, title="案件" if lang is Lang.zh else "Cases")


VERBS: Final[Mapping[str, AskVerb]] = {
    "access": AskVerb(
        "listAccess",
        "谁访问了什么、为何、是否有授权。Who accessed what, for what purpose, and was it authorized.",
        partial(_acts, titles=("访问检索", "Access trail")),
    ),
    "judgements": AskVerb(
        "listJudgements",
        "一次行为的历次判定。Every judgement of one act: as known then first, as known now last.",
        partial(_acts, titles=("历次判定", "Judgements")),
        argument="INDEX",
    ),
    "cases": AskVerb("listCases", "案件清单。Share requests with their status and clock.", _cases),
    "case": AskVerb(
        "getCase",
        "一个案件的时间线。One case: what happened, when it was recorded, how it is judged.",
        render_case,
        grows="timeline",
    ),
    "agreements": AskVerb(
        "listAgreements",
        "保密协议清单。Confidentiality agreements, the last proposed first.",
        rows_under(tell_rows.AGREEMENTS),
    ),
    "agreement": AskVerb("getAgreement", "一份协议及其各版本。One agreement and its versions.", render_agreement),
    "findings": AskVerb(
        "listFindings",
        "线索清单:机器的怀疑及其核实状态。The machine's suspicions with their status.",
        render_findings,
    ),
    "finding": AskVerb(
        "getFinding",
        "一条线索的推导:事实→规则→结论。One finding: facts, rule, conclusion, and what became of it.",
        render_finding,
    ),
    "violations": AskVerb(
        "listViolations",
        "主管部门核实的案卷。The authority's files on suspected violations, and how each correction goes.",
        rows_under(tell_rows.VIOLATIONS),
    ),
    "violation": AskVerb("getViolation", "一份案卷。One file of the authority: every record of it.", render_violation),
    "scorecard": AskVerb(
        "listScorecards",
        "部门评分卡:各项计数、算法与明细出处;不排名、不打总分。Counts by organ with their formula; no rank, no score.",
        render_scorecards,
        defaults={"limit": 500},
    ),
    "deadlines": AskVerb(
        "listDeadlines",
        "期限看板:谁、何事、到期日、剩余或逾期工作日。What is due when, most urgent first.",
        render_deadlines,
    ),
    "deadline": AskVerb(
        "getDeadline",
        "一个期限的逐日计算。One clock counted day by day, with holidays and days made up.",
        render_deadline,
        argument="INDEX",
    ),
    "parties": AskVerb("listParties", "机关名录。The register of parties, by code.", rows_under(tell_rows.PARTIES)),
    "party": AskVerb(
        "getParty", "一个机关及其密钥、岗位。One party with its keys and posts.", render_party, argument="CODE"
    ),
    "catalogue": AskVerb(
        "listCatalogue",
        "共享目录。The catalogue: who offers what, of which class, and whether it is up to date.",
        render_catalogue,
    ),
    "item": AskVerb(
        "getItem",
        "一个目录条目。One resource: its versions, classes, changes and their clocks.",
        render_item,
        argument="CODE",
    ),
    "demands": AskVerb(
        "listDemands",
        "共享需求。Demands of organs, and the item that the authority matched each with.",
        rows_under(tell_rows.DEMANDS),
    ),
    "disputes": AskVerb(
        "listDisputes",
        "性质争议。Disputes over what information is, and how many days they took.",
        render_disputes,
        off={"open": "--settled"},
    ),
    "dispute": AskVerb(
        "getDispute",
        "一个争议的经过。One dispute: its steps side by side, its decision, and what it reopened.",
        render_dispute,
    ),
    "discrepancies": AskVerb(
        "listDiscrepancies",
        "数据不一致。Where two sources differ, who has to verify, and what came of it.",
        rows_under(tell_rows.DISCREPANCIES),
    ),
    "reconciliation": AskVerb(
        "listDeliveries",
        "对账。Deliveries against acknowledgements; with --case also its grant against its uses.",
        render_reconciliation,
        alone={"case": AskVerb("getCaseReconciliation", "一个案件的对账。One case.", render_case_reconciliation)},
    ),
    "grants": AskVerb(
        "listGrants",
        "授权及其使用。Grants, what was delivered under them, and when each was last used.",
        rows_under(tell_rows.GRANTS),
    ),
}
