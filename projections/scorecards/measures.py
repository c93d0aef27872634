"""The measures of a scorecard: each with its formula, and the question whose rows are counted.

No measure is a score, and there is no sum of them: findings are suspicions, and a number without its whole says
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.findings.file_stage import WORDS
from domain.judgement.verdict import Verdict
from domain.vocabulary.codes import LIMBS
from projections.cases.query import ANSWER_GROUPS
from projections.deadlines.state_sql import ANY, LATE, MET, OVERDUE, RUNNING
from projections.findings.files import CORRECTION_GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Rows of one question that are counted together. ``organ`` and ``key`` are parameters of that question: the organ
    of the rows, and the property by which they differ. ``whole``: the value of ``key`` for all of them; None: it is
    left out.
    """

    name: str
    path: str
    organ: str
    key: str
    always: Mapping[str, str] = field(default_factory=dict)
    whole: str | None = None
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def question(self, organ: str, key: str | None) -> dict[str, str]:
        """The parameters under which the question gives exactly the counted rows."""
        value = self.whole if key is None else key
        return {**self.always, self.organ: organ} | ({} if value is None else {self.key: value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """``number`` of ``of``: values of the family's key, or groups of them; ``of`` None: all rows of the family."""

    code: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    family: Family
    number: str
    of: str | None = None


ANSWERS: Final = Family(name="answers", path="/v1/cases", organ="provider", key="answer", groups=ANSWER_GROUPS)
REFUSALS: Final = Family(
    name="refusals", path="/v1/access", organ="provider", key="verdict", always={"kind": "refusal"}
)
UPDATES: Final = Family(
    name="updates", path="/v1/deadlines", organ="responsible", key="state", always={"clock": "UPDATE"}, whole=ANY
)
USED: Final = Family(name="used", path="/v1/access", organ="requester", key="verdict", always={"kind": "use"})
PROVIDED: Final = Family(name="provided", path="/v1/access", organ="provider", key="verdict", always={"kind": "use"})
LIMBED: Final = Family(name="limbs", path="/v1/findings", organ="accused", key="limb")
STANDING: Final = Family(name="stages", path="/v1/findings", organ="accused", key="status")
CORRECTIONS: Final = Family(
    name="corrections", path="/v1/violations", organ="accused", key="correction", groups=CORRECTION_GROUPS
)
FAMILIES: Final = (ANSWERS, REFUSALS, UPDATES, USED, PROVIDED, LIMBED, STANDING, CORRECTIONS)

_VERDICTS: Final = {
    Verdict.AUTHORIZED: ("已授权", "authorized"),
    Verdict.AUTHORIZED_WITH_FLAGS: ("已授权(有标记)", "authorized, flagged"),
    Verdict.UNAUTHORIZED: ("未授权", "unauthorized"),
    Verdict.UNDETERMINED: ("无法判定", "undetermined"),
    Verdict.LAWFUL: ("符合规定", "lawful"),
    Verdict.DEFECTIVE: ("有瑕疵", "defective"),
    Verdict.UNLAWFUL: ("依据不足", "without a lawful ground"),
}


def _answers() -> tuple[Measure, ...]:
    return (
        Measure(
            code="ANSWERS_IN_TIME",
            zh="按期答复",
            en="answered in time",
            formula_zh="按期答复的申请 ÷ 应答复的申请(已答复或期限已过;仅有法定工作日的)",
            formula_en="requests answered within the days of the law ÷ those answered or run out, where it gives days",
            family=ANSWERS,
            number="IN_TIME",
            of="DUE",
        ),
        Measure(
            code="ANSWERS_OVERDUE",
            zh="逾期未答复",
            en="overdue, not answered",
            formula_zh="逾期未答复的申请 ÷ 期限在走的申请",
            formula_en="requests whose clock ran out unanswered ÷ requests whose clock still runs",
            family=ANSWERS,
            number="OVERDUE",
            of="RUNNING",
        ),
        Measure(
            code="REQUESTS_OPEN",
            zh="未答复",
            en="not answered",
            formula_zh="未答复的申请 ÷ 已收到的申请(含无法定期限的)",
            formula_en="requests not answered ÷ requests received, with or without days in the law",
            family=ANSWERS,
            number="UNANSWERED",
            of="RECEIVED",
        ),
    )


def _judged(prefix: str, family: Family, verdicts: tuple[Verdict, ...], zh: str, en: str) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            code=f"{prefix}_{verdict}",
            zh=f"{zh}:{_VERDICTS[verdict][0]}",
            en=f"{en}: {_VERDICTS[verdict][1]}",
            formula_zh=f"判定为“{_VERDICTS[verdict][0]}”的{zh} ÷ 全部{zh}",
            formula_en=f"{en} judged {verdict} ÷ all {en}",
            family=family,
            number=verdict,
        )
        for verdict in verdicts
    )


