"""The story is lawful enough to be recorded: every act of it passes the law's admission in the order of the year."""

from __future__ import annotations

from collections import Counter

import pytest

from api.server.clock import LedgerClock
from api.server.data_dir import DataDir
from api.server.founding import load_checkpoint_signer
from api.server.opening import open_store
from api.server.settings import Settings
from api.server.wiring import writer_of
from demo.signing import Signers
from demo.story.cast import uscc
from demo.story.exchange import Exchange
from demo.story.steps import StoryStep, at
from demo.story.year import year
from domain.deadlines.expiry import about_clock
from domain.events import InformationChanged, ViolationSuspected
from domain.findings.derive import finding_id
from domain.reasons.catalogue import Reason
from domain.rules.bundled import load_calendar
from ledger.errors import Refused
from ledger.records.submission import Submission, parse_and_verify_submission
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.store.store import Store
from replay.log_source import ActLog
from replay.party_registry import PartyRegistry


class Stage:
    """The ledger with everybody's keys, without a server in between."""

    def __init__(self, settings: Settings, directory: DataDir) -> None:
        self.store: Store = open_store(settings, directory.origin)
        self.clock = LedgerClock(self.store)
        self.sequencer: Sequencer = writer_of(self.store, settings, load_checkpoint_signer(settings.data), self.clock)
        self.register = PartyRegistry(self.store)
        self.signers = Signers(directory)
        self.sequencer.start()

    def close(self) -> None:
        self.sequencer.close()
        self.store.close()
        self.store.engine.dispose()

    def steps(self) -> list[StoryStep]:
        return year(self.signers.first_keys(), self.signers.successor(), load_calendar())

    def opened(self, step: StoryStep) -> Submission:
        self.clock.move(step.recorded_at)
        body, jws = self.signers.sealed(step)
        return parse_and_verify_submission(
            body, jws, audience=self.store.origin, find_key=self.register.find_key, now=self.clock()
        )

    def act(self, step: StoryStep) -> Receipts:
        receipts = self.sequencer.submit(self.opened(step)).result(30)
        self.signers.recorded(step)
        return receipts


@pytest.fixture
def stage(settings: Settings, directory: DataDir) -> Stage:
    return Stage(settings, directory)


def test_every_act_of_the_story_is_recorded_once_and_in_order(stage: Stage) -> None:
    try:
        steps = stage.steps()
        taken = [step for step in steps if not step.refused]
        replayed = Counter(stage.act(step).replayed for step in steps if not step.refused)
        entries = stage.store.entries(0, 2000)
    finally:
        stage.close()
    distinct = {(record["source"], record["id"]) for step in taken for record in step.records}
    assert replayed == {False: len(taken) - 2, True: 2}
    assert len(entries) == 1 + len(distinct)
    assert Counter(entry.type for entry in entries)["sharing.use.recorded.v1"] == 242


def test_a_record_signed_with_the_replaced_key_is_refused_and_the_attempt_kept(stage: Stage) -> None:
    try:
        retired = stage.signers.key("自然资源厅").kid
        for step in stage.steps():
            if step.refused:
                with pytest.raises(Refused) as refused:
                    stage.act(step)
            else:
                stage.act(step)
        kept = stage.store.refusals(10)
        standing = stage.signers.key("自然资源厅").kid
        held = stage.register.key_in_force(standing, stage.clock())
    finally:
        stage.close()
    assert [refusal.code for refusal in refused.value.refusals] == ["SIGNER_UNAUTHORISED"]
    assert [(each.kid, each.codes) for each in kept] == [(retired, ("SIGNER_UNAUTHORISED",))]
    assert standing != retired
    assert held is not None


def test_each_file_that_takes_up_a_finding_names_it_as_the_machine_does(stage: Stage) -> None:
    try:
        for step in stage.steps():
            if not step.refused:
                stage.act(step)
        acts = list(ActLog(stage.store).from_index(0, 2000))
    finally:
        stage.close()
    taken_up = {act.event.finding for act in acts if isinstance(act.event, ViolationSuspected)}
    changed = next(a for a in acts if isinstance(a.event, InformationChanged) and a.stream == "item/C13")
    clock = about_clock("item/C13", "UPDATE", changed.index)
    assert finding_id(clock, Reason.LATE_UPDATE) in taken_up
    assert len(taken_up) == 7


def test_nothing_but_the_authoritys_appointment_follows_the_founding_record(stage: Stage) -> None:
    try:
        registration = stage.opened(stage.steps()[1])
        with pytest.raises(Refused) as refused:
            stage.sequencer.submit(registration).result(30)
        size = stage.store.head().size
    finally:
        stage.close()
    assert size == 1
    assert "WRONG_STATE" in {refusal.code for refusal in refused.value.refusals}


def test_a_key_that_the_founding_names_is_found_by_its_thumbprint(stage: Stage) -> None:
    try:
        held = stage.register.holder(stage.signers.key("数据局").kid)
        unknown = stage.register.find_key(stage.signers.key("民政厅").kid)
    finally:
        stage.close()
    assert held is not None
    assert held[0] == uscc("数据局")
    assert unknown is None


def test_a_record_on_a_claimed_state_secret_is_taken_without_text_and_refused_with_it(stage: Stage) -> None:
    matter = Exchange("2026-0011", "交通厅", "自然资源厅", "C09", ("P7", "路网规划"), "SX-3207")
    try:
        for step in stage.steps():
            if step.recorded_at < at("03-03"):
                stage.act(step)
        asked, received = matter.asked("07-06")
        received.records[0]["data"]["class_at_receipt"] = ["state_secret"]
        for step in (asked, received):
            stage.act(step)
        withdrawn = matter.by(matter.requester, "request.withdrawn", at("07-07"), {"reason": "不再需要"})
        with pytest.raises(Refused) as refused:
            stage.act(StoryStep(matter.requester, at("07-07", "10:01"), (withdrawn,)))
        kept = stage.store.refusals(10)
        del withdrawn["data"]["reason"]
        receipts = stage.act(StoryStep(matter.requester, at("07-07", "10:02"), (withdrawn,)))
    finally:
        stage.close()
    assert [refusal.code for refusal in refused.value.refusals] == ["CONTENT_FORBIDDEN"]
    assert [(each.codes, each.bytes) for each in kept] == [(("CONTENT_FORBIDDEN",), None)]
    assert receipts.items[0].stream == matter.stream
