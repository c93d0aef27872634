"""The shapes of answers about the catalogue, for the API description."""

from __future__ import annotations

from api.http.schemas import MOMENT, Schema, flag, many, maybe, maybe_whole, named, shape, text, whole
from api.read.answer_schemas import DATA, DAY, INDEX, MAYBE_DAY, MAYBE_MOMENT, USCC, WITHHELD, answer_shape, page_shape

MAYBE_CLASSES: Schema = {
    "type": ["array", "null"],
    "items": text(),
    "description": "In force at the instant of the question; null: nobody has classified it by then.",
}
STUB = flag("It is, or is claimed to be, a state secret: no word of it is shown, to nobody.")
LINK: Schema = {"type": ["object", "null"], "description": "As it was signed."}

_ITEM: dict[str, Schema] = {
    "code": text("Resource code."),
    "status": text(),
    "status_index": INDEX,
    "provider": maybe("Null: nobody has classified it yet."),
    "name": maybe("Of the published entry; before that as it was last classified."),
    "format": maybe(),
    "share_condition": maybe(),
    "share_way": maybe(),
    "update_cycle": maybe(),
    "published_on": MAYBE_DAY,
    "version": maybe_whole("The version published last; null: none ever was."),
    "classes": MAYBE_CLASSES,
    "level": maybe(),
    "share_type": maybe("1 unconditional, 2 conditional, 3 not shared."),
    "centralised_level": maybe(),
    "sensitive": flag("In the sense of A18."),
    "source": maybe("The source of record (A11, A12)."),
    "updated_at": MAYBE_MOMENT,
    "updated_index": maybe_whole(),
    "changed_at": {**MAYBE_MOMENT, "description": "The earliest change that no update has carried."},
    "stale": flag("A change waits for its update."),
    "overdue": flag("Its 20 working days are over (A15)."),
    "days_late": whole("Working days after the last day, today included."),
    "due": {**MAYBE_DAY, "description": "The first last day among the clocks that run."},
    "stub": STUB,
    "withheld": WITHHELD,
}

CATALOGUE_ANSWERS: dict[str, Schema] = {
    "CataloguePage": page_shape("CatalogueItem", "Resources."),
    "CatalogueItem": shape("A resource with the seven fields of its published entry (Art. 10).", _ITEM),
    "ItemFile": answer_shape(
        "A resource whole.",
        {
            "item": named("CatalogueItem"),
            "versions": many(named("EntryVersion"), "In the order of their proposal."),
            "differences": many(named("EntryDifference"), "Of each published version to the one before it."),
            "classifications": many(named("Classification")),
            "sources": many(named("SourceAssignment")),
            "suspensions": many(named("EntrySuspension")),
            "changes": many(named("InformationChange")),
            "clocks": many(named("UpdateClock"), "Of its changes, also of those that a discrepancy proved (A15)."),
            "disputes": many(named("Dispute"), "Open ones, as far as they are for this caller."),
            "discrepancies": many(named("Discrepancy"), "Open ones, as far as they are for this caller."),
        },
    ),
    "EntryVersion": shape(
        "One version of the catalogue entry; what was never published is for its keeper and who oversees it.",
        {
            "version": whole(),
            "provider": USCC,
            "proposed_index": INDEX,
            "published_index": maybe_whole(),
            "published_at": MAYBE_MOMENT,
            "ended_index": maybe_whole(),
            "ended_at": MAYBE_MOMENT,
            "data": DATA,
            "withheld": WITHHELD,
        },
    ),
    "EntryDifference": shape(
        "What a version has otherwise than the one before it.",
        {"from": whole(), "to": whole(), "members": many(named("MemberDifference"))},
    ),
    "MemberDifference": shape(
        "One member; null where it is not there.",
        {"member": text(), "before": {"description": "As it stood."}, "after": {"description": "As it stands."}},
    ),
    "Classification": shape(
        "The class from a day on, and what it rests on.",
        {
            "name": maybe(),
            "classes": many(text()),
            "level": maybe(),
            "share_type": text(),
            "centralised_level": maybe(),
            "statute": LINK,
            "from": DAY,
            "cause": LINK,
            "by": USCC,
            "time": MOMENT,
            "index": INDEX,
        },
    ),
    "SourceAssignment": shape(
        "Who is the source of record of a datum (A12).",
        {"datum": maybe(), "party": USCC, "from": DAY, "to": MAYBE_DAY, "index": INDEX},
    ),
    "EntrySuspension": shape(
        "No new requests on this entry for a while.",
        {
            "cause": text(),
            "dispute": maybe(),
            "by": USCC,
            "time": MOMENT,
            "index": INDEX,
            "restored_at": MAYBE_MOMENT,
            "restored_index": maybe_whole(),
        },
    ),
    "InformationChange": shape(
        "A change of the shared information.",
        {
            "change_id": text(),
            "fields": {"type": ["array", "null"], "items": text()},
            "changed_at": MOMENT,
            "changed_index": INDEX,
            "updated_at": MAYBE_MOMENT,
            "updated_index": maybe_whole(),
        },
    ),
    "UpdateClock": shape(
        "The 20 working days of a change (A15).",
        {
            "start": INDEX,
            "clock": text(),
            "started_at": MOMENT,
            "days": maybe_whole("Working days."),
            "basis": text(),
            "certainty": text(),
            "earliest": MAYBE_DAY,
            "latest": MAYBE_DAY,
            "provisional": flag("A year's calendar is not published: the day lies between the two."),
            "met_at": MAYBE_MOMENT,
            "state": text("running, overdue, met, late."),
            "days_late": whole("Working days after the last day, the day of the update or today included."),
        },
    ),
    "DemandPage": page_shape("Demand", "Demands."),
    "Demand": shape(
        "What an organ needs; it gives no right of access.",
        {
            "id": text(),
            "status": text("CONVERTED: a share request named it."),
            "status_index": INDEX,
            "requester": USCC,
            "item": maybe("As the requester named it."),
            "matched_item": maybe(),
            "matched_version": maybe_whole(),
            "request": maybe("The share request that named it first."),
            "stated_at": MOMENT,
            "told_index": INDEX,
            "stub": STUB,
            "data": DATA,
            "withheld": WITHHELD,
        },
    ),
}
