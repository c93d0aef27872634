"""The one door for writing: record lines and their signature come in, receipts or a problem go out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.bodies import read_body
from api.http.problem_catalogue import CATALOGUE, SUBMISSION_CODES
from api.http.problems import Problem, ProblemFault
from api.http.record_schemas import record_references
from api.http.routes import LIMITED, PUBLIC, route
from api.http.workers import WorkerGroup
from api.log import published
from api.log.entries import Receipt
from api.server.reception import AppContext, context_of
from formats.errors import Malformed
from formats.refusal import Refusal
from ledger.errors import (
    Equivocation,
    MalformedSubmission,
    NotLeader,
    OutcomeUnknown,
    Overloaded,
    PartlyRecorded,
    Refused,
    SignatureRejected,
    SubmissionFailed,
)
from ledger.keys.jws import MAX_JWS
from ledger.records.receipt import build_receipt
from ledger.records.submission import MAX_BYTES, Submission, parse_signed_submission
from ledger.records.submission_signature import SubmissionSignature, verify_submission_signature
from ledger.sequencer.outcomes import ReceiptItem

router = APIRouter()

MEDIA_TYPE = "application/x-ndjson"
PARSED_AT_ONCE = 32 * 1024  # bytes; parsing more takes longer than handing it to a thread
WRITTEN_AT_ONCE = 32  # records whose receipt takes less time than handing it to a thread does
REFUSAL_STEP = 0.05  # seconds; a refusal is answered at a multiple of it

_SIGNATURE = {
    "name": "Submission-Signature",
    "in": "header",
    "required": True,
    "description": "Compact JWS over the tree hash of the lines; docs/reference/formats/submission.md says how it is "
    "made.",
    "schema": {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$",
        "maxLength": MAX_JWS,
    },
}
_BODY = {
    "required": True,
    "description": "1 to 1 000 record lines, at most 4 MiB, each line at most 32 KiB.",
    # One record is JSON, a body of many lines is not: no keyword of JSON Schema can name the 128 schemas here.
    "content": {MEDIA_TYPE: {"schema": {"type": "string", "minLength": 1}, "x-records": record_references()}},
}


# The signed bytes are read here, once; FastAPI knows body and headers from the description alone.
@route(
    router,
    "/v1/submissions",
    PUBLIC,
    method="POST",
    status=201,
    id="submitRecords",
    tag="submissions",
    about="Record lines, signed as a whole: all are recorded, or none. Sent again: the original receipts.",
    answer=Receipt,
    finds="The place of each record, its inclusion proof, one signed checkpoint.",
    headers={
        "Idempotency-Replayed": "`true` when the records were in the log already.",
        published.APPLIED: "The checkpoint is a published one, as `Prefer` asked for.",
    },
    described={"parameters": [_SIGNATURE, published.PREFER], "requestBody": _BODY},
    codes=(*SUBMISSION_CODES, *LIMITED),
)
async def submit_records(request: Request) -> Response:
    """All lines are recorded, or none."""
    context = context_of(request)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != MEDIA_TYPE:
        context.limits.count_unauthenticated(request.scope)
        raise Problem("MEDIA_TYPE_WRONG", f"The body is taken as {MEDIA_TYPE} only.")
    workers = context.workers
    try:
        signed = await _signature(request.headers.get("submission-signature"), context)
        body = await read_body(request, MAX_BYTES, context.bodies)
        if len(body) > PARSED_AT_ONCE:
            submission = await workers.run(WorkerGroup.SUBMISSIONS, _parsed_if_in_force, body, signed, context)
        else:
            submission = _parsed(body, signed, context)
    except SubmissionFailed as failure:
        context.limits.count_unauthenticated(request.scope)
        raise problem_of(failure) from failure
    except Problem:
        context.limits.count_unauthenticated(request.scope)
        raise
    holder = context.registry.holder(submission.kid)
    assert holder is not None, "the signature was checked with a key that somebody holds"
    request.scope["state"]["organ"] = holder[0]
    context.limits.count_submission(request.scope, holder[0], len(submission.records))
    context.note_known(request)
    begun = time.monotonic()
    try:
        receipts = await asyncio.wrap_future(context.sequencer.submit(submission))
    except Refused as failure:
        # How long a refusal took would say whether the stream exists: what is there has to be read first.
        await asyncio.sleep(REFUSAL_STEP - (time.monotonic() - begun) % REFUSAL_STEP)
        raise problem_of(failure) from failure
    except SubmissionFailed as failure:
        raise problem_of(failure) from failure
    headers = {"Cache-Control": "no-store"} | ({"Idempotency-Replayed": "true"} if receipts.replayed else {})
    items: Sequence[ReceiptItem] = receipts.items
    note, wait = receipts.checkpoint, published.preferred_wait(request, context.settings.wait_seconds)
    if wait:
        last = max(item.index for item in items)
        covering = await workers.run(WorkerGroup.WAITS, published.covering, context.store, last, wait)
        if covering is not None:
            items = await workers.run(WorkerGroup.LOG, published.under, items, covering, context.tiles)
            note = covering.note
            headers[published.APPLIED] = f"wait={wait:.0f}"
    if len(items) <= WRITTEN_AT_ONCE:
        receipt = build_receipt(items, note, demo=context.clock.demo)
    else:  # that of a thousand records takes milliseconds, in which everybody else would wait
        receipt = await workers.run(WorkerGroup.SUBMISSIONS, build_receipt, items, note, demo=context.clock.demo)
    return Response(receipt, 201, headers, "application/json")


async def _signature(jws: str | None, context: AppContext) -> SubmissionSignature:
    """The verified signature. The event loop knows the keys that were met; any other is looked up in a thread."""
    try:
        return verify_submission_signature(jws, find_key=context.registry.known_key)
    except SignatureRejected as rejected:
        if rejected.code != "KEY_UNKNOWN":
            raise
    find_key = context.registry.find_key
    return await context.workers.run(WorkerGroup.KEYS, verify_submission_signature, jws, find_key=find_key)


def _parsed(body: bytes, signed: SubmissionSignature, context: AppContext) -> Submission:
    now, ahead = context.clock(), context.settings.clock_skew_seconds
    return parse_signed_submission(body, signed, audience=context.origin, now=now, max_ahead=ahead)


def _parsed_if_in_force(body: bytes, signed: SubmissionSignature, context: AppContext) -> Submission:
    """Nothing large is parsed for a key that has ended. What it sent before that is answered as it was then."""
    if context.registry.key_in_force(signed.kid, context.clock()) is None:
        digest = sha256(signed.jws.encode()).hexdigest()
        if context.store.submission(digest) is None:
            raise SignatureRejected(
                "SIGNER_UNAUTHORISED",
                "the key that signed is not in force",
                next_step="Sign with a key that the log has authorised and that is in force.",
            )
    return _parsed(body, signed, context)


def problem_of(failure: SubmissionFailed) -> Problem:
    """What went wrong, with every line; a code that all faults share is the problem's own."""
    match failure:
        case MalformedSubmission():
            return _of_faults("SUBMISSION_MALFORMED", map(_malformed, failure.errors))
        case Refused():
            return _of_faults("SUBMISSION_REFUSED", map(_refused, failure.refusals))
        case SignatureRejected():
            return _of_faults(failure.code, [ProblemFault(failure.code, failure.detail, failure.next_step)])
        case Equivocation():
            return _conflict("ID_REUSED", failure.conflicts, "was recorded with other bytes")
        case PartlyRecorded():
            return _conflict("PARTLY_RECORDED", failure.recorded, "is recorded already")
        case Overloaded():
            return Problem("OVERLOADED", str(failure), headers={"Retry-After": str(failure.retry_after)})
        case NotLeader():
            return Problem("NOT_LEADER", str(failure), headers={"Retry-After": "2"})
        case OutcomeUnknown():
            return Problem("OUTCOME_UNKNOWN", str(failure), headers={"Retry-After": "2"})
        case _:
            return Problem("NOT_RECORDED", str(failure), headers={"Retry-After": "2"})


