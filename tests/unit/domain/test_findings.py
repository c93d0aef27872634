"""Findings have one id for ever, name the limb, the accused and the evidence."""

from __future__ import annotations

from domain.act import Act
from domain.deadlines.expiry import unanswered
from domain.findings.derive import Finding, derive, derive_from_silence, finding_id
from domain.reasons.catalogue import Reason
from domain.state import RequestState
from tests.support.casebook import CALENDAR, RULES, at
from tests.support.story import PROVIDER, REQUESTER, SECRET, THIRD, Story


def findings(story: Story, act: Act, *, asked: str = "2026-10-30") -> tuple[Finding, ...]:
    return derive(story.judge(act, asked=asked), act, story.facts(act))


def test_an_unauthorized_use_gives_one_finding_for_each_reason_with_a_limb() -> None:
    story = Story().granted(SECRET)
    use = story.used(purpose_code="P9", recorded="2026-04-20")
    found = findings(story, use)
    assert [(each.reason, each.limb) for each in found] == [
        (Reason.PURPOSE_MISMATCH, "c1"),
        (Reason.AGREEMENT_MISSING, "c3"),
    ]
    assert {each.accused for each in found} == {REQUESTER}


def test_a_findings_evidence_is_the_act_and_what_the_judgement_relied_on() -> None:
    story = Story().granted(SECRET).agreed()
    use = story.used(purpose_code="P9")
    (finding,) = findings(story, use)
    assert finding.evidence == tuple(sorted({use.index, *story.judge(use).relied_on}))


def test_the_id_of_a_finding_depends_on_the_act_and_the_reason_alone() -> None:
    story = Story().granted(SECRET).agreed()
    use = story.used(purpose_code="P9")
    before = findings(story, use)[0].id
    story.classified(("privacy",), time="2026-06-01")
    assert findings(story, use)[0].id == before
    assert before == finding_id(f"act {REQUESTER} {use.id}", Reason.PURPOSE_MISMATCH)
    assert before != findings(story, story.used(purpose_code="P9"))[0].id
    assert len(before) == 20


def test_a_warning_or_a_flag_without_limb_makes_no_finding() -> None:
    story = Story().granted()
    assert findings(story, story.used(recorded="2026-04-20")) == ()


def test_what_a_delivery_did_is_held_against_the_provider() -> None:
    story = Story().granted()
    (finding,) = findings(story, story.delivered(requester=THIRD))
    assert (finding.accused, finding.limb) == (PROVIDER, "c1")


def test_silence_and_the_late_answer_that_ends_it_are_one_finding() -> None:
    story = Story().cast()
    story.classified(("privacy",))
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=("privacy",), time="2026-09-14")
    request = story.state("request/1")
    assert isinstance(request, RequestState)
    ((open_finding, expired),) = derive_from_silence(unanswered(request, RULES, CALENDAR))
    (answered,) = findings(story, story.approved(time="2026-11-02", classes=("privacy",)))
    assert open_finding.id == answered.id
    assert expired.since == at("2026-10-11T00:00")
    assert open_finding.about == f"clock request/1 RESPONSE {request.receipt.fact.index}"  # type: ignore[union-attr]


def test_off_platform_deliveries_of_one_month_share_the_finding_of_their_missing_statistics() -> None:
    story = Story().granted()
    way = {"channel": "OFF_PLATFORM", "reason": "平台检修"}
    first, second = story.delivered(**way), story.delivered(**way, delivery_id="D2", time="2026-03-27")
    assert [each.id for each in findings(story, first)] == [each.id for each in findings(story, second)]
