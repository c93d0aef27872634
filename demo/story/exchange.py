"""The acts of one exchange between two departments: request, receipt, answer, reviews, agreement, delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from demo.story.cast import CLERKS, DIVISION, ITEMS, PARTIES, uscc
from demo.story.opening import AUTHORITY
from demo.story.steps import SECOND, TERM, StoryStep, at, digest, duty, record, ref, scope, step


@dataclass(frozen=True, slots=True)
class Exchange:
    """One case: requester, provider, item, purpose, duty. ``purpose`` is (code, text)."""

    case: str
    requester: str
    provider: str
    item: str
    purpose: tuple[str, str]
    matter: str

    @property
    def stream(self) -> str:
        return f"request/{self.case}"

    @property
    def agreement(self) -> str:
        """Return ``agreement/A-0001`` for ``2026-0001``."""
        return f"agreement/A-{self.case.removeprefix('2026-')}"

    def scope(self, fields: tuple[str, ...] | None = None) -> dict[str, Any]:
        return scope(self.requester, fields or ITEMS[self.item].fields, self.purpose, self.matter)

    def by(self, who: str, name: str, when: datetime, data: dict[str, Any], *, tag: str = "") -> dict[str, Any]:
        return record(who, name, self.stream, when, data, tag=tag)

    # Request and answer (Arts 13, 18)

    def asked(self, day: str, *, claimed: tuple[str, ...] = (), renews: str = "") -> Iterator[StoryStep]:
        """Submit and receive on the same day. The 15-working-day clock starts with the receipt (Art. 18 ¶1).

        ``claimed``: the class that the provider claims at the receipt, stricter than the catalogue's.
        """
        classes = list(ITEMS[self.item].classes)
        yield self.submitted(day, item=self.item, **({"renews": renews} if renews else {}))
        yield self.received(day, claimed or tuple(classes))

    def submitted(self, day: str, **members: Any) -> StoryStep:
        """``members``: the item, or the description of information outside the catalogue."""
        data = {
            "provider": uscc(self.provider),
            "ground_a7": "A7_3",
            "scope": self.scope(),
            "matter_no": f"事项-{self.case}",
            "system": "业务系统-01",
            "classes_acknowledged": list(ITEMS[self.item].classes),
            "onward_intended": False,
            "form": digest(f"申请表 {self.case}"),
            **members,
        }
        return step(self.requester, self.by(self.requester, "request.submitted", at(day, "09:00"), data))

    def received(self, day: str, classes: tuple[str, ...], *before: dict[str, Any]) -> StoryStep:
        """``before``: the provider's records that accompany the receipt."""
        data = {"how": "PLATFORM", "class_at_receipt": list(classes), "item": self.item}
        when = at(day, "09:45" if before else "09:05")
        return step(self.provider, *before, self.by(self.provider, "request.received", when, data))

    def reviewed(self, day: str) -> Iterator[StoryStep]:
        data = {"unit": PARTIES[self.provider].unit}
        yield step(self.provider, self.by(self.provider, "request.accepted_for_review", at(day, "10:00"), data))

    def approved(self, day: str, *, clock: str = "15:00", **cites: dict[str, str]) -> Iterator[StoryStep]:
        """``cites``: the ruling that the approval follows, or the act that reopened the request."""
        data: dict[str, Any] = {"scope": self.scope(), "classes": list(ITEMS[self.item].classes), **cites}
        yield step(self.provider, self.by(self.provider, "request.approved", at(day, clock), data))

    def refused(self, day: str, ground: str) -> Iterator[StoryStep]:
        """Refuse with the digest of the written reasons, file on the same day; the authority acknowledges."""
        reasons = digest(f"不予提供理由 {self.case}")
        data = {**SECOND, "ground": ground, "reasons": reasons}
        yield step(self.provider, self.by(self.provider, "request.refused", at(day, "15:00"), data))
        yield from self.filed(day, "request.refused", reasons)

    def filed(self, day: str, response: str, reasons: str) -> Iterator[StoryStep]:
        """The three facts of Art. 18 ¶2 have their own times: answer, reasons, filing."""
        data = {"response": self.cites(self.provider, response), "filed_with": DIVISION, "reasons": reasons}
        filing = response.removeprefix("request.")
        yield step(self.provider, self.by(self.provider, "refusal.filed", at(day, "15:20"), data, tag=filing))
        acknowledged = {
            "filing_no": f"报送-{self.case}-{filing}",
            "filed": self.cites(self.provider, "refusal.filed", tag=filing),
        }
        when = at(day, "16:30")
        yield step(AUTHORITY, self.by(AUTHORITY, "refusal.acknowledged", when, acknowledged, tag=filing))

    # Art. 19 ¶1: each organ's secrecy review, then one agreement with both signatures

    def cleared(self, day: str) -> Iterator[StoryStep]:
        for who, hour in ((self.provider, "09:30"), (self.requester, "09:40")):
            review = f"SR-{self.case.removeprefix('2026-')}-{PARTIES[who].uscc[-3:]}"
            opened = {"review_id": review, "reviewer": CLERKS[1]}
            concluded = {"review_id": review, "result": "CLEARED"}
            yield step(
                who,
                self.by(who, "secrecy_review.opened", at(day, hour), opened, tag=uscc(who)),
                self.by(who, "secrecy_review.concluded", at(day, hour), concluded, tag=uscc(who)),
            )

    def agreed(self, day: str, fields: tuple[str, ...] | None = None) -> Iterator[StoryStep]:
        stream = self.agreement
        text = digest(f"{stream} v1")
        proposed = {
            "requests": [self.case],
            "requester": uscc(self.requester),
            "provider": uscc(self.provider),
            "scope": {"items": [self.item], **self.scope(fields)},
            "classes": list(ITEMS[self.item].classes),
            "obligations": digest(f"{stream} 义务"),
            "text_digest": text,
            "effective_from": f"2026-{day}",
            "effective_to": TERM["to"],
            "survives": True,
        }
        yield step(self.provider, record(self.provider, "agreement.proposed", stream, at(day, "10:00"), proposed))
        for who, hour in ((self.provider, "10:10"), (self.requester, "10:30")):
            signed = {**SECOND, "version": 1, "text_digest": text}
            yield step(who, record(who, "agreement.signed", stream, at(day, hour), signed, tag=uscc(who)))

    # Art. 14: delivery over the platform, and the matching acknowledgement

    def delivered(self, day: str, records: int, *, number: int = 1) -> Iterator[StoryStep]:
        yield self.sent(day, records, number=number)
        identity = self.delivery(number)
        data = {"delivery_id": identity, "records": records, "content": digest(f"交付 {identity}")}
        when, tag = at(day, "11:10"), _tag(number)
        yield step(self.requester, self.by(self.requester, "delivery.acknowledged", when, data, tag=tag))

    def delivery(self, number: int = 1) -> str:
        return f"D-{self.case.removeprefix('2026-')}-{number}"

    def sent(self, day: str, records: int, *, number: int = 1) -> StoryStep:
        identity = self.delivery(number)
        data: dict[str, Any] = {
            "delivery_id": identity,
            "request_id": self.case,
            "requester": uscc(self.requester),
            "item": self.item,
            "channel": "PLATFORM",
            "way": "INTERFACE",
            "network": "GOV_EXTRANET",
            "node": "省级节点",
            "interface": f"IF-{self.item}",
            "fields": list(ITEMS[self.item].fields),
            "records": records,
            "content": digest(f"交付 {identity}"),
            "fee_yuan": "0",
        }
        if ITEMS[self.item].classes:
            data["agreement"] = self.agreement.removeprefix("agreement/")
        when, tag = at(day, "11:00"), _tag(number)
        return step(self.provider, self.by(self.provider, "delivery.recorded", when, data, tag=tag))

    def use(self, when: datetime, post: str, *, fields: tuple[str, ...], tag: str) -> dict[str, Any]:
        """Return one use under this case's own purpose and duty (Art. 17 ¶1)."""
        data = {
            "post": post,
            "request_id": self.case,
            "unit": PARTIES[self.requester].unit,
            "officer": post,
            "system": "业务系统-01",
            "purpose_code": self.purpose[0],
            "purpose_text": self.purpose[1],
            "duty": duty(self.matter),
            "matter_no": f"事项-{self.case}",
            "item": self.item,
            "fields": list(fields),
            "subject_count": 1,
            "divisions": self.scope()["subjects"]["divisions"],
            "network": "GOV_EXTRANET",
            "channel": "PLATFORM",
            "delivery_id": self.delivery(),
        }
        return self.by(self.requester, "use.recorded", when, data, tag=tag)

    def cites(self, who: str, name: str, *, tag: str = "") -> dict[str, str]:
        return ref(who, name, self.stream, tag)


def _tag(number: int) -> str:
    """Return the part of a record id that distinguishes a second delivery from the first."""
    return "" if number == 1 else str(number)