def _malformed(error: Malformed) -> ProblemFault:
    return ProblemFault(error.code, error.detail, error.next_step, error.line, error.pointer)


def _refused(refusal: Refusal) -> ProblemFault:
    return ProblemFault(refusal.code, refusal.detail, refusal.next_step, refusal.line, refusal.pointer)


def _of_faults(code: str, faults: Iterable[ProblemFault]) -> Problem:
    """Faults of one kind give the problem their code and status; those of several kinds have a general one."""
    listed = tuple(faults)
    codes = {fault.code for fault in listed}
    own = codes.pop() if len(codes) == 1 else code
    alone = listed[0] if len(listed) == 1 else None
    detail = alone.detail if alone else f"{len(listed)} faults; nothing of the submission was recorded."
    return Problem(own, detail, alone.next_step if alone else None, faults=listed)


def _conflict(code: str, places: Sequence[tuple[int, str, str, int]], what: str) -> Problem:
    next_step = CATALOGUE[code].next_en
    faults = tuple(
        ProblemFault(code, f"{source} {id_} {what} at entry {index}.", next_step, line)
        for line, source, id_, index in places
    )
    recorded: list[dict[str, Any]] = [
        {"line": line, "source": source, "id": id_, "index": index} for line, source, id_, index in places
    ]
    detail = f"{len(places)} of the lines; nothing of the submission was recorded."
    return Problem(code, detail, faults=faults, members={"recorded": recorded})
