"""The shapes of findings, for the API description."""

from __future__ import annotations

from api.http.schemas import MOMENT, Schema, flag, many, maybe, maybe_whole, named, shape, text, whole
from api.read.answer_schemas import ANSWERS, INDEX, MAYBE_MOMENT, USCC, WITHHELD, answer_shape, page_shape

_TIME = text("When it happened, by its signer's word.", format="date-time")
_STATUS: dict[str, Schema] = {
    "status": maybe("Where it stands (docs/reference/answers.md); null where that is not for this caller."),
    "status_zh": maybe(),
    "status_en": maybe(),
}

FINDINGS: dict[str, Schema] = {
    "FindingPage": page_shape("Finding", "Findings."),
    "Finding": shape(
        "A suspicion of the machine (线索). Only the authority finds a violation.",
        {
            "id": text("20 hex digits, the same for ever."),
            "kind": text("act or silence."),
            "reason": text("A code of docs/reference/reasons.md."),
            "limb": text("Of Art. 33; 34 is Art. 34."),
            "accused": USCC,
            "since": MOMENT,
            "index": INDEX,
            "evidence": many(INDEX, "The entries that it stands on."),
            "requester": maybe(),
            "provider": maybe(),
            "item": maybe(),
            "case": maybe("The share request."),
            "zh": text(),
            "en": text(),
            **_STATUS,
            "violation": maybe("The authority's file that tells where it stands."),
            "withheld": WITHHELD,
            "holds": flag("False: later facts took it away; it is shown as it last stood."),
            "known_from": whole("The tree size from which it is known in this form."),
            "known_to": maybe_whole("The tree size from which it no longer holds in this form."),
        },
    ),
    "FindingFile": answer_shape(
        "A finding whole.",
        {
            "finding": named("Finding"),
            "derivation": named("Derivation"),
            "history": many(named("FileRecord"), "The records of the files that took it up, where they are told."),
        },
    ),
    "Derivation": shape(
        "How the suspicion follows: facts, rule, conclusion. The same for ever for the same tree size.",
        {"facts": many(named("FindingFact")), "rule": named("FindingRule"), "conclusion": named("Conclusion")},
    ),
    "FindingFact": shape(
        "A record relied on, by its header.",
        {
            "part": text("act; start or stop of a clock; relied_on by the judgement."),
            "index": INDEX,
            "stream": text(),
            "event": text(),
            "by": USCC,
            "id": text(),
            "time": _TIME,
            "recorded_at": MOMENT,
        },
    ),
    "FindingRule": shape(
        "What the facts were held against.",
        {
            "rule_set": text(),
            "rule_set_version": whole(),
            "rule_set_status": text(),
            "table_row": maybe("The row of the decision table (docs/explanation/judgement.md); null for a clock."),
            "reason": text(),
            "severity": text("B blocking, U undetermined, F flag."),
            "grounds": many(named("Ground")),
            "clock": named("MaybeClock"),
            "entries": many(INDEX, "The facts that the rule was applied to."),
        },
    ),
    "MaybeClock": {
        **ANSWERS["Clock"],
        "description": "How the deadline was counted; null where there is none to count.",
        "type": ["object", "null"],
    },
    "Ground": shape(
        "An article, and how sure its reading is.",
        {"article": text(), "certainty": text("confirmed, reconstructed, or other_law.")},
    ),
    "Conclusion": shape(
        "What is suspected, and of whom.",
        {"limb": text(), "article": text(), "accused": USCC, "entry": INDEX, "zh": text(), "en": text()},
    ),
    "FileRecord": shape(
        "One record of a file, and where the file stood after it.",
        {
            "violation": text(),
            "index": INDEX,
            "event": text(),
            "by": USCC,
            "time": _TIME,
            "recorded_at": MOMENT,
            "status": text(),
            "status_zh": text(),
            "status_en": text(),
        },
    ),
    "ViolationPage": page_shape("Violation", "Files of the authority on suspected violations."),
    "Violation": shape(
        "A file (A33, A34). Until `violation.found` it is a suspicion.",
        {
            "id": text(),
            "status": text("Where it stands (docs/reference/answers.md)."),
            "status_zh": text(),
            "status_en": text(),
            "status_index": INDEX,
            "accused": USCC,
            "suspected_by": USCC,
            "limb": text("As found; until then as suspected."),
            "finding": maybe("The finding that it names."),
            "opened_at": MOMENT,
            "ordered_at": MAYBE_MOMENT,
            "limit_at": {**MAYBE_MOMENT, "description": "The first instant after the order's last day."},
            "reported_at": {**MAYBE_MOMENT, "description": "Of the report that was not rejected."},
            "corrected_at": MAYBE_MOMENT,
            "correction": text("IN_TIME, LATE, WAITING, OVERDUE, NOT_ORDERED."),
            "closed": flag(),
            "referred_crime": flag(),
        },
    ),
    "ViolationFile": answer_shape(
        "A file whole.", {"violation": named("Violation"), "history": many(named("FileRecord"))}
    ),
}
