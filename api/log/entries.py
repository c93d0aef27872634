"""One record of the log: its entry as it is stored, and its receipt against the newest published checkpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.authz.entry_access import View, is_for_everybody, view_of
from api.authz.redaction import has_texts
from api.authz.resolve import sight_of
from api.authz.row_filters import Sight
from api.authz.tokens import Caller
from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import index_of, number, read_query, word
from api.http.problems import Problem
from api.http.responses import JSON, PRIVATE, TEXT, demo_mark, json_body, tagged
from api.log.published import PREFER, covering, preferred_wait
from api.own_records.read_audit import question_text
from api.server.reception import Reception, reception_of
from formats import rfc3339
from formats.base64std import encode_base64
from ledger.notes.tlog_proof import TlogProof, format_tlog_proof
from ledger.records.entry import Entry, parse_entry
from ledger.store.rows import StoredEntry
from ledger.tree import merkle
from ledger.tree.merkle import leaf_hash
from replay.log_source import Acts

INDEX = number("index", "The entry's place in the log, from 0.", example=41)
_RECEIPT = (
    number("index", "The entry's place in the log; or name the record by `source` and `id`.", example=41),
    word("source", "The record's `source`, as in `urn:uscc:113200000000000195`.", example=examples.SOURCE),
    word("id", "The record's `id`.", example=examples.RECORD_ID),
)


_LATER = ("NOT_PUBLISHED", "READ_NOT_RECORDABLE")
_WEIGHT = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that the caller may see; ``whole``: with its line. ``for_everybody``: every party may read it."""

    stored: StoredEntry
    entry: Entry
    whole: bool
    for_everybody: bool


def entry(request: Request) -> Response:
    """Who may not read the record's texts gets its metadata, and is told that the line is withheld."""
    read_query(request, ())
    reception = reception_of(request)
    looker = _looker(request, reception)
    seen = _seen(next(iter(reception.store.entries(index_of(request), 1)), None), looker, reception)
    _note(request, looker, seen, reception)
    body = {
        **_place(seen),
        "type": seen.stored.type,
        "submission": seen.stored.submission,
        "leaf": seen.entry.leaf,
        "of": seen.entry.of,
        "previous": seen.entry.previous,
    }
    return json_body(request, body | demo_mark(reception.clock.demo))


def receipt(request: Request) -> Response:
    """As JSON; as a tlog-proof where ``Accept`` prefers text/plain."""
    asked = read_query(request, _RECEIPT)
    reception = reception_of(request)
    looker = _looker(request, reception)
    seen = _seen(_named(asked.values, reception), looker, reception)
    _note(request, looker, seen, reception)
    index, wait = seen.stored.index, preferred_wait(request, reception.settings.wait_seconds)
    published = covering(reception.store, index, wait)
    if published is None:
        raise Problem("NOT_PUBLISHED", "No published checkpoint covers this entry yet.", headers={"Retry-After": "1"})
    path = tuple(merkle.prove_inclusion(index, published.size, reception.tiles.reader(published.size, index)))
    headers = {**PRIVATE, "Vary": "Authorization, Accept"}
    if _prefers_text(request):
        proof = format_tlog_proof(TlogProof(index, path, published.note))
        return tagged(request, proof, TEXT, headers)
    record = {**_place(seen), "proof": [encode_base64(each) for each in path]}
    return json_body(
        request, {"records": [record], "checkpoint": published.note.decode()} | demo_mark(reception.clock.demo), headers
    )


@dataclass(frozen=True, slots=True)
class _Looker:
    caller: Caller
    sight: Sight


def _looker(request: Request, reception: Reception) -> _Looker:
    """An auditor reads entries, and asks no questions."""
    caller = reception.caller(request)
    return _Looker(caller, Sight(own=(), auditor=True) if caller.auditor else sight_of(caller, reception))


