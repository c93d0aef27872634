"""One step of the story: a submission by one department, and how its records are put together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from demo.story.cast import CLERKS, DIVISION, PARTIES, REVIEWER, uscc

CHINA = timezone(timedelta(hours=8))
TERM = {"from": "2026-03-01", "to": "2027-02-28"}


@dataclass(frozen=True, slots=True)
class Step:
    """Records that one department signs together; ``recorded_at`` is what the scripted clock shows when they arrive.

    ``rotates``: with it, the department's next key takes the place of the present one. ``retired``: signed, by mistake,
    with the key that was replaced. ``refused``: the code with which the ledger must refuse it.
    """

    by: str
    recorded_at: datetime
    records: tuple[dict[str, Any], ...]
    rotates: bool = False
    retired: bool = False
    refused: str = ""


def at(day: str, clock: str = "10:00") -> datetime:
    """``at("03-09", "10:00")`` is that minute of 2026 in +08:00."""
    return datetime.fromisoformat(f"2026-{day}T{clock}:00+08:00")


def digest(label: str) -> str:
    """A stand-in for the digest of a document that stays with its organ."""
    return hashlib.sha256(f"江苏演示 2026 {label}".encode()).hexdigest()


def record(
    by: str, name: str, stream: str, when: datetime, data: Mapping[str, Any], *, tag: str = ""
) -> dict[str, Any]:
    """A CloudEvents record; its id says what it is, so that other records can cite it."""
    body = {"post": CLERKS[0], **data}
    return {
        "specversion": "1.0",
        "id": record_id(name, stream, tag),
        "source": f"urn:uscc:{uscc(by)}",
        "type": f"sharing.{name}.v1",
        "subject": stream,
        "time": when.isoformat(),
        "datacontenttype": "application/json",
        "data": body,
    }


def record_id(name: str, stream: str, tag: str = "") -> str:
    """``request/2026-0001``, ``request.approved`` → ``2026-0001:request.approved``; ``tag`` tells repetitions apart."""
    return ":".join(part for part in (stream.split("/", 1)[1], name, tag) if part)


def ref(by: str, name: str, stream: str, tag: str = "") -> dict[str, str]:
    """How a later record cites an earlier one."""
    return {"source": f"urn:uscc:{uscc(by)}", "id": record_id(name, stream, tag)}


def step(by: str, *records: dict[str, Any], late: timedelta = timedelta(minutes=1)) -> Step:
    """Sent together, recorded a minute after the last of them happened unless the line was down (``late``)."""
    last = max(datetime.fromisoformat(each["time"]) for each in records)
    return Step(by, last + late, records)


def document(number: str, issuer: str, day: str) -> dict[str, Any]:
    """A document by its number, issuer, date and digest; its text stays outside the ledger."""
    return {"no": number, "issuer": {"uscc": uscc(issuer)}, "date": f"2026-{day}", "digest": digest(number)}


def duty(matter: str) -> dict[str, str]:
    """A duty basis by government-service matter code."""
    return {"kind": "MATTER_CODE", "matter_code": matter}


def scope(requester: str, fields: tuple[str, ...], purpose: tuple[str, str], matter: str) -> dict[str, Any]:
    """What may be done: these fields, for this purpose and duty, by this unit, over the government extranet."""
    party = PARTIES[requester]
    return {
        "fields": list(fields),
        "subjects": {"divisions": [party.division if party.level == "CITY" else DIVISION]},
        "purposes": [{"code": purpose[0], "text": purpose[1]}],
        "duty_bases": [duty(matter)],
        "users": {"units": [party.unit]},
        "network": "GOV_EXTRANET",
        "way": "INTERFACE",
        "term": dict(TERM),
    }


SECOND = {"second_post": REVIEWER}
