"""Payloads of the acts that a case needs, each whole; a test says only what matters to it."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, timedelta
from typing import Any

from domain import events as e
from domain.families.founding.events import FoundingCalendar, FoundingParty, FoundingRuleSet
from domain.vocabulary.values import Jwk, Period
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, FIELDS, GOVERNMENT, PROVIDER, REQUESTER, scope

ORIGIN = "ledger.example/js"
OTHER_DIGEST = "cd" * 32
CHIEF, CLERK, SECOND = "责任岗-01", "经办岗-01", "复核岗-01"


def key_of(uscc: str, number: int = 1) -> Jwk:
    """A key for the organ that only its thumbprint matters of: the law checks no signature."""
    x = base64.urlsafe_b64encode(hashlib.sha256(f"{uscc}/{number}".encode()).digest()).rstrip(b"=").decode()
    return Jwk(kty="OKP", crv="Ed25519", x=x)


def founding_party(uscc: str, **changes: Any) -> FoundingParty:
    members: dict[str, Any] = {
        "uscc": uscc,
        "key": key_of(uscc),
        "name": uscc,
        "category": "ORGAN",
        "level": "PROVINCE",
        "division": "320000",
        "valid_from": date(2013, 1, 1),
        "unit": "办公室",
        "responsible_post": CHIEF,
    }
    return FoundingParty(**(members | changes))


def founded(**changes: Any) -> e.LedgerFounded:
    members: dict[str, Any] = {
        "post": CHIEF,
        "origin": ORIGIN,
        "checkpoint_keys": ("vkey",),
        "demo": True,
        "authority": founding_party(AUTHORITY),
        "government": founding_party(GOVERNMENT, category="GOVERNMENT"),
        "rule_set": FoundingRuleSet(id="js-85-2012", version=1, digest=DIGEST),
        "calendar": FoundingCalendar(years=(2026,), digest=DIGEST),
    }
    return e.LedgerFounded(**(members | changes))


def appointed(party: str, **changes: Any) -> e.AuthorityAppointed:
    members: dict[str, Any] = {
        "post": CHIEF,
        "party": party,
        "rule_set": "js-85-2012",
        "from_": date(2026, 3, 2),
        "instrument": DOC,
    }
    return e.AuthorityAppointed(**(members | changes))


def registered(**changes: Any) -> e.PartyRegistered:
    members: dict[str, Any] = {
        "post": CHIEF,
        "name": "某机关",
        "category": "ORGAN",
        "level": "PROVINCE",
        "division": "320000",
        "valid_from": date(2013, 1, 1),
        "unit": "办公室",
        "responsible_post": CHIEF,
    }
    return e.PartyRegistered(**(members | changes))


def classified(**changes: Any) -> e.ResourceClassified:
    members: dict[str, Any] = {"post": CLERK, "name": "企业年报", "classes": ("trade_secret",), "share_type": "2"}
    return e.ResourceClassified(**(members | {"from_": date(2026, 3, 2)} | changes))


def entry_proposed(**changes: Any) -> e.CatalogueEntryProposed:
    members: dict[str, Any] = {"post": CLERK, "name": "企业年报", "ground_a7": "A7_3", "version": 1}
    return e.CatalogueEntryProposed(**(members | changes))


def entry_published(**changes: Any) -> e.CatalogueEntryPublished:
    members: dict[str, Any] = {
        "post": CLERK,
        "version": 1,
        "name": "企业年报",
        "format": "数据库",
        "share_condition": "行政依据",
        "share_way": "接口",
        "provider": PROVIDER,
        "published_on": date(2026, 3, 2),
        "update_cycle": "每年",
    }
    return e.CatalogueEntryPublished(**(members | changes))


def updated(**changes: Any) -> e.InformationUpdated:
    return e.InformationUpdated(**({"post": CLERK, "version": 2, "digest": DIGEST} | changes))


def reported(**changes: Any) -> e.DiscrepancyReported:
    members: dict[str, Any] = {"post": CLERK, "item": "C04", "datum": "金额", "own": DIGEST, "shared": OTHER_DIGEST}
    return e.DiscrepancyReported(**(members | {"severity": "LOW", "noticed_on": date(2026, 9, 1)} | changes))


def statistics(month: date, **changes: Any) -> e.StatisticsFiled:
    """Of a calendar month, with nothing in it."""
    last = (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return e.StatisticsFiled(**({"post": CLERK, "period": Period(from_=month, to=last), "rows": ()} | changes))


def submitted(**changes: Any) -> e.RequestSubmitted:
    members: dict[str, Any] = {
        "post": CLERK,
        "provider": PROVIDER,
        "item": "C04",
        "ground_a7": "A7_3",
        "scope": scope(),
        "matter_no": "M-1",
        "system": "S-1",
        "classes_acknowledged": ("trade_secret",),
        "onward_intended": False,
        "form": DIGEST,
    }
    return e.RequestSubmitted(**(members | changes))


def received(**changes: Any) -> e.RequestReceived:
    members: dict[str, Any] = {"post": CLERK, "how": "PAPER", "class_at_receipt": ("trade_secret",)}
    return e.RequestReceived(**(members | changes))


def approved(**changes: Any) -> e.RequestApproved:
    return e.RequestApproved(**({"post": CLERK, "scope": scope(), "classes": ("trade_secret",)} | changes))


def refused(**changes: Any) -> e.RequestRefused:
    members: dict[str, Any] = {"post": CLERK, "second_post": SECOND, "ground": "TRADE_SECRET", "reasons": DIGEST}
    return e.RequestRefused(**(members | changes))


def proposed(**changes: Any) -> e.AgreementProposed:
    members: dict[str, Any] = {
        "post": CLERK,
        "requests": ("1",),
        "requester": REQUESTER,
        "provider": PROVIDER,
        "scope": scope(),
        "classes": ("trade_secret",),
        "obligations": DIGEST,
        "text_digest": DIGEST,
        "effective_from": date(2026, 3, 2),
        "effective_to": date(2026, 12, 31),
        "survives": True,
    }
    return e.AgreementProposed(**(members | changes))


def signed(**changes: Any) -> e.AgreementSigned:
    members: dict[str, Any] = {"post": CLERK, "second_post": SECOND, "version": 1, "text_digest": DIGEST}
    return e.AgreementSigned(**(members | changes))


def amendment(**changes: Any) -> e.AgreementAmendmentProposed:
    members: dict[str, Any] = {
        "post": CLERK,
        "version": 2,
        "text_digest": OTHER_DIGEST,
        "scope": scope(fields=FIELDS[:2]),
        "effective_from": date(2026, 3, 10),
        "effective_to": date(2026, 12, 31),
    }
    return e.AgreementAmendmentProposed(**(members | changes))


def amended(**changes: Any) -> e.AgreementAmended:
    members: dict[str, Any] = {"post": CLERK, "second_post": SECOND, "version": 2, "text_digest": OTHER_DIGEST}
    return e.AgreementAmended(**(members | changes))


def used(**changes: Any) -> e.UseRecorded:
    members: dict[str, Any] = {
        "post": CLERK,
        "request_id": "1",
        "unit": "社会救助处",
        "officer": CLERK,
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
    return e.UseRecorded(**(members | changes))
