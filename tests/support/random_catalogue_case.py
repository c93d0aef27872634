"""Random cases about catalogue entries, demands, disputes, discrepancies, and deliveries in every state: answered,
rejected, recalled, destroyed, corrected, disowned, sent anew.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain import events as e
from domain.events import Event
from domain.vocabulary.values import Ref, UsccOrText
from tests.support.payloads import OTHER_DIGEST
from tests.support.random_multi_party_case import RandomMultiPartyCase
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, PROVIDER, REQUESTER, SECRECY, THIRD, scope

ITEMS = ("C04", "C05")
DISPUTED = ("privacy", "trade_secret", "state_secret")


class RandomCatalogueCase(RandomMultiPartyCase):
    """The same seed gives the same acts."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.own = sorted(name for name in vars(RandomCatalogueCase) if name.startswith("may_"))

    def record_random_acts(self, acts: int) -> RandomCatalogueCase:
        super().record_random_acts(acts // 3)
        while len(self.acts) < acts:
            self.now += timedelta(hours=self.random.choice((1, 5, 30, 80)))
            getattr(self, self.random.choice([*self.own, *self.own, *self.moves]))()
        return self

    def _said(self, stream: str, by: str, made: type[Event], **members: Any) -> None:
        self.note(stream, by, made(post="岗-01", **members))

    # the catalogue

    def may_propose_an_entry(self) -> None:
        item, version = self.random.choice(ITEMS), self.random.randint(1, 3)
        source = self.random.choice((None, THIRD))
        made = e.CatalogueEntryProposed
        self._said(
            f"item/{item}", PROVIDER, made, name="名录", ground_a7="A7_3", version=version, source_of_record=source
        )

    def may_publish(self) -> None:
        if proposed := self.of(e.CatalogueEntryProposed):
            members: dict[str, Any] = {
                "version": proposed.event.version,  # type: ignore[attr-defined]
                "name": "企业年报",
                "format": "数据库",
                "share_condition": "行政依据",
                "share_way": "接口",
                "provider": PROVIDER,
                "published_on": self.day(),
                "update_cycle": "每年",
            }
            self._said(proposed.stream, AUTHORITY, e.CatalogueEntryPublished, **members)

    def may_amend_the_entry(self) -> None:
        item = self.random.choice(ITEMS)
        version = self.random.randint(2, 9)
        self._said(f"item/{item}", AUTHORITY, e.CatalogueEntryAmended, version=version, share_way="文件")

    def may_suspend_or_withdraw(self) -> None:
        stream = f"item/{self.random.choice(ITEMS)}"
        if self.random.random() < 0.7:
            self._said(stream, PROVIDER, e.CatalogueEntrySuspended, cause="DISPUTE")
        else:
            self._said(stream, AUTHORITY, e.CatalogueEntryWithdrawn, ground="不再提供")

    def may_restore(self) -> None:
        if suspended := self.of(e.CatalogueEntrySuspended):
            self._said(suspended.stream, PROVIDER, e.CatalogueEntryRestored, suspended=suspended.ref)

    # demands

    def may_state_a_demand(self) -> None:
        item = self.random.choice((None, *ITEMS))
        self._said(f"demand/n{len(self.acts)}", REQUESTER, e.DemandStated, wanted="收入", duty=DUTY, item=item)

    def may_answer_a_demand(self) -> None:
        if stated := self.of(e.DemandStated):
            match self.random.randrange(4):
                case 0:
                    self._said(stated.stream, AUTHORITY, e.DemandMatched, item=self.random.choice(ITEMS), version=1)
                case 1:
                    self._said(stated.stream, AUTHORITY, e.DemandUnmet, reason="无")
                case 2:
                    changed = {"changed_on": self.day(), "wanted": "营业收入", "duty": DUTY}
                    self._said(stated.stream, REQUESTER, e.DemandChanged, **changed)
                case _:
                    self._said(stated.stream, REQUESTER, e.DemandClosed, reason="已满足")

    def may_ask_for_it(self) -> None:
        stated = self.of(e.DemandStated)
        members: dict[str, Any] = {"classes_acknowledged": (), "onward_intended": False, "form": DIGEST}
        if stated is not None:
            members["demand"] = stated.stream.partition("/")[2]
        scoped = {"provider": PROVIDER, "item": self.random.choice(ITEMS), "ground_a7": "A7_3", "scope": scope()}
        name = f"request/q{len(self.acts)}"
        self._said(name, REQUESTER, e.RequestSubmitted, **scoped, **members, matter_no="M-1", system="S-1")
        classes = self.random.choice(((), ("state_secret",)))
        self._said(name, PROVIDER, e.RequestReceived, how="PLATFORM", class_at_receipt=classes)

    # disputes and discrepancies

    def may_dispute_anything(self) -> None:
        by, other = self.random.choice(((REQUESTER, PROVIDER), (PROVIDER, REQUESTER)))
        members = {"item": self.random.choice(ITEMS), "claimed_class": self.random.choice(DISPUTED)}
        stream = f"dispute/e{len(self.acts)}"
        self._said(stream, by, e.DisputeOpened, counterparty=other, fixed_by_central=False, **members)

    def may_go_on_with_the_dispute(self) -> None:
        if opened := self.of(e.DisputeOpened):
            made: tuple[type[Event], dict[str, Any]] = self.random.choice(
                (
                    (e.DisputeRouted, {"route": "A"}),
                    (e.DisputeObjectionFiled, {"originator": UsccOrText(uscc=PROVIDER), "filing": DOC}),
                    (e.DisputeObjectionIgnored, {"since": self.day()}),
                    (e.DisputeEscalated, {"to": self.random.choice(("PROVINCE", "NATION")), "filing": DOC}),
                    (e.DisputeApplied, {"organ": "甲", "case_no": "1", "applied_on": self.day()}),
                )
            )
            self._said(opened.stream, opened.by, made[0], **made[1])

    def may_record_an_outcome(self) -> None:
        if opened := self.of(e.DisputeOpened):
            members = {"outcome": "PARTLY", "document": DOC, "effective": self.day()}
            self._said(opened.stream, opened.by, e.DisputeOutcomeRecorded, **members)

    def may_determine_otherwise(self) -> None:
        if opened := self.of(e.DisputeOpened):
            result = self.random.choice(("IS_STATE_SECRET", "NOT_STATE_SECRET", "PARTLY"))
            members = {"document": DOC, "result": result, "effective": self.day()}
            self._said(opened.stream, SECRECY, e.DeterminationIssued, **members)

    def may_answer_because_of_it(self) -> None:
        decided = self.of(e.DeterminationIssued, e.DisputeOutcomeRecorded)
        received = self.of(e.RequestReceived)
        if decided is not None and received is not None:
            members = {"scope": scope(), "classes": (), "reopened_by": decided.ref}
            self._said(received.stream, PROVIDER, e.RequestApproved, **members)

    def may_go_on_with_the_discrepancy(self) -> None:
        if reported := self.of(e.DiscrepancyReported):
            made: tuple[type[Event], str, dict[str, Any]] = self.random.choice(
                (
                    (e.DiscrepancyVerified, PROVIDER, {"result": "SOURCE_WRONG"}),
                    (e.DiscrepancyExplained, PROVIDER, {"explanation": "滞后"}),
                    (e.DiscrepancyClosed, reported.by, {"result": "已更正"}),
                )
            )
            self._said(reported.stream, made[1], made[0], **made[2])

    # deliveries

    def may_deliver_much(self) -> None:
        name = self.random.choice(("1", "2", "3", None))
        known = name is not None and self.state(f"request/{name}") is not None
        delivery = f"M{len(self.acts)}"
        members: dict[str, Any] = {
            "delivery_id": delivery,
            "request_id": name if known else None,
            "requester": REQUESTER,
            "item": self.random.choice(ITEMS),
            "channel": "PLATFORM",
            "way": "BATCH",
            "network": "GOV_EXTRANET",
            "fields": ("name",),
            "records": self.random.choice((10, 12)),
            "content": DIGEST,
            "fee_yuan": Decimal(0),
        }
        self._said(f"request/{name}" if known else f"use/{delivery}", PROVIDER, e.DeliveryRecorded, **members)

    def may_answer_the_delivery(self) -> None:
        if delivered := self.of(e.DeliveryRecorded):
            of = {"delivery_id": delivered.event.delivery_id}  # type: ignore[attr-defined]
            records, content = self.random.choice((10, 12)), self.random.choice((DIGEST, OTHER_DIGEST))
            if self.random.random() < 0.5:
                said = {"records": records, "content": content}
                self._said(delivered.stream, REQUESTER, e.DeliveryAcknowledged, **of, **said)
            else:
                counted = self.random.choice(({}, {"records": records}, {"content": content}))
                self._said(delivered.stream, REQUESTER, e.DeliveryRejected, mismatch="不符", **of, **counted)

    def may_end_the_delivery(self) -> None:
        if delivered := self.of(e.DeliveryRecorded):
            delivery: str = delivered.event.delivery_id  # type: ignore[attr-defined]
            if self.random.random() < 0.5:
                self._said(delivered.stream, PROVIDER, e.DeliveryRecalled, delivery_id=delivery, cause="OTHER")
            else:
                members = {"delivery_ids": (delivery,), "method": "清除", "witness": "岗-02"}
                self._said(delivered.stream, REQUESTER, e.DestructionRecorded, **members)

    def may_speak_of_a_delivery_again(self) -> None:
        told = self.of(e.DeliveryRecorded, e.DeliveryAcknowledged, e.DeliveryRejected, e.DeliveryRecalled)
        if told is not None:
            ref: Ref = told.ref
            if self.random.random() < 0.7:
                changes = self.random.choice(({"records": 10}, {"records": 12}, {"content": DIGEST}))
                self._said(told.stream, told.by, e.EventCorrected, event=ref, changes=changes, reason="重复")
            else:
                self._said(told.stream, told.by, e.EventDisowned, events=(ref,), reason="非本机关所为")
