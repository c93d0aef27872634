"""Random cases wider than ``RandomCase``: several organs, requests and items, reorganisations, doubts, and files of the
authority; in any order, recorded late.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain import events as e
from domain.act import Act
from domain.vocabulary.values import CiteOrDoc, Duty, Ref, UsccOrText
from tests.support.random_case import RandomCase
from tests.support.story import (
    AUTHORITY,
    DIGEST,
    DOC,
    DUTY,
    OTHER_DUTY,
    PROVIDER,
    REQUESTER,
    SECRECY,
    STATUTE,
    THIRD,
    scope,
)

ORGANS = (REQUESTER, PROVIDER, THIRD)
CORRECTABLE: dict[type[e.Event], tuple[dict[str, object], ...]] = {
    e.UseRecorded: ({"purpose_code": "P1"}, {"item": "C05"}, {"delivery_id": "D-unknown"}, {"unit": "别处"}),
    e.DeliveryRecorded: ({"channel": "PLATFORM"}, {"fields": ["name"]}, {"item": "C05"}, {"fee_yuan": "5"}),
    e.ReleaseRecorded: ({"basis": "NONE"}, {"release_id": "L2"}, {"item": "C05"}),
    e.RequestRefused: ({"ground": "PRIVACY"}, {"reasons": DIGEST}),
}


class RandomMultiPartyCase(RandomCase):
    """The same seed gives the same acts."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.party(AUTHORITY)
        self.moves = sorted(name for name in dir(type(self)) if name.startswith("may_"))

    def record_random_acts(self, acts: int) -> RandomMultiPartyCase:
        super().record_random_acts(acts // 3)
        while len(self.acts) < acts:
            self.now += timedelta(hours=self.random.choice((1, 5, 30, 80)))
            getattr(self, self.random.choice([*self.moves, "may_use", "may_use"]))()
        return self

    def _any(self) -> Act:
        return self.random.choice(self.acts)

    def _ref(self, *kinds: type[e.Event]) -> Ref | None:
        act = self.of(*kinds)
        return act.ref if act is not None else None

    # reorganisation

    def may_pass_on(self) -> None:
        old, new = self.random.sample(ORGANS, 2)
        duties: tuple[Duty, ...] = self.random.choice(((DUTY,), (OTHER_DUTY,), (DUTY, OTHER_DUTY)))
        event = e.PartySucceeded(
            post="岗-00",
            mode="MERGED",
            successors=(e.Successor(party=new, duty_bases=duties),),
            effective=self.day(),
            instrument=DOC,
        )
        if self.random.random() < 0.3:
            self.note(f"party/{old}", AUTHORITY, event)

    def may_be_entrusted(self) -> None:
        start = self.day(back=30, ahead=0)
        event = e.PartyAuthorityBasisRecorded(
            post="岗-00",
            kind="ENTRUSTED",
            basis=CiteOrDoc(cite=STATUTE),
            functions="受托",
            valid_from=start,
            valid_to=self.random.choice((None, self.day(back=0))),
        )
        self.note(f"party/{self.random.choice(ORGANS)}", AUTHORITY, event)

    def may_accede(self) -> None:
        if proposed := self.of(e.AgreementProposed):
            state: Any = self.state(proposed.stream)
            event = e.AgreementSucceeded(
                post="岗-01",
                predecessor=self.random.choice((REQUESTER, PROVIDER)),
                version=state.current.number + 1,
                text_digest=DIGEST,
                instrument=DOC,
            )
            self.note(proposed.stream, THIRD, event)

    # the item

    def may_classify_another(self) -> None:
        classes = self.random.choice(((), ("privacy",), ("state_secret",)))
        event = e.ResourceClassified(
            post="岗-01",
            name="名录",
            classes=classes,  # type: ignore[arg-type]
            level="秘密" if classes == ("state_secret",) else None,
            share_type="2",
            from_=self.day(),
            centralised_level=self.random.choice((None, "PROVINCE")),
            cause=self.random.choice((None, self._any().ref)),
        )
        self.note(f"item/{self.random.choice(('C04', 'C05'))}", self.random.choice((PROVIDER, THIRD)), event)

    def may_assign_the_source(self) -> None:
        event = e.SourceAssigned(
            post="岗-01", datum="name", party=self.random.choice(ORGANS), from_=self.day(), to=None
        )
        self.note(f"item/{self.random.choice(('C04', 'C05'))}", AUTHORITY, event)

    def may_determine(self) -> None:
        if opened := self.of(e.DisputeOpened):
            event = e.DeterminationIssued(
                post="岗-01",
                document=DOC,
                result=self.random.choice(("IS_STATE_SECRET", "NOT_STATE_SECRET")),
                level="机密",
                effective=self.day(),
            )
            self.note(opened.stream, SECRECY, event)

    def may_object(self) -> None:
        if opened := self.of(e.DisputeOpened):
            event = e.DisputeObjectionFiled(post="岗-01", originator=UsccOrText(uscc=PROVIDER), filing=DOC)
            self.note(opened.stream, opened.by, event)

    # the request

    def may_request_too(self) -> None:
        name = self.random.choice("345")
        if self.state(f"request/{name}") is None:
            item = self.random.choice(("C04", "C05", None))
            event = e.RequestSubmitted(
                post="岗-01",
                provider=PROVIDER,
                item=item,
                description="别的" if item is None else None,
                ground_a7="A7_3",
                scope=scope(),
                matter_no="M-1",
                system="S-1",
                classes_acknowledged=(),
                onward_intended=False,
                form=DIGEST,
            )
            self.note(f"request/{name}", self.random.choice((REQUESTER, THIRD)), event)

    def _request(self) -> str | None:
        names = [name for name in "12345" if self.state(f"request/{name}") is not None]
        return self.random.choice(names) if names else None

    def may_receive_and_name(self) -> None:
        if name := self._request():
            event = e.RequestReceived(
                post="岗-01",
                how="PAPER",
                class_at_receipt=self.random.choice(((), ("privacy",))),
                item=self.random.choice(("C04", "C05")),
            )
            self.note(f"request/{name}", PROVIDER, event)

    def may_answer_again(self) -> None:
        if name := self._request():
            state: Any = self.state(f"request/{name}")
            event = e.RequestApproved(
                post="岗-01",
                scope=state.scope,
                classes=(),
                reopened_by=self._ref(e.DeterminationIssued, e.CorrectionOrdered),
                oral_given_at=self.random.choice((None, self.moment())),
                emergency_statute=self.random.choice((None, STATUTE)),
            )
            self.note(f"request/{name}", self.random.choice((PROVIDER, THIRD)), event)

    def may_agree_in_part(self) -> None:
        if name := self._request():
            event = e.RequestPartlyApproved(
                post="岗-01",
                second_post="岗-02",
                scope=scope(fields=("name",)),
                classes=(),
                refused=(e.RefusedPart(fields=("year",), ground="PRIVACY"),),
                reasons=self.random.choice((None, DIGEST)),
            )
            self.note(f"request/{name}", PROVIDER, event)

    def may_negotiate(self) -> None:
        if name := self._request():
            state: Any = self.state(f"request/{name}")
            by = self.random.choice((REQUESTER, PROVIDER))
            event: e.Event = self.random.choice(
                (
                    e.NegotiationOpened(post="岗-01", opening="商"),
                    e.NegotiationAgreed(post="岗-01", scope=state.scope, record=DIGEST),
                    e.NegotiationFailed(
                        post="岗-01", record=DIGEST, provider_ground=self.random.choice((None, "PRIVACY", "OTHER"))
                    ),
                    e.RulingSubmitted(post="岗-01", file=DIGEST, to="320000", level_rule="PROVINCE"),
                    e.RulingIssued(
                        post="岗-01",
                        instrument=DOC,
                        share=self.random.choice((True, True, False)),
                        scope=self.random.choice((None, scope(fields=("name",)))),
                        comply_by=self.day(),
                    ),
                )
            )
            self.note(f"request/{name}", by, event)

    def may_review_again(self) -> None:
        if name := self._request():
            opened = e.SecrecyReviewOpened(post="岗-01", review_id=f"R{self.random.randint(2, 4)}", reviewer="岗-03")
            self.note(f"request/{name}", PROVIDER, opened)

    def may_conclude_some(self) -> None:
        if opened := self.of(e.SecrecyReviewOpened):
            result = self.random.choice(("CLEARED", "BLOCKED", "UNCERTAIN"))
            event = e.SecrecyReviewConcluded(post="岗-01", review_id=opened.event.review_id, result=result)  # type: ignore[attr-defined,arg-type]
            self.note(opened.stream, PROVIDER, event)

    def may_escalate(self) -> None:
        if opened := self.of(e.SecrecyReviewOpened):
            event = e.SecrecyReviewEscalated(
                post="岗-01",
                review_id=opened.event.review_id,  # type: ignore[attr-defined]
                provisional_level="秘密",
                to=UsccOrText(text="甲"),
            )
            self.note(opened.stream, PROVIDER, event)

    def may_narrow_together(self) -> None:
        if name := self._request():
            event = e.GrantNarrowed(post="岗-01", scope=scope(fields=("name",)), cause="OTHER", effect=self.moment())
            self.note(f"request/{name}", self.random.choice((REQUESTER, PROVIDER)), event)

    # the agreement

    def may_amend(self) -> None:
        if proposed := self.of(e.AgreementProposed):
            state: Any = self.state(proposed.stream)
            number = state.current.number + 1
            if state.amendment is None:
                event: e.Event = e.AgreementAmendmentProposed(
                    post="岗-01",
                    version=number,
                    text_digest=DIGEST,
                    scope=scope(fields=self.random.choice((("name",), ("name", "amount", "year")))),
                    effective_from=self.day(),
                    effective_to=self.day(back=0, ahead=60),
                )
            else:
                event = e.AgreementAmended(post="岗-01", second_post="岗-02", version=number, text_digest=DIGEST)
            self.note(proposed.stream, self.random.choice((REQUESTER, PROVIDER)), event)

    def may_resume_the_agreement(self) -> None:
        if suspended := self.of(e.AgreementSuspended):
            event = e.AgreementResumed(post="岗-01", suspended=suspended.ref, effect=self.moment())
            self.note(suspended.stream, PROVIDER, event)

    # deliveries and uses of others

    def may_deliver_otherwise(self) -> None:
        name = self.random.choice((self._request(), "9", None))
        agreements = [act.stream.partition("/")[2] for act in self.acts if isinstance(act.event, e.AgreementProposed)]
        number = len(self.acts)
        event = e.DeliveryRecorded(
            post="岗-01",
            delivery_id=f"D{number}",
            request_id=name,
            requester=self.random.choice((REQUESTER, THIRD)),
            item=self.random.choice(("C04", "C05")),
            channel="OFF_PLATFORM",
            way="FILE",
            network="GOV_EXTRANET",
            fields=("name",),
            records=1,
            content=DIGEST,
            fee_yuan=Decimal(0),
            reason=self.random.choice((None, "专线")),
            agreement=self.random.choice((None, f"a{number + 3}", *agreements)),
        )
        known = name is not None and self.state(f"request/{name}") is not None
        self.note(f"request/{name}" if known else f"use/r{number}", self.random.choice((PROVIDER, THIRD)), event)

    def may_use_otherwise(self) -> None:
        name = self.random.choice(("1", "3", "4", "5", "5", None))
        number = len(self.acts)
        known = name is not None and self.state(f"request/{name}") is not None
        event = e.UseRecorded(
            post="经办岗-01",
            request_id=name,
            unit="社会救助处",
            officer="经办岗-01",
            system="S-1",
            purpose_code="P1",
            purpose_text="核对",
            duty=self.random.choice((DUTY, OTHER_DUTY)),
            matter_no="M-1",
            item=self.random.choice(("C04", "C05")),
            fields=("name",),
            subject_count=1,
            network="GOV_EXTRANET",
            channel="PLATFORM",
            emergency_statute=self.random.choice((None, None, STATUTE)),
        )
        by = self.random.choice((REQUESTER, THIRD))
        self.note(f"request/{name}" if known else f"use/r{number}", by, event)

    # later words

    def may_correct_anything(self) -> None:
        kind = self.random.choice(list(CORRECTABLE))
        if act := self.of(kind):
            changes = self.random.choice(CORRECTABLE[kind])
            event = e.EventCorrected(post="经办岗-01", event=act.ref, changes=changes, reason="笔误")
            self.note(act.stream, act.by, event)

    def may_stand_by_anything(self) -> None:
        act = self._any()
        event = e.EventReaffirmed(post="经办岗-01", events=(act.ref,), reason="KEY_COMPROMISE")
        self.note(act.stream, act.by, event)

    def may_disown_anything(self) -> None:
        act = self._any()
        if not isinstance(act.event, e.PartyRegistered | e.KeyAuthorised):
            self.note(act.stream, act.by, e.EventDisowned(post="经办岗-01", events=(act.ref,), reason="非本机关所为"))

    # the authority's files

    def may_suspect_anything(self) -> None:
        limb = self.random.choice(("c2", "c1"))
        event = e.ViolationSuspected(
            post="岗-01",
            accused=self.random.choice(ORGANS),
            limb=limb,  # type: ignore[arg-type]
            evidence=(self._any().ref,),
            statement="线索",
        )
        self.note(f"violation/w{len(self.acts)}", self.random.choice((AUTHORITY, THIRD)), event)

    def may_find_otherwise(self) -> None:
        if suspected := self.of(e.ViolationSuspected):
            event = e.ViolationFound(
                post="岗-01",
                limb=self.random.choice(("c1", "c2")),
                facts="属实",
                evidence=(self._any().ref,),
                document=DOC,
            )
            self.note(suspected.stream, AUTHORITY, event)

    def may_go_on_with_the_file(self) -> None:
        if found := self.of(e.ViolationFound):
            event: e.Event = self.random.choice(
                (
                    e.CorrectionOrdered(post="岗-01", order=DOC, measures="改", limit=self.day(back=0)),
                    e.ViolationSeriousFound(post="岗-01", reasons="重"),
                    e.CriticismNotified(post="岗-01", notice=DOC, audience="INTERNAL"),
                )
            )
            self.note(found.stream, self.random.choice((AUTHORITY, THIRD)), event)

    def may_appoint_the_authority(self) -> None:
        event = e.AuthorityAppointed(
            post="岗-01",
            party=self.random.choice((AUTHORITY, THIRD)),
            rule_set="js-85-2012",
            from_=self.day(),
            instrument=DOC,
        )
        self.note("authority/320000", AUTHORITY, event)

    def may_move_house(self) -> None:
        event = e.PartyRenamed(
            post="岗-01",
            name="新名",
            division=self.random.choice((None, "320100", "320000")),
            from_=self.day(),
            instrument=DOC,
        )
        self.note(f"party/{self.random.choice(ORGANS)}", AUTHORITY, event)
