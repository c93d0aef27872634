"""Cases 0012–0014: releases to the public without a basis, as a disclosure, and with consent (Art. 17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from demo.story.cast import ITEMS
from demo.story.exchange import Exchange
from demo.story.steps import SECOND, StoryStep, at, digest, step
from demo.story.supervision import Violation
from domain.reasons.catalogue import Reason

_C12 = Exchange("2026-0012", "住建厅", "财政厅", "C13", ("P4", "住房补贴核对"), "SX-3204")
_C13 = Exchange("2026-0013", "统计局", "市监局", "C03", ("P5", "单位普查"), "SX-3205")
_C14 = Exchange("2026-0014", "交通厅", "应急厅", "C14", ("P6", "危险货物运输许可核验"), "SX-3206")


def case_0012() -> Iterator[StoryStep]:
    """Rows 44–46: a sensitive list on a web site without consent; the page withdrawn while the line was down."""
    yield from _C12.asked("06-22")
    yield from _C12.approved("07-01")
    yield from _C12.cleared("07-06")
    yield from _C12.agreed("07-06")
    yield from _C12.delivered("07-08", records=3_117)
    release = _released(_C12, "RL-0012-1", kind="RELEASE", basis="NONE", audience="网站公众", medium="门户网站")
    yield step(_C12.requester, _C12.by(_C12.requester, "release.recorded", at("08-11"), release))
    retracted = {"release_id": "RL-0012-1", "cause": "撤下网页"}
    withdrawn = _C12.by(_C12.requester, "release.retracted", at("08-12", "09:00"), retracted)
    yield step(_C12.requester, withdrawn, late=timedelta(days=5))
    evidence = _C12.cites(_C12.requester, "release.recorded")
    files = (
        Violation("0005", "c3", _C12.requester, evidence, Reason.SENSITIVE_RELEASE, "违法提供敏感信息"),
        Violation("0006", "c2", _C12.requester, evidence, Reason.NO_CONSENT, "未经同意发布"),
    )
    for file in files:
        yield from file.suspected("08-18")
    for file in files:
        yield from file.found("08-19", limit="08-26")
    for file in files:
        yield from file.reported("08-25")
    for file in files:
        yield from file.accepted("08-26")
    yield from files[0].criticised("09-02")


def case_0013() -> Iterator[StoryStep]:
    """Row 47: an aggregate disclosed inside the statutory scope with its source stated: lawful."""
    yield from _C13.asked("05-20")
    yield from _C13.approved("05-22")
    yield from _C13.delivered("05-25", records=1_199_412)
    release = _released(
        _C13, "RL-0013-1", kind="DISCLOSURE", basis="DISCLOSURE_SCOPE", audience="社会公众", medium="统计公报"
    )
    release["scope_article"] = {"law": "政府信息公开条例", "article": "20"}
    release["attribution"] = "数据来源:江苏省市场监督管理局"
    yield step(_C13.requester, _C13.by(_C13.requester, "release.recorded", at("08-25", "14:00"), release))


def case_0014() -> Iterator[StoryStep]:
    """Row 48: released with the provider's consent: lawful."""
    yield from _C14.asked("08-10")
    yield from _C14.approved("08-11")
    yield from _C14.delivered("08-13", records=2_406)
    what: dict[str, Any] = {
        "release_id": "RL-0014-1",
        "fields": list(ITEMS["C14"].fields),
        "kind": "RELEASE",
        "audience": "道路运输企业",
    }
    data = {**what, "why": "便于企业查询许可范围"}
    yield step(_C14.requester, _C14.by(_C14.requester, "release.consent_requested", at("08-20"), data))
    yield step(_C14.provider, _C14.by(_C14.provider, "release.consent_given", at("08-24"), what))
    release = _released(
        _C14, "RL-0014-1", kind="RELEASE", basis="CONSENT", audience="道路运输企业", medium="行业服务网"
    )
    yield step(_C14.requester, _C14.by(_C14.requester, "release.recorded", at("08-26", "09:00"), release))


def _released(
    exchange: Exchange, release_id: str, *, kind: str, basis: str, audience: str, medium: str
) -> dict[str, Any]:
    return {
        **SECOND,
        "release_id": release_id,
        "request_id": exchange.case,
        "item": exchange.item,
        "fields": list(ITEMS[exchange.item].fields),
        "kind": kind,
        "basis": basis,
        "audience": audience,
        "medium": medium,
        "content": digest(release_id),
        "third_party": "NONE",
    }
