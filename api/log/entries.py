"""One record of the log: its entry as it is stored, and its receipt against the newest published checkpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi import Query as InQuery
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.authz.entry_access import EntryAccess, entry_access_of, is_for_everybody
from api.authz.redaction import has_texts
from api.authz.resolve import access_scope_of
from api.authz.row_filters import AccessScope
from api.authz.tokens import Caller
from api.http.model import Absent, Demo, Digest, EntryIndex, Hash, Model, Moment, Whole
from api.http.parameters import PATH_INDEX, Query, number, word
from api.http.problems import Problem
from api.http.responses import JSON, PRIVATE, TEXT, answered, marked, tagged
from api.http.routes import with_token
from api.http.validation import refuse_repeated
from api.log.published import PREFER, covering, preferred_wait
from api.own_records.read_audit import question_text
from api.server.reception import AppContext, context_of
from formats.base64std import encode_base64
from ledger.notes.tlog_proof import TlogProof, format_tlog_proof
from ledger.records.entry import Entry as ParsedEntry
from ledger.records.entry import parse_entry
from ledger.store.rows import StoredEntry
from ledger.tree import merkle
from ledger.tree.merkle import leaf_hash
from replay.log_source import ActLog

router = APIRouter()

_WEIGHT = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")

EntryPath = Annotated[int, PATH_INDEX, Path(description="The entry's place in the log, from 0.", examples=[41])]


class ReceiptQuery(Query):
    """Which record."""

    index: Annotated[
        int | None,
        number("index"),
        Field(description="The entry's place in the log; or name the record by `source` and `id`.", examples=[41]),
    ] = None
    source: Annotated[
        str | None,
        word(),
        Field(
            description="The record's `source`, as in `urn:uscc:113200000000000195`.",
            examples=["urn:uscc:113200000000000195"],
        ),
    ] = None
    id: Annotated[
        str | None,
        word(),
        Field(description="The record's `id`.", examples=["2026-0001:use.recorded:04-07-1"]),
    ] = None


class StoredRecord(Model):
    """What a receipt and an entry say of a record. `entry` is the stored line, whose RFC 6962 leaf hash is
    `leaf_hash`.
    """

    source: str
    id: str
    ledger: str = Field(description="The ledger's origin.")
    index: EntryIndex
    stream: str
    position: Whole
    recorded_at: Moment
    entry: str | None = Field(description="Null where the caller may not read it; `withheld` then names it.")
    leaf_hash: Digest
    withheld: Absent[list[str]] = None


class Entry(StoredRecord):
    """An entry of the log. `entry` is the stored line, whose RFC 6962 leaf hash is `leaf_hash`."""

    type: str
    submission: Digest
    leaf: Whole
    of: Whole
    previous: Digest
    demo: Demo = None


class RecordReceipt(StoredRecord):
    """One record in the log. `entry` is the stored line, whose RFC 6962 leaf hash is `leaf_hash`."""

    proof: list[Hash] = Field(description="Leaf's sibling first, root's child last.")


class Receipt(Model):
    """The places of records in the log, each with its inclusion proof, under one checkpoint."""

    records: list[RecordReceipt]
    checkpoint: str = Field(description="A signed note (c2sp.org/tlog-checkpoint).")
    demo: Demo = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that the caller may see; ``whole``: with its line. ``for_everybody``: every party may read it."""

    stored: StoredEntry
    entry: ParsedEntry
    whole: bool
    for_everybody: bool


@with_token(
    router,
    "/v1/entries/{index}",
    id="getEntry",
    tag="records",
    about="One entry of the log, for an organ of its stream, one that oversees it, or the auditor.",
    answer=Entry,
    finds="The entry as it is stored.",
    codes=("NOT_FOUND", "PARAMETER_UNKNOWN", "READ_NOT_RECORDABLE"),
)
def get_entry(request: Request, index: EntryPath, _: Annotated[Query, InQuery()]) -> Response:
    """Who may not read the record's texts gets its metadata, and `withheld` names the line."""
    context = context_of(request)
    looker = _looker(request, context)
    seen = _seen(next(iter(context.store.entries(index, 1)), None), looker, context)
    _note(request, looker, seen, context)
    entry = Entry(
        **_place(seen),
        type=seen.stored.type,
        submission=seen.stored.submission,
        leaf=seen.entry.leaf,
        of=seen.entry.of,
        previous=seen.entry.previous,
        demo=marked(context.clock.demo),
    )
    return answered(request, entry)


