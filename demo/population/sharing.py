"""The acts after an approval: reviews, agreement, deliveries, and changes or end of the grant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from demo.population.matters import Actions, Matter
from demo.population.organs import CLERKS, Organ
from demo.population.records import CHINA, SECOND, Action, act, action, digest, ref
from demo.population.world import Grant


@dataclass(slots=True)
class Sharing:
    """An approved matter. ``grant`` is set once information was delivered."""

    matter: Matter
    fields: tuple[str, ...]
    channel: str = "PLATFORM"
    deliveries: int = 0
    grant: Grant | None = field(default=None)

    @property
    def agreement(self) -> str:
        return f"agreement/A{self.matter.number:07d}"

    # Art. 19 ¶1

    def protected(self) -> Actions:
        """Both organs review and sign one text. Information that is not sensitive needs neither."""
        if not self.matter.item.sensitive:
            return
        if self.matter.number % 10 == 0:
            yield from self._uncertain()
        for who in (self.matter.provider, self.matter.requester):
            yield self._cleared(who, self.matter.pace.next(1, 2))
        yield from self.agreed()

    def _uncertain(self) -> Actions:
        """An uncertain review goes to the secrecy administration and ends with its answer (4.5)."""
        matter, who = self.matter, self.matter.provider
        review = {"review_id": f"SU-{matter.id}"}
        when = matter.pace.next(1, 2)
        yield action(
            who,
            matter.by(who, "secrecy_review.opened", when, {**review, "reviewer": CLERKS[1]}, tag="uncertain"),
            matter.by(who, "secrecy_review.concluded", when, {**review, "result": "UNCERTAIN"}, tag="uncertain"),
        )
        put = {**review, "provisional_level": "秘密", "to": {"uscc": matter.world.register.secrecy.uscc}}
        yield matter.act(who, "secrecy_review.escalated", matter.pace.next(1, 3), put)
        cleared = {**review, "result": "CLEARED"}
        yield matter.act(who, "secrecy_review.concluded", matter.pace.next(3, 9), cleared, tag="cleared")

    def _cleared(self, who: Organ, when: datetime) -> Action:
        review = f"SR-{self.matter.id}-{who.uscc[-4:]}"
        opened = {"review_id": review, "reviewer": CLERKS[1]}
        concluded = {"review_id": review, "result": "CLEARED"}
        return action(
            who,
            self.matter.by(who, "secrecy_review.opened", when, opened, tag=who.uscc),
            self.matter.by(who, "secrecy_review.concluded", when, concluded, tag=who.uscc),
        )

    def agreed(self) -> Actions:
        matter, when = self.matter, self.matter.pace.next(1, 2)
        text = digest(f"{self.agreement} 1")
        proposed = {
            "requests": [matter.id],
            "requester": matter.requester.uscc,
            "provider": matter.provider.uscc,
            "scope": {"items": [matter.item.code], **matter.scope(when.date(), self.fields)},
            "classes": list(matter.item.classes),
            "obligations": digest(f"{self.agreement} 义务"),
            "text_digest": text,
            "effective_from": when.date().isoformat(),
            "effective_to": self._end(when.date()),
            "survives": True,
        }
        yield act(matter.provider, "agreement.proposed", self.agreement, when, proposed)
        yield self._signed(matter.provider, "agreement.signed", 1, text, matter.pace.soon())
        yield self._signed(matter.requester, "agreement.signed", 1, text, matter.pace.next(1, 2))

    def _end(self, since: date) -> str:
        return (since + timedelta(days=self.matter.term_days - 30)).isoformat()

    def _signed(self, who: Organ, name: str, version: int, text: str, when: datetime) -> Action:
        data = {**SECOND, "version": version, "text_digest": text}
        return act(who, name, self.agreement, when, data, tag=f"{version}:{who.uscc}")

    # Arts 14, 16

    def delivered(self, *, answer: str = "acknowledged", **members: Any) -> Actions:
        """Deliver. ``answer``: acknowledged, rejected for a difference, or none."""
        matter, when = self.matter, self.matter.pace.next(1, 3)
        self.deliveries += 1
        name, tag = f"D-{matter.id}-{self.deliveries}", str(self.deliveries)
        content, count = digest(name), 100 + matter.pace.chance.randrange(50_000)
        data = {
            "delivery_id": name,
            "request_id": matter.id,
            "requester": matter.requester.uscc,
            "item": matter.item.code,
            "channel": self.channel,
            "way": "INTERFACE" if self.channel == "PLATFORM" else "MEDIUM",
            "network": "GOV_EXTRANET",
            "fields": list(self.fields),
            "records": count,
            "content": content,
            "fee_yuan": "0",
            **({"agreement": self.agreement.partition("/")[2]} if matter.item.sensitive else {}),
            **members,
        }
        yield matter.act(matter.provider, "delivery.recorded", when, data, tag=tag)
        said: dict[str, Any] = {"delivery_id": name, "records": count, "content": content}
        if answer == "rejected":
            said = {"delivery_id": name, "records": count - 7, "mismatch": "少7条"}
        elif self.grant is None:
            self._opened(when.date(), name)
        if answer != "nothing":
            yield matter.act(matter.requester, f"delivery.{answer}", matter.pace.soon(), said, tag=tag)

    def _opened(self, since: date, delivery: str) -> None:
        """Open the grant for uses from the following day on."""
        matter = self.matter
        self.grant = Grant(
            case=matter.id,
            requester=matter.requester,
            item=matter.item,
            scope=matter.scope(since, self.fields),
            delivery=delivery,
            since=since,
            until=since + timedelta(days=matter.term_days - 60),
            fields=self.fields,
        )
        matter.world.grants.append(self.grant)

    def open(self) -> Grant:
        """Return the grant. Call it only after an accepted delivery."""
        assert self.grant is not None, f"{self.matter.id} has delivered nothing yet"
        return self.grant

    # Changes and ends

    def amended(self) -> Actions:
        """Sign a new version with one field less. Both sign before it takes effect."""
        matter, when = self.matter, self.matter.pace.next(15, 40)
        text, narrower, effect = digest(f"{self.agreement} 2"), self.fields[:-1], matter.pace.ahead(14)
        proposed = {
            "version": 2,
            "text_digest": text,
            "scope": {"items": [matter.item.code], **matter.scope(when.date(), narrower)},
            "effective_from": effect.isoformat(),
            "effective_to": self._end(when.date()),
        }
        self.open().narrow(when.date(), narrower)  # the requester stops to read the field from the proposal on
        yield act(matter.provider, "agreement.amendment_proposed", self.agreement, when, proposed)
        yield self._signed(matter.provider, "agreement.amended", 2, text, matter.pace.next(1, 1))
        yield self._signed(matter.requester, "agreement.amended", 2, text, matter.pace.next(1, 2))

    def terminated(self) -> Actions:
        when = self.matter.pace.next(20, 60)
        self.open().until = when.date()
        notice = {"clause": "第九条", "notice_on": when.date().isoformat(), "effect": when.date().isoformat()}
        yield act(self.matter.requester, "agreement.terminated", self.agreement, when, notice)
        yield self.destroyed()

    def suspended_agreement(self) -> Actions:
        when = self.matter.pace.next(15, 40)
        self.open().until = when.date()
        suspended = {"cause": "INCIDENT", "effect": when.isoformat()}
        yield act(self.matter.provider, "agreement.suspended", self.agreement, when, suspended)
        back = self.matter.pace.next(5, 9)
        cause = ref(self.matter.provider, "agreement.suspended", self.agreement)
        yield act(
            self.matter.provider,
            "agreement.resumed",
            self.agreement,
            back,
            {"suspended": cause, "effect": back.isoformat()},
        )

    def narrowed(self) -> Actions:
        """Both record the same narrower scope, which needs no ground."""
        matter, when = self.matter, self.matter.pace.next(15, 40)
        narrower = self.fields[:-1]
        self.open().narrow(when.date(), narrower)
        effect = datetime.combine(matter.pace.ahead(5), time(), CHINA).isoformat()
        data = {"scope": {**self.open().scope}, "cause": "PURPOSE_ENDED", "effect": effect}
        yield matter.act(matter.provider, "grant.narrowed", when, data)
        yield matter.act(matter.requester, "grant.narrowed", matter.pace.soon(), data)

    def suspended(self) -> Actions:
        """Suspend, with notice to the requester, and resume after some days."""
        matter, when = self.matter, self.matter.pace.next(15, 40)
        grant = self.open()
        grant.paused = (when.date(), when.date() + timedelta(days=40))
        data = {"cause": "INCIDENT", "effect": when.isoformat()}
        yield matter.act(matter.provider, "grant.suspended", when, data)
        yield self._noticed("grant.suspended")
        back = matter.pace.next(6, 15)
        cause = matter.cites(matter.provider, "grant.suspended")
        yield matter.act(matter.provider, "grant.resumed", back, {"suspended": cause, "effect": back.isoformat()})

    def revoked(self, *, ground: str | None) -> Actions:
        """Revoke. Without one of the four grounds the revocation is doubtful (4.12)."""
        when = self.matter.pace.next(20, 60)
        self.open().until = when.date()
        data = {"cause": "REFUSAL_GROUND" if ground else "OTHER", "effect": when.isoformat()}
        data |= {"ground": ground} if ground else {}
        yield self.matter.act(self.matter.provider, "grant.revoked", when, data)
        yield self._noticed("grant.revoked")
        yield self.destroyed()

    def _noticed(self, change: str) -> Action:
        matter = self.matter
        data = {"notice": matter.cites(matter.provider, change), "how": "PLATFORM"}
        return matter.act(matter.requester, "grant.notice_received", matter.pace.soon(), data)

    def recalled(self) -> Actions:
        when = self.matter.pace.next(10, 30)
        self.open().until = when.date()
        data = {"delivery_id": self.open().delivery, "cause": "INCIDENT"}
        yield self.matter.act(self.matter.provider, "delivery.recalled", when, data)
        yield self.destroyed()

    def destroyed(self) -> Action:
        matter = self.matter
        data = {"delivery_ids": [self.open().delivery], "method": "清除副本", "witness": CLERKS[1]}
        return matter.act(matter.requester, "destruction.recorded", matter.pace.next(3, 9), data)

    def charged(self) -> Action:
        """Report a charge. Sharing is free (A16), so the charge counts against the provider."""
        data = {"delivery_id": self.open().delivery, "amount_yuan": "120.50", "evidence": digest(self.matter.id)}
        return self.matter.act(self.matter.requester, "charge.reported", self.matter.pace.next(2, 9), data)
