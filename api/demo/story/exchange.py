"""What one exchange between two departments consists of: request, receipt, answer, reviews, agreement, delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.demo.story.cast import CATALOGUE, CLERKS, PARTIES, uscc
from api.demo.story.steps import SECOND, TERM, Step, at, digest, duty, record, ref, scope, step


@dataclass(frozen=True, slots=True)
class Exchange:
    """One case: who asks whom for what, and why. ``purpose`` is (code, text)."""

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
        """``2026-0001`` → ``agreement/A-0001``."""
        return f"agreement/A-{self.case.removeprefix('2026-')}"

    def scope(self, fields: tuple[str, ...] | None = None) -> dict[str, Any]:
        return scope(self.requester, fields or CATALOGUE[self.item].fields, self.purpose, self.matter)

    def by(self, who: str, name: str, when: datetime, data: dict[str, Any], *, tag: str = "") -> dict[str, Any]:
        return record(who, name, self.stream, when, data, tag=tag)

    # --- request and answer (Arts 13, 18)

    def asked(self, day: str) -> Iterator[Step]:
        """Submitted and received on the same day; the 15-working-day clock starts with the receipt (Art. 18 ¶1)."""
        classes = list(CATALOGUE[self.item].classes)
        submitted = {
            "provider": uscc(self.provider),
            "item": self.item,
            "ground_a7": "A7_3",
            "scope": self.scope(),
            "matter_no": f"事项-{self.case}",
            "system": "业务系统-01",
            "classes_acknowledged": classes,
            "onward_intended": False,
            "form": digest(f"申请表 {self.case}"),
        }
        yield step(self.requester, self.by(self.requester, "request.submitted", at(day, "09:00"), submitted))
        received = {"how": "PLATFORM", "class_at_receipt": classes, "item": self.item}
        yield step(self.provider, self.by(self.provider, "request.received", at(day, "09:05"), received))

    def reviewed(self, day: str) -> Iterator[Step]:
        data = {"unit": PARTIES[self.provider].unit}
        yield step(self.provider, self.by(self.provider, "request.accepted_for_review", at(day, "10:00"), data))

    def approved(self, day: str, *, reopened_by: dict[str, str] | None = None) -> Iterator[Step]:
        data: dict[str, Any] = {"scope": self.scope(), "classes": list(CATALOGUE[self.item].classes)}
        if reopened_by is not None:
            data["reopened_by"] = reopened_by
        yield step(self.provider, self.by(self.provider, "request.approved", at(day, "15:00"), data))

    # --- Art. 19 ¶1: each organ's secrecy review, then one agreement with both signatures

    def cleared(self, day: str) -> Iterator[Step]:
        for who, hour in ((self.provider, "09:30"), (self.requester, "09:40")):
            review = f"SR-{self.case.removeprefix('2026-')}-{PARTIES[who].uscc[-3:]}"
            opened = {"review_id": review, "reviewer": CLERKS[1]}
            concluded = {"review_id": review, "result": "CLEARED"}
            yield step(
                who,
                self.by(who, "secrecy_review.opened", at(day, hour), opened, tag=uscc(who)),
                self.by(who, "secrecy_review.concluded", at(day, hour), concluded, tag=uscc(who)),
            )

    def agreed(self, day: str, fields: tuple[str, ...] | None = None) -> Iterator[Step]:
        stream = self.agreement
        text = digest(f"{stream} v1")
        proposed = {
            "requests": [self.case],
            "requester": uscc(self.requester),
            "provider": uscc(self.provider),
            "scope": {"items": [self.item], **self.scope(fields)},
            "classes": list(CATALOGUE[self.item].classes),
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

    # --- Art. 14: delivery over the platform, and the matching acknowledgement

    def delivered(self, day: str, records: int) -> Iterator[Step]:
        identity = f"D-{self.case.removeprefix('2026-')}-1"
        content = digest(f"交付 {identity}")
        delivered: dict[str, Any] = {
            "delivery_id": identity,
            "request_id": self.case,
            "requester": uscc(self.requester),
            "item": self.item,
            "channel": "PLATFORM",
            "way": "INTERFACE",
            "network": "GOV_EXTRANET",
            "node": "省级节点",
            "interface": f"IF-{self.item}",
            "fields": list(CATALOGUE[self.item].fields),
            "records": records,
            "content": content,
            "fee_yuan": "0",
        }
        if CATALOGUE[self.item].classes:
            delivered["agreement"] = self.agreement.removeprefix("agreement/")
        yield step(self.provider, self.by(self.provider, "delivery.recorded", at(day, "11:00"), delivered))
        acknowledged = {"delivery_id": identity, "records": records, "content": content}
        yield step(self.requester, self.by(self.requester, "delivery.acknowledged", at(day, "11:10"), acknowledged))

    def use(self, when: datetime, post: str, *, fields: tuple[str, ...], tag: str) -> dict[str, Any]:
        """One use under this case's own purpose and duty (Art. 17 ¶1)."""
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
            "delivery_id": f"D-{self.case.removeprefix('2026-')}-1",
        }
        return self.by(self.requester, "use.recorded", when, data, tag=tag)

    def cites(self, who: str, name: str, *, tag: str = "") -> dict[str, str]:
        return ref(who, name, self.stream, tag)
