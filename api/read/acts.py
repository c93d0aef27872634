"""Acts and judgements as JSON. Who sees a row sees its purpose and duty basis; free text only who may read it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from api.authz.redaction import as_stub, whole, without_texts
from api.authz.row_filters import Sight
from domain.act import Act
from domain.events import Event, UseRecorded
from domain.reasons.catalogue import CATALOGUE, Reason
from formats import rfc3339
from projections.access.query import AccessRow, Reasoned
from projections.cases.query import TimelineRow

Row = dict[str, Any]


def moment(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339.format_milliseconds(instant)


# --- the access trail

_AS_THEY_ARE = (
    "kind", "item", "requester", "provider", "post", "second_post", "unit", "system", "request", "sensitive", "verdict",
    "table_row", "grant_version", "agreement", "agreement_version", "item_version", "rule_set", "rule_set_version",
    "if_stricter", "known_from", "known_to",
)  # fmt: skip


def access_row(row: AccessRow, sight: Sight, stubs: Collection[str]) -> Row:
    """One judgement of one act, with the signed words of the act. ``stubs``: which items are shown without a word; what
    is said of them stays legible for its signer alone.
    """
    texts = sight.reads_texts((row.requester, row.provider), sensitive=row.sensitive)
    act = act_row(row.act, texts=texts, stub=row.item in stubs and row.act.by not in sight.own)
    return {
        **act,
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        **_why(row.act.event, row.purpose, act["data"]),
        "reasons": [_reason(each) for each in row.reasons],
        "relied_on": list(row.relied_on),
        "judged_again": row.judged_again,
    }


def act_row(act: Act, *, texts: bool, stub: bool = False) -> Row:
    """One entry: who said what, when it happened and when it was recorded. ``stub``: without a word, for anybody."""
    data, withheld = (as_stub if stub else whole if texts else without_texts)(act.event)
    return {
        "index": act.index,
        "stream": act.stream,
        "position": act.position,
        "event": act.event.event_name,
        "by": act.by,
        "id": act.id,
        "time": act.time.isoformat(),
        "recorded_at": moment(act.recorded_at),
        "data": data,
        "withheld": withheld,
    }


def _why(event: Event, purpose: str | None, shown: Row) -> Row:
    """Purpose and duty basis, of the acts that state them, as far as they are shown."""
    if not isinstance(event, UseRecorded):
        return {"purpose": purpose, "purpose_text": None, "duty": None}
    return {"purpose": purpose, "purpose_text": shown.get("purpose_text"), "duty": shown.get("duty")}


def _reason(reason: Reasoned) -> Row:
    entry = CATALOGUE[Reason(reason.code)]
    return {
        "code": reason.code,
        "severity": str(reason.severity),
        "limb": None if reason.limb is None else str(reason.limb),
        "grounds": list(entry.grounds),
        "zh": reason.sentence("zh"),
        "en": reason.sentence("en"),
    }


def timeline_row(row: TimelineRow, *, texts: bool, sight: Sight, stub: bool) -> Row:
    """An entry of a case, and how its act is judged. ``stub``: whether its item is shown without a word."""
    judged = row.judgement
    told = judged is not None and (judged.verdict is not None or judged.reasons)
    shown = access_row(judged, sight, ()) if judged is not None and told else None
    names = ("verdict", "table_row", "reasons", "agreement", "agreement_version", "rule_set")
    act = act_row(row.act, texts=texts, stub=stub and row.act.by not in sight.own)
    return {**act, "judgement": shown and {name: shown[name] for name in names}}
