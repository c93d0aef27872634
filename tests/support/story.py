"""The standard cast, and the usual acts between them: a requester asks a provider for item C04 in March 2026."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain import events as e
from domain.act import Act
from domain.judgement.verdict import Judgement, Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Cite, Doc, Duty, Jwk, Purpose, Scope, Subjects, Term, UsccOrText, Users
from tests.support.casebook import Casebook, at

REQUESTER, PROVIDER, THIRD = "113200000000000195", "113200000000000270", "113201000000000350"
AUTHORITY, GOVERNMENT, SECRECY = "113200000000000863", "11320000000000094X", "11320000000000211P"
DIGEST = "ab" * 32
PAGE = Cite(law="政府信息公开条例", article="20")
STATUTE = Cite(law="电子签名法", article="3")
DOC = Doc(no="1", issuer=UsccOrText(text="演示机构甲"), date=date(2026, 1, 1), digest=DIGEST)
DUTY = Duty(kind="三定", doc=DOC)
OTHER_DUTY = Duty(kind="MATTER_CODE", matter_code="M-9")
FIELDS = ("name", "amount", "year")
SECRET = ("trade_secret",)


def scope(**changes: Any) -> Scope:
    """What the standard request asks for and is granted."""
    members: dict[str, Any] = {
        "fields": FIELDS,
        "subjects": Subjects(divisions=("320000",)),
        "purposes": (Purpose(code="P1", text="核对"),),
        "duty_bases": (DUTY,),
        "users": Users(units=("社会救助处",)),
        "network": "GOV_EXTRANET",
        "way": "INTERFACE",
        "term": Term(from_=date(2026, 1, 1), to=date(2026, 12, 31)),
    }
    return Scope(**(members | changes))


def assert_judged(judgement: Judgement, verdict: Verdict | None, row: str | None, *codes: Reason) -> None:
    assert (judgement.verdict, judgement.table_row, judgement.codes) == (verdict, row, codes)


def determined(story: Story, time: str) -> None:
    """The dispute on item C04 ends with a determination: it is a state secret."""
    event = e.DeterminationIssued(
        post="岗-01", document=DOC, result="IS_STATE_SECRET", level="机密", effective=at(time).date()
    )
    story.record("dispute/C04", SECRECY, time, event)


class Story(Casebook):
    """Every act has its usual content; a test changes what it is about."""

    def party(self, uscc: str, *, time: str = "2026-01-05", **changes: Any) -> Act:
        members: dict[str, Any] = {
            "post": "岗-00",
            "name": uscc,
            "category": "ORGAN",
            "level": "PROVINCE",
            "division": "320000",
            "valid_from": date(2013, 1, 1),
            "unit": "办公室",
            "responsible_post": "经办岗-01",
        }
        return self.record(f"party/{uscc}", AUTHORITY, time, e.PartyRegistered(**(members | changes)))

    def cast(self) -> Story:
        for uscc in (REQUESTER, PROVIDER, THIRD):
            self.party(uscc)
        self.party(GOVERNMENT, category="GOVERNMENT")
        return self

    def classified(
        self, classes: Iterable[str] = (), *, item: str = "C04", time: str = "2026-02-02", **changes: Any
    ) -> Act:
        members: dict[str, Any] = {
            "post": "岗-01",
            "name": "企业年报",
            "classes": tuple(classes),
            "share_type": "2",
            "from_": at(time).date(),
        }
        return self.record(f"item/{item}", PROVIDER, time, e.ResourceClassified(**(members | changes)))

    def requested(self, *, time: str = "2026-03-06", item: str | None = "C04", name: str = "1", **changes: Any) -> Act:
        members: dict[str, Any] = {
            "post": "岗-01",
            "provider": PROVIDER,
            "item": item,
            "ground_a7": "A7_3",
            "scope": scope(),
            "matter_no": "M-1",
            "system": "S-1",
            "classes_acknowledged": (),
            "onward_intended": False,
            "form": DIGEST,
        }
        return self.record(f"request/{name}", REQUESTER, time, e.RequestSubmitted(**(members | changes)))

    def received(
        self, *, time: str = "2026-03-09", classes: Iterable[str] = (), name: str = "1", **changes: Any
    ) -> Act:
        event = e.RequestReceived(post="岗-01", how="PLATFORM", class_at_receipt=tuple(classes), **changes)
        return self.record(f"request/{name}", PROVIDER, time, event)

    def approved(
        self, *, time: str = "2026-03-20", recorded: str | None = None, kid: str = "", name: str = "1", **changes: Any
    ) -> Act:
        members: dict[str, Any] = {"post": "岗-01", "scope": scope(), "classes": ()}
        event = e.RequestApproved(**(members | changes))
        return self.record(f"request/{name}", PROVIDER, time, event, recorded=recorded, kid=kid)

    def granted(self, classes: Iterable[str] = (), **changes: Any) -> Story:
        """Parties, a classified item, and a request for it that was received and approved on 20 March 2026."""
        self.cast()
        self.classified(classes)
        self.requested(classes_acknowledged=tuple(classes))
        self.received(classes=classes)
        self.approved(classes=tuple(classes), **changes)
        return self

    def proposed(self, *, time: str = "2026-03-23", name: str = "A-1", **changes: Any) -> Act:
        members: dict[str, Any] = {
            "post": "岗-01",
            "requests": ("1",),
            "requester": REQUESTER,
            "provider": PROVIDER,
            "scope": scope(),
            "classes": ("privacy", "trade_secret"),
            "obligations": DIGEST,
            "text_digest": DIGEST,
            "effective_from": date(2026, 3, 24),
            "effective_to": date(2026, 12, 31),
            "survives": True,
        }
        return self.record(f"agreement/{name}", PROVIDER, time, e.AgreementProposed(**(members | changes)))

    def signed(
        self, by: str, *, time: str = "2026-03-24", recorded: str | None = None, name: str = "A-1", version: int = 1
    ) -> Act:
        event = e.AgreementSigned(post="岗-01", second_post="岗-02", version=version, text_digest=DIGEST)
        return self.record(f"agreement/{name}", by, time, event, recorded=recorded)

    def agreed(self, *, name: str = "A-1", **changes: Any) -> Story:
        """An agreement in force since 24 March 2026, 09:00."""
        self.proposed(name=name, **changes)
        self.signed(REQUESTER, name=name)
        self.signed(PROVIDER, name=name)
        return self

    def used(
        self, *, time: str = "2026-04-01", recorded: str | None = None, stream: str | None = None, **changes: Any
    ) -> Act:
        members: dict[str, Any] = {
            "post": "经办岗-01",
            "request_id": "1",
            "unit": "社会救助处",
            "officer": "经办岗-01",
            "system": "S-1",
            "purpose_code": "P1",
            "purpose_text": "核对",
            "duty": DUTY,
            "matter_no": "M-1",
            "item": "C04",
            "fields": ("name",),
            "subject_count": 1,
            "network": "GOV_EXTRANET",
            "channel": "PLATFORM",
        }
        by, kid = changes.pop("by", REQUESTER), changes.pop("kid", "")
        event = e.UseRecorded(**(members | changes))
        place = stream or (f"request/{event.request_id}" if event.request_id == "1" else f"use/u{len(self.acts)}")
        return self.record(place, by, time, event, recorded=recorded, kid=kid)

    def reviewed(self, result: str = "CLEARED", *, by: str = PROVIDER, time: str = "2026-03-23T10:00") -> Act:
        self.record(
            "request/1", by, "2026-03-23", e.SecrecyReviewOpened(post="岗-01", review_id="R1", reviewer="岗-03")
        )
        concluded = e.SecrecyReviewConcluded(post="岗-01", review_id="R1", result=result)  # type: ignore[arg-type]
        return self.record("request/1", by, time, concluded)

    def delivered(self, *, time: str = "2026-03-25", recorded: str | None = None, **changes: Any) -> Act:
        members: dict[str, Any] = {
            "post": "岗-01",
            "delivery_id": "D1",
            "request_id": "1",
            "requester": REQUESTER,
            "item": "C04",
            "channel": "PLATFORM",
            "way": "INTERFACE",
            "network": "GOV_EXTRANET",
            "fields": ("name",),
            "records": 100,
            "content": DIGEST,
            "fee_yuan": Decimal(0),
        }
        event = e.DeliveryRecorded(**(members | changes))
        place = "request/1" if event.request_id == "1" else f"use/d{len(self.acts)}"
        return self.record(place, changes.pop("by", PROVIDER), time, event, recorded=recorded)

    def released(self, *, time: str = "2026-08-11", **changes: Any) -> Act:
        members: dict[str, Any] = {
            "post": "岗-01",
            "second_post": "岗-02",
            "release_id": "L1",
            "request_id": "1",
            "item": "C04",
            "fields": ("name",),
            "kind": "RELEASE",
            "basis": "NONE",
            "audience": "公众",
            "medium": "网站",
            "content": DIGEST,
            "third_party": "NONE",
        }
        event = e.ReleaseRecorded(**(members | changes))
        place = "request/1" if event.request_id == "1" else f"use/l{len(self.acts)}"
        return self.record(place, REQUESTER, time, event)

    def consented(self, *, time: str = "2026-08-07", recorded: str | None = None, **changes: Any) -> Act:
        """The provider's consent to release L1, asked for the day before."""
        members: dict[str, Any] = {
            "post": "岗-01",
            "release_id": "L1",
            "fields": ("name",),
            "kind": "RELEASE",
            "audience": "公众",
        }
        given = e.ReleaseConsentGiven(**(members | changes))
        asked = e.ReleaseConsentRequested(
            post="岗-01", release_id="L1", fields=given.fields, kind=given.kind, audience="公众", why="便民"
        )
        self.record("request/1", REQUESTER, "2026-08-06", asked)
        return self.record("request/1", PROVIDER, time, given, recorded=recorded)

    def refused(
        self, *, time: str = "2026-03-25", reasons: str | None = DIGEST, ground: str = "PRIVACY", **changes: Any
    ) -> Act:
        members: dict[str, Any] = {"post": "岗-01", "second_post": "岗-02", "ground": ground, "reasons": reasons}
        kid = changes.pop("kid", "")
        return self.record("request/1", PROVIDER, time, e.RequestRefused(**(members | changes)), kid=kid)

    def filed(self, refusal: Act, *, time: str | None = None) -> Act:
        event = e.RefusalFiled(post="岗-01", response=refusal.ref, filed_with="320000", reasons=DIGEST)
        when = time or (refusal.time + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
        return self.record("request/1", PROVIDER, when, event)

    def disputed(
        self, claimed: str = "privacy", *, time: str = "2026-04-10", level: str | None = None, item: str = "C04"
    ) -> Act:
        event = e.DisputeOpened(
            post="岗-01",
            item=item,
            counterparty=PROVIDER,
            claimed_class=claimed,  # type: ignore[arg-type]
            level=level,  # type: ignore[arg-type]
            fixed_by_central=False,
        )
        return self.record(f"dispute/{item}", REQUESTER, time, event)

    def reaffirmed(self, act: Act, *, reason: str = "BACKDATED", time: str = "2026-09-01") -> Act:
        event = e.EventReaffirmed(post="经办岗-01", events=(act.ref,), reason=reason)  # type: ignore[arg-type]
        return self.record(act.stream, act.by, time, event)

    def disowned(self, act: Act, *, time: str = "2026-09-01") -> Act:
        event = e.EventDisowned(post="经办岗-01", events=(act.ref,), reason="非本机关所为")
        return self.record(act.stream, act.by, time, event)

    def key(self, uscc: str) -> str:
        """A key of the organ; its thumbprint."""
        jwk = Jwk(kty="OKP", crv="Ed25519", x="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        event = e.KeyAuthorised(post="经办岗-01", key=jwk, valid_from=at("2026-01-05"))
        self.record(f"party/{uscc}", uscc, "2026-01-06", event)
        return jwk.thumbprint()

    def compromised(self, uscc: str, kid: str, *, since: str, reported: str) -> Act:
        event = e.KeyCompromised(post="经办岗-01", kid=kid, from_=at(since), how_known="巡查")
        return self.record(f"party/{uscc}", uscc, reported, event)