def _note(request: Request, looker: _Looker, seen: Seen, reception: Reception) -> None:
    """An act read one by one is read as well: that of who oversees is noted, unless every party may read the entry."""
    if looker.sight.oversees_others and not seen.for_everybody:
        reception.watch.admit(looker.caller)
        told = question_text(request.url.path, request.query_params.multi_items())
        size = reception.store.head().size
        reception.watch.note(looker.caller, told, inspection=None, tree_size=size)


def _seen(stored: StoredEntry | None, looker: _Looker, reception: Reception) -> Seen:
    view = View.NOTHING
    if stored is not None:
        acts = Acts(reception.store)
        (act,) = acts.at([stored.index])
        (first,) = reception.store.stream(act.stream, 0, 1)
        view = view_of(looker.sight, act, acts.at([first.index])[0], reception)
    if stored is None or view is View.NOTHING:
        raise Problem("NOT_FOUND", "There is no such entry, or it is not for this caller.")
    whole = view is View.WHOLE or not has_texts(act.event, stub=view is View.STUB)
    return Seen(stored, parse_entry(stored.line), whole, is_for_everybody(act, reception.store))


def _place(seen: Seen) -> dict[str, Any]:
    """The members that a receipt and an entry have in common."""
    stored = seen.stored
    withheld = {} if seen.whole else {"withheld": ["/entry"]}
    return {
        "source": stored.source,
        "id": stored.record_id,
        "ledger": seen.entry.ledger,
        "index": stored.index,
        "stream": stored.stream,
        "position": stored.position,
        "recorded_at": rfc3339.format_milliseconds(seen.entry.recorded_at),
        "entry": stored.line.decode() if seen.whole else None,
        "leaf_hash": leaf_hash(stored.line).hex(),
        **withheld,
    }


def _named(asked: Any, reception: Reception) -> StoredEntry | None:
    if set(asked) == {"index"}:
        return next(iter(reception.store.entries(asked["index"], 1)), None)
    if set(asked) == {"source", "id"}:
        return reception.store.find_record(asked["source"], asked["id"])
    raise Problem("NOT_FOUND", "A receipt is named by index, or by source and id.")


def _prefers_text(request: Request) -> bool:
    """RFC 9110 §12.5.1, for the two forms there are; nothing said: JSON."""
    weights = {JSON: 0.0, "text/plain": 0.0}
    header = request.headers.get("accept", "") or "*/*"
    for each in header.split(","):
        media, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = _quality(parameters)
        for known in weights:
            if media in (known, "*/*", known.partition("/")[0] + "/*"):
                weights[known] = max(weights[known], quality)
    if not any(weights.values()):
        raise Problem("NOT_ACCEPTABLE", "A receipt comes as application/json or text/plain.")
    return weights["text/plain"] > weights[JSON]


def _quality(parameters: list[str]) -> float:
    weights = [matched[1] for each in parameters if (matched := _WEIGHT.fullmatch(each))]
    return float(weights[0]) if weights else 1.0


OPERATIONS = (
    Operation(
        id="getEntry",
        method="GET",
        path="/v1/entries/{index}",
        tag="records",
        about="One entry of the log, to whoever stands in its stream, oversees it, or audits.",
        endpoint=entry,
        path_parameters={"index": INDEX},
        answers=(Answer(200, "The entry as it is stored.", {JSON: examples.ENTRY}, "Entry"),),
        codes=("NOT_FOUND", "PARAMETER_UNKNOWN", "READ_NOT_RECORDABLE"),
        bearer=True,
    ),
    Operation(
        id="getReceipt",
        method="GET",
        path="/v1/receipts",
        tag="records",
        about="A record's receipt under the newest published checkpoint: JSON, or tlog-proof (`Accept: text/plain`).",
        endpoint=receipt,
        parameters=_RECEIPT,
        header_parameters=(PREFER,),
        answers=(Answer(200, "The receipt.", {JSON: examples.RECEIPT, "text/plain": examples.TLOG_PROOF}, "Receipt"),),
        codes=("NOT_FOUND", "PARAMETER_INVALID", "PARAMETER_UNKNOWN", "NOT_ACCEPTABLE", *_LATER),
        bearer=True,
    ),
)
