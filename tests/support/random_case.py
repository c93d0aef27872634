"""Random cases: what two organs and their authority might record about one item, late, wrong, out of order, denied.

Every act is well-formed; whether it is lawful is for judgement to say. The same seed gives the same acts.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar import CHINA
from domain.evolve import evolve
from domain.vocabulary.values import Period, Ref
from tests.support.casebook import Casebook, at
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, OTHER_DUTY, PROVIDER, REQUESTER, Story, scope

CLASSES = ((), ("privacy",), ("trade_secret",), ("privacy", "trade_secret"))


class Replay(Casebook):
    """The same acts again, one by one: what was known after each."""

    def apply(self, act: Act) -> None:
        self.acts.append(act)
        self._streams[act.by, act.id] = act.stream
        state = evolve(self._states.get(act.stream), act)
        assert state is not None
        self._states[act.stream] = state
        self._note(act)


class RandomCase(Story, Replay):
    """Time passes with every act; an act may be recorded up to three weeks after it happened."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.now = at("2026-02-01")
        self.kid = ""
        self.cast()
        self.kid = self.key(REQUESTER)

    def record_random_acts(self, acts: int) -> RandomCase:
        moves: list[Callable[[], object]] = [
            getattr(self, name) for name in sorted(dir(RandomCase)) if name.startswith("may_")
        ]
        while len(self.acts) < acts:
            self.now += timedelta(hours=self.random.choice((1, 5, 30, 80)))
            self.random.choice([*moves, self.may_use, self.may_use, self.may_use])()
        return self

    def note(self, stream: str, party: str, event: e.Event, *, late: bool = True) -> None:
        """Record the event if its stream takes it: what its life cycle does not allow, admission would refuse."""
        lag = self.random.choice((0, 0, 0, 1, 26, 24 * 8, 24 * 20)) if late else 0
        act = Act(
            event=event,
            by=party,
            id=f"r{len(self.acts)}",
            stream=stream,
            time=self.now - timedelta(hours=lag),
            recorded_at=self.now,
            index=len(self.acts),
            position=sum(each.stream == stream for each in self.acts),
            kid=self.kid if party == REQUESTER else "",
        )
        before = self.state(stream)
        if isinstance(event, e.UseRecorded) or evolve(before, act) is not before:
            self.apply(act)

    def day(self, back: int = 12, ahead: int = 12) -> date:
        return self.now.date() + timedelta(days=self.random.randint(-back, ahead))

    def moment(self) -> datetime:
        return (self.now + timedelta(hours=self.random.randint(-200, 200))).astimezone(CHINA)

    def of(self, *kinds: type[e.Event]) -> Act | None:
        """An earlier act of one of these kinds."""
        found = [act for act in self.acts if isinstance(act.event, kinds)]
        return self.random.choice(found) if found else None

    # the item

    def may_classify(self) -> None:
        classes = self.random.choice(CLASSES)
        self.note(
            "item/C04",
            PROVIDER,
            e.ResourceClassified(
                post="岗-01",
                name="企业年报",
                classes=classes,
                share_type="2",
                from_=self.day(),  # type: ignore[arg-type]
            ),
        )

    def may_change(self) -> None:
        number = len(self.acts)
        self.note("item/C04", PROVIDER, e.InformationChanged(post="岗-01", change_id=f"c{number}", how_known="巡查"))

    def may_update(self) -> None:
        self.note("item/C04", PROVIDER, e.InformationUpdated(post="岗-01", version=1, digest=DIGEST))

    def may_dispute(self) -> None:
        number = len(self.acts)
        self.note(
            f"dispute/d{number}",
            REQUESTER,
            e.DisputeOpened(
                post="岗-01", item="C04", counterparty=PROVIDER, claimed_class="privacy", fixed_by_central=False
            ),
        )

    def may_settle(self) -> None:
        if opened := self.of(e.DisputeOpened):
            self.note(opened.stream, REQUESTER, e.DisputeWithdrawn(post="岗-01", reason="达成一致"))

    def may_report_a_discrepancy(self) -> None:
        number = len(self.acts)
        event = e.DiscrepancyReported(
            post="岗-01",
            item="C04",
            datum="name",
            own=DIGEST,
            shared=DIGEST,
            severity="LOW",
            noticed_on=self.day(ahead=0),
        )
        self.note(f"discrepancy/x{number}", REQUESTER, event)

    # the request

    def may_request(self) -> None:
        name = self.random.choice("12")
        if self.state(f"request/{name}") is None:
            classes = self.random.choice(CLASSES)
            event = e.RequestSubmitted(
                post="岗-01",
                provider=PROVIDER,
                item="C04",
                ground_a7="A7_3",
                scope=scope(),
                matter_no="M-1",
                system="S-1",
                classes_acknowledged=classes,  # type: ignore[arg-type]
                onward_intended=False,
                form=DIGEST,
            )
            self.note(f"request/{name}", REQUESTER, event)

    def _request(self) -> str | None:
        names = [name for name in "12" if self.state(f"request/{name}") is not None]
        return self.random.choice(names) if names else None

    def may_receive(self) -> None:
        if name := self._request():
            event = e.RequestReceived(post="岗-01", how="PLATFORM", class_at_receipt=())
            self.note(f"request/{name}", PROVIDER, event)

    def may_approve(self) -> None:
        if name := self._request():
            fields = self.random.choice((("name",), ("name", "amount", "year")))
            self.note(
                f"request/{name}", PROVIDER, e.RequestApproved(post="岗-01", scope=scope(fields=fields), classes=())
            )

    def may_refuse(self) -> None:
        if name := self._request():
            ground = self.random.choice(("PRIVACY", "NONE", "STATUTORY"))
            reasons = self.random.choice((DIGEST, None))
            event = e.RequestRefused(post="岗-01", second_post="岗-02", ground=ground, reasons=reasons)  # type: ignore[arg-type]
            self.note(f"request/{name}", PROVIDER, event)

    def may_file(self) -> None:
        if refusal := self.of(e.RequestRefused):
            event = e.RefusalFiled(post="岗-01", response=refusal.ref, filed_with="320000", reasons=DIGEST)
            self.note(refusal.stream, PROVIDER, event)

    def may_revoke(self) -> None:
        if name := self._request():
            event = e.GrantRevoked(post="岗-01", cause="BREACH", effect=self.moment())
            self.note(f"request/{name}", PROVIDER, event)

    def may_suspend(self) -> None:
        if name := self._request():
            self.note(
                f"request/{name}", PROVIDER, e.GrantSuspended(post="岗-01", cause="INCIDENT", effect=self.moment())
            )

    def may_resume(self) -> None:
        if suspended := self.of(e.GrantSuspended):
            event = e.GrantResumed(post="岗-01", suspended=suspended.ref, effect=self.moment())
            self.note(suspended.stream, PROVIDER, event)

    def may_narrow(self) -> None:
        if name := self._request():
            event = e.GrantNarrowed(
                post="岗-01", scope=scope(fields=("name",)), cause="BREACH", ground="PRIVACY", effect=self.moment()
            )
            self.note(f"request/{name}", PROVIDER, event)

    def may_notify(self) -> None:
        if notice := self.of(e.GrantRevoked, e.GrantSuspended, e.GrantNarrowed):
            event = e.GrantNoticeReceived(post="岗-01", notice=notice.ref, how="PLATFORM")
            self.note(notice.stream, REQUESTER, event)

    def may_review(self) -> None:
        if (name := self._request()) and not self.of(e.SecrecyReviewOpened):
            opened = e.SecrecyReviewOpened(post="岗-01", review_id="R1", reviewer="岗-03")
            self.note(f"request/{name}", PROVIDER, opened, late=False)

    def may_conclude(self) -> None:
        if opened := self.of(e.SecrecyReviewOpened):
            result = self.random.choice(("CLEARED", "BLOCKED", "UNCERTAIN"))
            concluded = e.SecrecyReviewConcluded(post="岗-01", review_id="R1", result=result)  # type: ignore[arg-type]
            self.note(opened.stream, PROVIDER, concluded)

    # the agreement

    def may_propose(self) -> None:
        if name := self._request():
            event = e.AgreementProposed(
                post="岗-01",
                requests=(name,),
                requester=REQUESTER,
                provider=PROVIDER,
                scope=scope(fields=self.random.choice((("name",), ("name", "amount", "year")))),
                classes=("privacy", "trade_secret"),
                obligations=DIGEST,
                text_digest=DIGEST,
                effective_from=self.day(back=0),
                effective_to=self.day(back=-20, ahead=90),
                survives=True,
            )
            self.note(f"agreement/a{len(self.acts)}", PROVIDER, event, late=False)

    def may_sign(self) -> None:
        if proposed := self.of(e.AgreementProposed):
            by = self.random.choice((REQUESTER, PROVIDER))
            event = e.AgreementSigned(post="岗-01", second_post="岗-02", version=1, text_digest=DIGEST)
            self.note(proposed.stream, by, event)

    def may_sign_as_well(self) -> None:
        self.may_sign()

    def may_end_the_agreement(self) -> None:
        if proposed := self.of(e.AgreementProposed):
            event = e.AgreementTerminated(post="岗-01", clause="九", notice_on=self.day(), effect=self.day())
            self.note(proposed.stream, PROVIDER, event)

    def may_suspend_the_agreement(self) -> None:
        if proposed := self.of(e.AgreementProposed):
            event = e.AgreementSuspended(post="岗-01", cause="INCIDENT", effect=self.moment())
            self.note(proposed.stream, PROVIDER, event)

    # deliveries, uses, releases

    def may_deliver(self) -> None:
        number = len(self.acts)
        name = self._request()
        self._deliver(f"D{number}", name)

    def _deliver(self, delivery: str, name: str | None) -> None:
        event = e.DeliveryRecorded(
            post="岗-01",
            delivery_id=delivery,
            request_id=name,
            requester=REQUESTER,
            item="C04",
            channel=self.random.choice(("PLATFORM", "OFF_PLATFORM")),  # type: ignore[arg-type]
            way="INTERFACE",
            network="GOV_EXTRANET",
            fields=self.random.choice((("name",), ("name", "amount"))),
            records=1,
            content=DIGEST,
            fee_yuan=Decimal(0),
        )
        self.note(f"request/{name}" if name else f"use/{delivery}", PROVIDER, event)

    def may_acknowledge(self) -> None:
        if delivered := self.of(e.DeliveryRecorded):
            event = e.DeliveryAcknowledged(
                post="岗-01",
                delivery_id=delivered.event.delivery_id,  # type: ignore[attr-defined]
                records=1,
                content=DIGEST,
            )
            self.note(delivered.stream, REQUESTER, event)

    def may_report_a_charge(self) -> None:
        if name := self._request():
            delivered = self.of(e.DeliveryRecorded)
            cited = delivered.event.delivery_id if delivered and self.random.random() < 0.5 else None  # type: ignore[attr-defined]
            event = e.ChargeReported(post="岗-01", delivery_id=cited, amount_yuan=Decimal(5), evidence=DIGEST)
            self.note(f"request/{name}", REQUESTER, event)

    def may_use(self) -> None:
        name = self.random.choice(("1", "1", "2", None))
        delivered = self.of(e.DeliveryRecorded)
        known = name is not None and self.state(f"request/{name}") is not None
        event = e.UseRecorded(
            post="经办岗-01",
            request_id=name,
            unit="社会救助处",
            officer=self.random.choice(("经办岗-01", "经办岗-01", "经办岗-02")),
            system="S-1",
            purpose_code=self.random.choice(("P1", "P1", "P1", "P9", None)),
            purpose_text="核对",
            duty=self.random.choice((DUTY, DUTY, OTHER_DUTY)),
            matter_no="M-1",
            item="C04",
            fields=self.random.choice((("name",), ("name", "amount"))),
            subject_count=1,
            network="GOV_EXTRANET",
            channel="PLATFORM",
            delivery_id=self.random.choice((None, None, "D-unknown", _delivery_id(delivered))),
        )
        self.note(f"request/{name}" if known else f"use/u{len(self.acts)}", REQUESTER, event)

    def may_release(self) -> None:
        name = self._request()
        event = e.ReleaseRecorded(
            post="岗-01",
            second_post="岗-02",
            release_id=f"L{self.random.randint(1, 3)}",
            request_id=name,
            item="C04",
            fields=("name",),
            kind="DISCLOSURE",
            basis=self.random.choice(("NONE", "CONSENT", "DISCLOSURE_SCOPE")),  # type: ignore[arg-type]
            audience="公众",
            medium="网站",
            content=DIGEST,
            third_party="NONE",
        )
        self.note(f"request/{name}" if name else f"use/l{len(self.acts)}", REQUESTER, event)

    def may_ask_consent(self) -> None:
        if name := self._request():
            event = e.ReleaseConsentRequested(
                post="岗-01",
                release_id=f"L{self.random.randint(1, 3)}",
                fields=("name",),
                kind="DISCLOSURE",
                audience="公众",
                why="便民",
            )
            self.note(f"request/{name}", REQUESTER, event)

    def may_consent(self) -> None:
        if asked := self.of(e.ReleaseConsentRequested):
            event = e.ReleaseConsentGiven(
                post="岗-01",
                release_id=asked.event.release_id,  # type: ignore[attr-defined]
                fields=("name",),
                kind="DISCLOSURE",
                audience="公众",
                expires=self.random.choice((None, self.day())),
            )
            self.note(asked.stream, PROVIDER, event)

    # later words

    def may_suspect(self) -> None:
        if accused := self.of(e.ReleaseRecorded, e.UseRecorded):
            event = e.ViolationSuspected(
                post="岗-01", accused=REQUESTER, limb="c2", evidence=(accused.ref,), statement="擅自发布"
            )
            self.note(f"violation/v{len(self.acts)}", AUTHORITY, event)

    def may_find(self) -> None:
        if suspected := self.of(e.ViolationSuspected):
            evidence: tuple[Ref, ...] = suspected.event.evidence  # type: ignore[attr-defined]
            event = e.ViolationFound(post="岗-01", limb="c2", facts="属实", evidence=evidence, document=DOC)
            self.note(suspected.stream, AUTHORITY, event)

    def may_dismiss(self) -> None:
        if suspected := self.of(e.ViolationSuspected):
            self.note(suspected.stream, AUTHORITY, e.ViolationDismissed(post="岗-01", reasons="不成立"))

    def may_correct(self) -> None:
        if used := self.of(e.UseRecorded):
            changes = self.random.choice(({"purpose_code": "P1"}, {"purpose_code": "P9"}, {"fields": ["name"]}))
            event = e.EventCorrected(post="经办岗-01", event=used.ref, changes=changes, reason="笔误")
            self.note(used.stream, used.by, event)

    def may_stand_by(self) -> None:
        if signed := self.of(e.RequestApproved, e.AgreementSigned, e.ReleaseConsentGiven, e.UseRecorded):
            event = e.EventReaffirmed(post="经办岗-01", events=(signed.ref,), reason="BACKDATED")
            self.note(signed.stream, signed.by, event)

    def may_disown(self) -> None:
        if signed := self.of(e.RequestApproved, e.AgreementSigned, e.ReleaseConsentGiven, e.UseRecorded):
            event = e.EventDisowned(post="经办岗-01", events=(signed.ref,), reason="非本机关所为")
            self.note(signed.stream, signed.by, event)

    def may_lose_the_key(self) -> None:
        if self.random.random() < 0.2 and not self.of(e.KeyCompromised):
            event = e.KeyCompromised(post="经办岗-01", kid=self.kid, from_=self.moment(), how_known="巡查")
            self.note(f"party/{REQUESTER}", REQUESTER, event, late=False)

    def may_appoint(self) -> None:
        event = e.PartyOfficerAppointed(
            post="经办岗-01", officer="经办岗-02", unit="社会救助处", responsible=False, from_=self.day()
        )
        self.note(f"party/{REQUESTER}", REQUESTER, event)

    def may_relieve(self) -> None:
        event = e.PartyOfficerRelieved(post="经办岗-01", officer="经办岗-02", from_=self.day())
        self.note(f"party/{REQUESTER}", REQUESTER, event)

    def may_file_statistics(self) -> None:
        start = self.now.date().replace(day=1)
        event = e.StatisticsFiled(post="岗-01", period=Period(from_=start, to=self.now.date()), rows=())
        self.note(f"statistics/{PROVIDER}", PROVIDER, event)


def _delivery_id(act: Act | None) -> str | None:
    return act.event.delivery_id if act is not None and isinstance(act.event, e.DeliveryRecorded) else None
