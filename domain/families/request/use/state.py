"""use/<record id>: a use, release or delivery that cites no request known here with its signer as a side (4.7)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.facts import NO_ANNOTATIONS, Annotations, Fact
from domain.families.request.delivery.state import Delivery
from domain.families.request.release.state import ReleaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class UseState:
    """One act and the acts that follow it. ``request_id`` is the request it cited, known here or not."""

    id: str
    by: str
    request_id: str | None
    item: str
    fact: Fact
    delivery: Delivery | None = None
    release: ReleaseState | None = None
    marks: Annotations = NO_ANNOTATIONS
