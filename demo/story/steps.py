"""One step of the story: a submission by one department, and the construction of its records."""

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
class StoryStep:
    """Records that one department signs together. ``recorded_at`` is the simulated instant of their arrival.

    ``rotates``: from this step on the department's next key signs. ``retired``: signed, by mistake, with the replaced
    key. ``refused``: the code with which the ledger must refuse the step.
    """

    by: str
    recorded_at: datetime
    records: tuple[dict[str, Any], ...]
    rotates: bool = False
    retired: bool = False
    refused: str = ""


def at(day: str, clock: str = "10:00") -> datetime:
    """Return the instant of that minute of 2026 in +08:00: ``at("03-09", "10:00")``."""
    return datetime.fromisoformat(f"2026-{day}T{clock}:00+08:00")


def digest(label: str) -> str:
    """Return a placeholder for the digest of a document that stays with its organ."""
    return hashlib.sha256(f"江苏演示 2026 {label}".encode()).hexdigest()


def record(
    party: str, name: str, stream: str, when: datetime, data: Mapping[str, Any], *, tag: str = ""
) -> dict[str, Any]:
    """Return a CloudEvents record. Its id follows from its content, so that other records can cite it."""
    body = {"post": CLERKS[0], **data}
    return {
        "specversion": "1.0",
        "id": record_id(name, stream, tag),
        "source": f"urn:uscc:{uscc(party)}",
        "type": f"sharing.{name}.v1",
        "subject": stream,
        "time": when.isoformat(),
        "datacontenttype": "application/json",
        "data": body,
    }


def record_id(name: str, stream: str, tag: str = "") -> str:
    """Return ``2026-0001:request.approved`` for ``request.approved`` in ``request/2026-0001``.

    ``tag`` distinguishes repetitions.
    """
    return ":".join(part for part in (stream.split("/", 1)[1], name, tag) if part)


def ref(party: str, name: str, stream: str, tag: str = "") -> dict[str, str]:
    """Return the reference by which a later record cites this one."""
    return {"source": f"urn:uscc:{uscc(party)}", "id": record_id(name, stream, tag)}


def step(party: str, *records: dict[str, Any], late: timedelta = timedelta(minutes=1)) -> StoryStep:
    """Return records sent together. They arrive ``late`` after the last of them happened."""
    last = max(datetime.fromisoformat(each["time"]) for each in records)
    return StoryStep(party, last + late, records)


def document(number: str, issuer: str, day: str) -> dict[str, Any]:
    """Return a document by its number, issuer, date and digest. Its text stays outside the ledger."""
    return {"no": number, "issuer": {"uscc": uscc(issuer)}, "date": f"2026-{day}", "digest": digest(number)}


def duty(matter: str) -> dict[str, str]:
    """Return a duty basis by government-service matter code."""
    return {"kind": "MATTER_CODE", "matter_code": matter}


def scope(requester: str, fields: tuple[str, ...], purpose: tuple[str, str], matter: str) -> dict[str, Any]:
    """Return a scope: these fields, for this purpose and duty, by this unit, over the government extranet."""
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
