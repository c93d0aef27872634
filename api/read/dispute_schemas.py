"""The shapes of answers about disputes and discrepancies, for the API description."""

from __future__ import annotations

from api.http.schemas import HEX, MOMENT, Schema, flag, many, maybe, maybe_whole, named, shape, text, whole
from api.read.answer_schemas import ACT, DATA, DAY, INDEX, MAYBE_MOMENT, USCC, WITHHELD, answer_shape, page_shape
from api.read.catalogue_schemas import STUB

DISPUTE_ANSWERS: dict[str, Schema] = {
    "DisputePage": page_shape("Dispute", "Disputes."),
    "Dispute": shape(
        "A dispute over what an item is (A19).",
        {
            "id": text(),
            "status": text(),
            "status_index": INDEX,
            "route": text("A: the secrecy administration determines. B: a party applies to the competent State organ."),
            "item": text(),
            "request": maybe(),
            "opener": USCC,
            "counterparty": USCC,
            "claimed_class": text(),
            "level": maybe(),
            "opened_index": INDEX,
            "opened_at": MOMENT,
            "originator": maybe("To whom it was objected, where that organ has a code."),
            "escalated_to": maybe(),
            "settled_index": maybe_whole(),
            "settled_at": MAYBE_MOMENT,
            "result": maybe("Of the determination or the outcome that settled it."),
            "decider": maybe("Who signed the determination."),
            "decider_level": maybe(),
            "disowned": flag("Its opening was disowned and has no force."),
            "interim": flag("The stricter class holds meanwhile, at the instant of the question."),
            "days": whole("From the opening to the settlement, or until now."),
            "stub": STUB,
        },
    ),
    "DisputeFile": answer_shape(
        "A dispute whole.",
        {
            "dispute": named("Dispute"),
            "steps": many(named("DisputeStep")),
            "decisions": many(named("DisputeDecision")),
            "reopened": many(named("Reopened"), "Answers given again that cite a decision."),
            "beside": many(named("Dispute"), "Others on the same item, as far as they are for this caller."),
        },
    ),
    "DisputeStep": shape(
        "One entry of the dispute, in the lane of who took it.",
        {"lane": text(enum=["OPENER", "COUNTERPARTY", "DECIDER", "OTHER"]), **ACT},
    ),
    "DisputeDecision": shape(
        "A determination, or an outcome, by its document.",
        {
            "index": INDEX,
            "time": MOMENT,
            "by": USCC,
            "level": maybe("Of who determined, by the register."),
            "issuer": maybe("Who issued the document, where it has a code."),
            "document_no": text(),
            "document_digest": HEX,
            "result": text(),
            "fields": {"type": ["array", "null"], "items": text()},
            "secrecy_level": maybe(),
            "effective": DAY,
            "settles": flag("False: it was objected to and settles nothing yet."),
        },
    ),
    "Reopened": shape("An answer given again.", {"index": INDEX, "request": text(), "event": text(), "time": MOMENT}),
    "DiscrepancyPage": page_shape("Discrepancy", "Discrepancies."),
    "Discrepancy": shape(
        "Two sources differ (A11); the source of record verifies and explains.",
        {
            "id": text(),
            "status": text("UNASSIGNED: nobody is known as the source of record."),
            "status_index": INDEX,
            "item": text(),
            "source": maybe(),
            "reporter": USCC,
            "severity": text(),
            "result": maybe("What the source found."),
            "reported_index": INDEX,
            "reported_at": MOMENT,
            "closed_at": MAYBE_MOMENT,
            "days": whole("From the report to the closing, or until now."),
            "stub": STUB,
            "data": DATA,
            "withheld": WITHHELD,
        },
    ),
}
