"""The uses of a grant, from their records: counted, and compared with the fields delivered by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.act import Act
from domain.events import UseRecorded
from domain.families.request.delivery.state import Delivery, DeliveryStatus
from domain.judgement.corrections import as_corrected
from domain.state import RequestState

NAMED: Final = 100  # uses that are named one by one; the rest are only counted


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsBeyond:
    """A use of fields that no delivery had brought by then."""

    index: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTally:
    """Uses that their signer disowned have no force and are only counted as such. ``without_delivery``: nothing had
    been delivered by then, or the delivery that the use cites. Each list names the first ``NAMED``.
    """

    uses: int
    subjects: int
    first: datetime | None
    last: datetime | None
    by_delivery: Mapping[str | None, int]
    without_delivery: int
    without_delivery_at: tuple[int, ...]
    beyond_fields: int
    beyond_fields_at: tuple[FieldsBeyond, ...]
    disowned: int


def tally(acts: Iterable[Act], request: RequestState) -> UseTally:
    """The tally of a request's uses, in the latest version of each record (corrections included)."""
    marks = request.marks
    delivered = [each for each in request.deliveries.values() if _stands(each, request)]
    uses = subjects = disowned = 0
    times: list[datetime] = []
    cited: Counter[str | None] = Counter()
    without: list[int] = []
    beyond: list[FieldsBeyond] = []
    for recorded in acts:
        if (recorded.by, recorded.id) in marks.disowned:
            disowned += 1
            continue
        act = as_corrected(recorded, marks) if marks.corrected else recorded
        event = act.event
        assert isinstance(event, UseRecorded)
        uses, subjects = uses + 1, subjects + event.subject_count
        times.append(act.time)
        cited[event.delivery_id] += 1
        brought = _brought(delivered, act.time, event.delivery_id)
        if not brought:
            without.append(act.index)
        elif more := _more(event.fields, brought):
            beyond.append(FieldsBeyond(index=act.index, fields=more))
    return UseTally(
        uses=uses,
        subjects=subjects,
        first=min(times, default=None),
        last=max(times, default=None),
        by_delivery=dict(cited),
        without_delivery=len(without),
        without_delivery_at=tuple(without[:NAMED]),
        beyond_fields=len(beyond),
        beyond_fields_at=tuple(beyond[:NAMED]),
        disowned=disowned,
    )


def _stands(delivery: Delivery, request: RequestState) -> bool:
    """Whether the delivery brought data. A rejected or disowned delivery brought none."""
    return delivery.status is not DeliveryStatus.REJECTED and request.marks.not_disowned(delivery.fact)


def _brought(delivered: Iterable[Delivery], instant: datetime, cited: str | None) -> list[Delivery]:
    return [each for each in delivered if each.time <= instant and (cited is None or each.delivery_id == cited)]


def _more(used: Iterable[str], brought: Iterable[Delivery]) -> tuple[str, ...]:
    had = {name for each in brought for name in each.event.fields}
    return tuple(name for name in used if name not in had)
