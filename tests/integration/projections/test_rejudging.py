"""Whatever is recorded later, and in whatever order: every row is what judging the act anew at that size gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.judgement.gathering import gather
from domain.vocabulary.values import Ref
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.access.projector import AccessTrail
from projections.access.tables import VALUES, access, judged
from projections.engine.group import ProjectorGroup
from projections.engine.runner import Runner
from replay.rulebook import BundledData, bundled, changes_rules, division_on, rulebook_of
from tests.support.casebook import Casebook, at
from tests.support.log_writer import write_acts
from tests.support.random_case import Replay
from tests.support.random_multi_party_case import RandomMultiPartyCase
from tests.support.random_rule_change_case import DATA, RandomRuleChangeCase
from tests.support.story import (
    AUTHORITY,
    DIGEST,
    DOC,
    DUTY,
    PROVIDER,
    REQUESTER,
    SECRET,
    THIRD,
    Story,
    scope,
)

Run = Callable[..., Runner]
Rows = dict[tuple[int, int], tuple[Any, ...]]
FOURTH = "113206000000000787"


class Told:
    """All rows of the access trail, of every tree size."""

    def __init__(self, store: Store, run: Run, story: Casebook, data: BundledData | None = None) -> None:
        write_acts(store, story.acts)
        run((AccessTrail,), data=data)
        with reading(store.engine) as connection:
            found = connection.execute(select(access).where(access.c.ledger == store.ledger)).all()
        self._rows = defaultdict(list)
        for row in found:
            self._rows[row.entry].append(row)

    def rows(self, index: int, size: int) -> Rows:
        return {
            (row.entry, row.holds_from): tuple(getattr(row, name) for name in VALUES)
            for row in self._rows[index]
            if row.from_size <= size and (row.to_size is None or size < row.to_size)
        }

    def reasons(self, act: Act, size: int) -> list[str]:
        return [row[VALUES.index("reasons")] for row in self.rows(act.index, size).values()]


def judged_anew(story: Casebook, data: BundledData) -> Iterator[tuple[Act, int, Rows]]:
    """Every act at every tree size, judged by nothing but what was known then."""
    known = Replay()
    rulebook = rulebook_of((), data)
    for act in story.acts:
        known.apply(act)
        if changes_rules(act):
            rulebook = rulebook_of(filter(changes_rules, known.acts), data)
        for earlier in known.acts:
            division = division_on(known.state(f"party/{earlier.by}"), day_of(earlier.time))
            facts = gather(earlier, known, rulebook.calendar_of(division))
            yield earlier, act.index + 1, judged(earlier, facts, rulebook.for_act(earlier, facts)).rows


def differences(files: Told, story: Casebook, data: BundledData | None = None) -> list[str]:
    return [
        f"entry {act.index} ({act.event.event_name}) as known at size {size}: {files.rows(act.index, size)}, not {rows}"
        for act, size, rows in judged_anew(story, data or bundled())
        if files.rows(act.index, size) != rows
    ]


@pytest.mark.parametrize("seed", [5, 10, 12, 30, 33])
def test_at_every_tree_size_every_act_of_a_turmoil_stands_as_judging_it_again_gives(
    store: Store, run: Run, seed: int
) -> None:
    story = RandomMultiPartyCase(seed).record_random_acts(60)
    assert differences(Told(store, run, story), story)[:1] == []


@pytest.mark.parametrize("seed", [1, 2, 3, 7, 13])
def test_when_the_law_and_the_working_days_change_every_act_stands_as_judging_it_again_gives(
    store: Store, run: Run, seed: int
) -> None:
    story = RandomRuleChangeCase(seed).record_random_acts(60)
    assert differences(Told(store, run, story, DATA), story, DATA)[:1] == []


@pytest.mark.parametrize("batch", [1, 3])
def test_the_size_of_a_batch_changes_no_row(
    store: Store, run: Run, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.engine.runner.BATCH", batch)
    story = RandomMultiPartyCase(40).record_random_acts(45)
    assert differences(Told(store, run, story), story)[:1] == []


def passed_on(story: Story, old: str, new: str, effective: str, *, time: str) -> Act:
    heir = e.Successor(party=new, duty_bases=(DUTY,))
    event = e.PartySucceeded(
        post="岗-00", mode="MERGED", successors=(heir,), effective=at(effective).date(), instrument=DOC
    )
    return story.record(f"party/{old}", AUTHORITY, time, event)


def test_the_heir_of_an_heir_changes_what_the_first_organs_agreements_are_worth(store: Store, run: Run) -> None:
    story = Story().granted(SECRET)
    story.party(FOURTH)
    passed_on(story, PROVIDER, THIRD, "2026-03-01", time="2026-03-21")
    story.proposed(provider=THIRD)
    for organ in (REQUESTER, THIRD):
        story.signed(organ)
    used = story.used(time="2026-04-10")
    again = passed_on(story, THIRD, FOURTH, "2026-04-05", time="2026-04-20")
    files = Told(store, run, story)
    assert files.reasons(used, again.index) == [""]
    assert files.reasons(used, again.index + 1) == ["AGREEMENT_MISSING"]


def test_an_act_that_its_signer_reaffirms_is_out_of_doubt_in_whatever_stream_it_stands(store: Store, run: Run) -> None:
    story = Story().granted(SECRET)
    kid = story.key(PROVIDER)
    signed = story.record("agreement/A-1", PROVIDER, "2026-03-23", _proposal(), kid=kid)
    classified = story.record("item/C05", PROVIDER, "2026-03-24", _classification(), kid=kid)
    lost = story.compromised(PROVIDER, kid, since="2026-03-01", reported="2026-04-01")
    last = [story.reaffirmed(act, reason="KEY_COMPROMISE", time="2026-04-02") for act in (signed, classified)][-1]
    files = Told(store, run, story)
    for act in (signed, classified):
        assert files.reasons(act, lost.index + 1) == ["KEY_COMPROMISED"]
        assert files.reasons(act, last.index + 1) == []


def _proposal() -> e.AgreementProposed:
    return e.AgreementProposed(
        post="岗-01",
        requests=("1",),
        requester=REQUESTER,
        provider=PROVIDER,
        scope=scope(),
        classes=("trade_secret",),
        obligations=DIGEST,
        text_digest=DIGEST,
        effective_from=at("2026-03-24").date(),
        effective_to=at("2026-12-31").date(),
        survives=True,
    )


def _classification() -> e.ResourceClassified:
    return e.ResourceClassified(post="岗-01", name="名录", classes=(), share_type="2", from_=at("2026-03-24").date())


def test_a_delivery_that_cites_an_agreement_of_which_nothing_is_known_yet_is_judged_again_when_it_is(
    store: Store, run: Run
) -> None:
    story = Story().granted()
    story.requested(name="2", time="2026-03-21")
    delivered = story.delivered(agreement="A-9")
    proposed = story.proposed(name="A-9", time="2026-03-27", requests=("2",))
    files = Told(store, run, story)
    assert files.reasons(delivered, proposed.index) == ["EVIDENCE_GAP"]
    assert files.reasons(delivered, proposed.index + 1) == [""]


def test_an_answer_that_cites_an_order_recorded_later_is_judged_again_when_it_is(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    story.refused(time="2026-03-10", ground="NONE")
    suspected = e.ViolationSuspected(
        post="岗-01", accused=PROVIDER, limb="a", evidence=(story.acts[-1].ref,), statement="无理由"
    )
    story.record("violation/V1", AUTHORITY, "2026-03-12", suspected)
    found = e.ViolationFound(post="岗-01", limb="a", facts="属实", evidence=(), document=DOC)
    story.record("violation/V1", AUTHORITY, "2026-03-13", found)
    number = len(story.acts) + 1
    order = Ref(source=f"urn:uscc:{AUTHORITY}", id=f"r{number}")
    answered = story.approved(time="2026-03-16", reopened_by=order)
    ordered = e.CorrectionOrdered(post="岗-01", order=DOC, measures="改", limit=at("2026-04-01").date())
    late = story.record("violation/V1", AUTHORITY, "2026-03-14", ordered, recorded="2026-03-17")
    assert late.index == number
    files = Told(store, run, story)
    assert files.reasons(answered, number) == ["EVIDENCE_GAP"]
    assert files.reasons(answered, number + 1) == [""]


def test_who_the_authority_was_decides_again_whether_its_criticism_was_unusual(store: Store, run: Run) -> None:
    story = Story().cast()
    story.party(AUTHORITY)
    suspected = e.ViolationSuspected(post="岗-01", accused=REQUESTER, limb="a", evidence=(), statement="线索")
    story.record("violation/V1", AUTHORITY, "2026-03-12", suspected)
    for event in (
        e.ViolationFound(post="岗-01", limb="a", facts="属实", evidence=(), document=DOC),
        e.ViolationSeriousFound(post="岗-01", reasons="重"),
        e.CriticismNotified(post="岗-01", notice=DOC, audience="INTERNAL"),
    ):
        criticised = story.record("violation/V1", AUTHORITY, "2026-03-13", event)
    appointment = e.AuthorityAppointed(
        post="岗-01", party=AUTHORITY, rule_set="js-85-2012", from_=at("2026-03-01").date(), instrument=DOC
    )
    appointed = story.record("authority/320000", AUTHORITY, "2026-03-20", appointment)
    files = Told(store, run, story)
    assert files.reasons(criticised, appointed.index) == ["ISSUER_UNUSUAL"]
    assert files.reasons(criticised, appointed.index + 1) == [""]


@pytest.mark.parametrize("restarted", [False, True])
def test_new_requests_and_their_agreements_ask_for_no_rows(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch, restarted: bool
) -> None:
    """What lies open is in memory while a request has few acts: no batch waits until its rows are written."""
    story = Story().granted()
    story.used()
    already = len(story.acts) if restarted else 0
    write_acts(store, story.acts[:already])
    runner = run((AccessTrail,))
    for number in range(2, 42):
        story.requested(name=str(number))
        story.received(name=str(number))
        story.approved(name=str(number))
        story.proposed(name=f"A-{number}", requests=(str(number),), scope=scope())
        story.used(stream=f"request/{number}", request_id=str(number))
    waits = []
    settle = ProjectorGroup.wait_written
    monkeypatch.setattr(ProjectorGroup, "wait_written", lambda lane: waits.append(lane) or settle(lane))
    write_acts(store, story.acts[already:])
    runner.catch_up()
    assert len(waits) <= 2