@with_token(
    router,
    "/v1/receipts",
    id="getReceipt",
    tag="records",
    about="A record's receipt under the newest published checkpoint: JSON, or tlog-proof (`Accept: text/plain`).",
    answer=Receipt,
    finds="The receipt.",
    content={"text/plain": {"type": "string"}},
    described={"parameters": [PREFER]},
    codes=(
        "NOT_FOUND",
        "PARAMETER_INVALID",
        "PARAMETER_UNKNOWN",
        "NOT_ACCEPTABLE",
        "NOT_PUBLISHED",
        "READ_NOT_RECORDABLE",
    ),
)
def get_receipt(request: Request, query: Annotated[ReceiptQuery, InQuery()]) -> Response:
    """As JSON; as a tlog-proof where ``Accept`` prefers text/plain."""
    context = context_of(request)
    looker = _looker(request, context)
    refuse_repeated(request)
    seen = _seen(_named(query, context), looker, context)
    _note(request, looker, seen, context)
    index, wait = seen.stored.index, preferred_wait(request, context.settings.wait_seconds)
    published = covering(context.store, index, wait)
    if published is None:
        raise Problem("NOT_PUBLISHED", "No published checkpoint covers this entry yet.", headers={"Retry-After": "1"})
    path = tuple(merkle.prove_inclusion(index, published.size, context.tiles.reader(published.size, index)))
    headers = {**PRIVATE, "Vary": "Authorization, Accept"}
    if _prefers_text(request):
        proof = format_tlog_proof(TlogProof(index, path, published.note))
        return tagged(request, proof, TEXT, headers)
    record = RecordReceipt(**_place(seen), proof=[encode_base64(each) for each in path])
    note, demo = published.note.decode(), marked(context.clock.demo)
    return answered(request, Receipt(records=[record], checkpoint=note, demo=demo), headers)


@dataclass(frozen=True, slots=True)
class _Looker:
    caller: Caller
    access_scope: AccessScope


def _looker(request: Request, context: AppContext) -> _Looker:
    """An auditor reads entries, and asks no questions."""
    caller = context.caller(request)
    return _Looker(caller, AccessScope(own=(), auditor=True) if caller.auditor else access_scope_of(caller, context))


def _note(request: Request, looker: _Looker, seen: Seen, context: AppContext) -> None:
    """An act read one by one is read as well: that of who oversees is noted, unless every party may read the entry."""
    if looker.access_scope.supervises_others and not seen.for_everybody:
        context.read_audit.admit(looker.caller)
        question = question_text(request.url.path, request.query_params.multi_items())
        size = context.store.head().size
        context.read_audit.note(looker.caller, question, inspection=None, tree_size=size)


def _seen(stored: StoredEntry | None, looker: _Looker, context: AppContext) -> Seen:
    entry_access = EntryAccess.NOTHING
    if stored is not None:
        acts = ActLog(context.store)
        (act,) = acts.at([stored.index])
        (first,) = context.store.stream(act.stream, 0, 1)
        entry_access = entry_access_of(looker.access_scope, act, acts.at([first.index])[0], context)
    if stored is None or entry_access is EntryAccess.NOTHING:
        raise Problem("NOT_FOUND", "There is no such entry, or it is not for this caller.")
    whole = entry_access is EntryAccess.WHOLE or not has_texts(act.event, stub=entry_access is EntryAccess.STUB)
    return Seen(stored, parse_entry(stored.line), whole, is_for_everybody(act, context.store))


def _place(seen: Seen) -> dict[str, Any]:
    """The members that a receipt and an entry have in common."""
    stored = seen.stored
    return {
        "source": stored.source,
        "id": stored.record_id,
        "ledger": seen.entry.ledger,
        "index": stored.index,
        "stream": stored.stream,
        "position": stored.position,
        "recorded_at": seen.entry.recorded_at,
        "entry": stored.line.decode() if seen.whole else None,
        "leaf_hash": leaf_hash(stored.line).hex(),
        "withheld": None if seen.whole else ["/entry"],
    }


def _named(query: ReceiptQuery, context: AppContext) -> StoredEntry | None:
    given = query.model_fields_set
    if query.index is not None and given == {"index"}:
        return next(iter(context.store.entries(query.index, 1)), None)
    if query.source is not None and query.id is not None and given == {"source", "id"}:
        return context.store.find_record(query.source, query.id)
    raise Problem("NOT_FOUND", "A receipt is named by index, or by source and id.")


def _prefers_text(request: Request) -> bool:
    """RFC 9110 §12.5.1, for the two forms there are; nothing said: JSON."""
    ranges = _ranges(request.headers.get("accept", "") or "*/*")
    json, text = (_weight(media, ranges) for media in (JSON, "text/plain"))
    if not json and not text:
        raise Problem("NOT_ACCEPTABLE", "A receipt comes as application/json or text/plain.")
    return text > json


def _weight(media: str, ranges: Mapping[str, float]) -> float:
    """The weight of the most specific range that the media type is in; 0: in none, or refused."""
    within = (media, media.partition("/")[0] + "/*", "*/*")
    return next((ranges[each] for each in within if each in ranges), 0.0)


def _ranges(header: str) -> dict[str, float]:
    """Media ranges with their weights (§12.4.2), of a repeated range the greater one."""
    found: dict[str, float] = {}
    for each in header.split(","):
        media, *parameters = (part.strip().lower() for part in each.split(";"))
        weights = [float(matched[1]) for part in parameters if (matched := _WEIGHT.fullmatch(part))]
        found[media] = max(found.get(media, 0.0), weights[0] if weights else 1.0)
    return found