def _updates() -> tuple[Measure, ...]:
    words = {
        MET: ("IN_TIME", "按期更新", "updated in time"),
        LATE: ("LATE", "逾期更新", "updated late"),
        OVERDUE: ("OVERDUE", "逾期未更新", "overdue, not updated"),
        RUNNING: ("RUNNING", "更新期限未到", "not due yet"),
    }
    return tuple(
        Measure(
            code=f"UPDATES_{code}",
            zh=zh,
            en=en,
            formula_zh=f"{zh}的变化 ÷ 全部变化(告知的和经比对证实的)",
            formula_en=f"changes {en} ÷ all changes, notified or proved by a discrepancy",
            family=UPDATES,
            number=state,
        )
        for state, (code, zh, en) in words.items()
    )


def _findings() -> tuple[Measure, ...]:
    by_limb = tuple(
        Measure(
            code=f"FINDINGS_LIMB_{limb.upper()}",
            zh=f"线索:§33 {limb}" if limb != "34" else "线索:§34",
            en=f"findings under Art. 33 {limb}" if limb != "34" else "findings under Art. 34",
            formula_zh="该分项的线索 ÷ 涉及本机关的全部线索",
            formula_en="findings under this limb ÷ all findings against the organ",
            family=LIMBED,
            number=limb,
        )
        for limb in LIMBS
    )
    by_stage = tuple(
        Measure(
            code=f"FINDINGS_{stage}",
            zh=f"线索:{zh}",
            en=f"findings: {en}",
            formula_zh=f"状态为“{zh}”的线索 ÷ 涉及本机关的全部线索",
            formula_en=f"findings that stand at {stage} ÷ all findings against the organ",
            family=STANDING,
            number=stage,
        )
        for stage, (zh, en) in WORDS.items()
    )
    return by_limb + by_stage


def _corrections() -> tuple[Measure, ...]:
    return (
        Measure(
            code="CORRECTIONS_IN_TIME",
            zh="按期整改",
            en="corrections reported in time",
            formula_zh="限期内报告且未被退回的整改 ÷ 已报告或限期已过的责令改正",
            formula_en="corrections reported within the limit, not rejected ÷ orders reported on or past their limit",
            family=CORRECTIONS,
            number="IN_TIME",
            of="DUE",
        ),
    )


_USES: Final = (
    Verdict.AUTHORIZED,
    Verdict.AUTHORIZED_WITH_FLAGS,
    Verdict.UNAUTHORIZED,
    Verdict.UNDETERMINED,
)
_REFUSALS: Final = (Verdict.LAWFUL, Verdict.DEFECTIVE, Verdict.UNLAWFUL, Verdict.UNDETERMINED)
MEASURES: Final[tuple[Measure, ...]] = (
    *_answers(),
    *_judged("REFUSALS", REFUSALS, _REFUSALS, "拒绝", "refusals"),
    *_updates(),
    *_judged("USES", USED, _USES, "本机关的使用", "uses by the organ"),
    *_judged("PROVIDED_USES", PROVIDED, _USES, "对本机关信息的使用", "uses of the organ's information"),
    *_findings(),
    *_corrections(),
)
