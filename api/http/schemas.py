"""The shapes of answers, named, for the API description. Answers are built as plain JSON; tests hold them against this.

A member that may be withheld or unknown is ``null``-able; nothing is a union of shapes.
"""

from __future__ import annotations

from typing import Any

from api.http.parameters import INSTANT

Schema = dict[str, Any]


def text(about: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": about} if about else {}), **more}


def maybe(about: str = "", **more: Any) -> Schema:
    """A text that may be null."""
    return {"type": ["string", "null"], **({"description": about} if about else {}), **more}


def whole(about: str = "", **more: Any) -> Schema:
    return {"type": "integer", "minimum": 0, **({"description": about} if about else {}), **more}


def maybe_whole(about: str = "") -> Schema:
    return {"type": ["integer", "null"], **({"description": about} if about else {})}


def flag(about: str = "") -> Schema:
    return {"type": "boolean", **({"description": about} if about else {})}


def many(of: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": of, **({"description": about} if about else {})}


def named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def shape(about: str, members: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """An object with these members and no other; all but the optional ones are always there."""
    required = [name for name in members if name not in optional]
    return {
        "type": "object",
        "description": about,
        "properties": members,
        "required": required,
        "additionalProperties": False,
    }


HASH = text("32 bytes in base64.", pattern="^[A-Za-z0-9+/]{43}=$")
HEX = text("32 bytes in lower-case hex.", pattern="^[0-9a-f]{64}$")
MOMENT = text("RFC 3339, UTC, milliseconds.", format="date-time")
NOTE = text("A signed note (c2sp.org/tlog-checkpoint).")
DEMO = flag("True on a ledger that was founded as a demo: 演示数据.")

LOG: dict[str, Schema] = {
    "Receipt": shape(
        "Where records stand in the log, each with its inclusion proof, under one checkpoint.",
        {"records": many(named("RecordReceipt")), "checkpoint": NOTE, "demo": DEMO},
        optional=("demo",),
    ),
    "RecordReceipt": shape(
        "One record in the log. `entry` is the stored line, whose RFC 6962 leaf hash is `leaf_hash`.",
        {
            "source": text(),
            "id": text(),
            "ledger": text("The ledger's origin."),
            "index": whole(),
            "stream": text(),
            "position": whole(),
            "recorded_at": MOMENT,
            "entry": maybe("Null where the caller may not read it; `withheld` then names it."),
            "leaf_hash": HEX,
            "proof": many(HASH, "Leaf's sibling first, root's child last."),
            "withheld": many(text()),
        },
        optional=("withheld",),
    ),
    "InclusionProof": shape(
        "An entry is in a tree.",
        {"index": whole(), "size": whole(), "leaf_hash": HASH, "root": HASH, "proof": many(HASH), "demo": DEMO},
        optional=("demo",),
    ),
    "ConsistencyProof": shape(
        "A tree begins with an earlier one.",
        {"from": whole(), "to": whole(), "from_root": HASH, "to_root": HASH, "proof": many(HASH), "demo": DEMO},
        optional=("demo",),
    ),
}

SERVER: dict[str, Schema] = {
    "Liveness": shape("The process runs.", {"status": text()}),
    "Readiness": shape(
        "How far writer and projections are.",
        {
            "status": text(),
            "origin": text(),
            "size": whole("Entries in the log."),
            "demo": DEMO,
            "time": MOMENT,
            "writer": text(enum=["leading", "standby"]),
            "fault": maybe("Why nothing can be recorded at the moment; null while it can."),
            "waiting": whole("Records that wait to be written."),
            "hand": named("Hand"),
            "projected": whole("Entries that every projection accounts for."),
            "stopped": many(named("StoppedProjection")),
        },
    ),
    "Hand": shape(
        "What the server itself has to record: whether it can, and what waits.",
        {
            "why_not": maybe("Why nothing can be signed at the moment; null while it can."),
            "waiting": whole("Supervised reads that are noted and not yet in the log."),
            "fault": maybe("Why something that is owed could not be recorded; null when nothing is in the way."),
        },
    ),
    "StoppedProjection": shape(
        "A projection that could not apply an entry.",
        {"projection": text(), "entry": whole(), "why": maybe()},
    ),
    "ClockSetting": shape("An instant of a demo's clock.", {"time": text(pattern=f"^{INSTANT}$", format="date-time")}),
    "Description": {"type": "object", "description": "An OpenAPI document."},
}

ERRORS: dict[str, Schema] = {
    "Problem": {
        **shape(
            "RFC 9457, and what to do about it.",
            {
                "type": text("The page that explains it, on this server."),
                "title": text("zh-CN; English by Accept-Language."),
                "status": whole(),
                "detail": text(),
                "instance": text(),
                "code": text("A stable word."),
                "next": text("One sentence that says what to do."),
                "retryable": flag("Sending the same again can help."),
                "request_id": text(),
                "law": text("The article it rests on."),
                "errors": many(named("Fault")),
                "recorded": many(named("RecordedLine"), "The lines that are recorded already."),
                "stopped": many(named("StoppedProjection")),
            },
            optional=("law", "errors", "recorded", "stopped"),
        ),
    },
    "Fault": shape(
        "One fault of one line.",
        {
            "code": text(),
            "title": text(),
            "detail": text(),
            "next": text(),
            "law": text(),
            "line": whole("From 1."),
            "pointer": text("RFC 6901, within the line."),
        },
        optional=("law", "line", "pointer"),
    ),
    "RecordedLine": shape(
        "A line of the submission whose record is in the log.",
        {"line": whole(), "source": text(), "id": text(), "index": whole()},
    ),
}
