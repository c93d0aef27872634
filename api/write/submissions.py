"""The one door for writing: record lines and their signature come in, receipts or a problem go out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.http.problem_catalogue import CATALOGUE, SUBMISSION_CODES
from api.http.problems import Problem, ProblemFault
from api.http.record_schemas import record_references
from api.http.routes import LIMITED, PUBLIC, route
from api.log import published
from api.log.entries import Receipt
from api.server.reception import context_of
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
from ledger.records.submission import MAX_BYTES, parse_and_verify_submission
from ledger.sequencer.outcomes import ReceiptItem

router = APIRouter()

MEDIA_TYPE = "application/x-ndjson"
WRITTEN_AT_ONCE = 32  # records whose receipt takes less time than handing it to a thread does


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
    # One record is JSON, a body of many lines is not: no keyword of JSON Schema can name the 127 schemas here.
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
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != MEDIA_TYPE:
        raise Problem("MEDIA_TYPE_WRONG", f"The body is taken as {MEDIA_TYPE} only.")
    context = context_of(request)
    taken = await body_of(request, MAX_BYTES)
    try:
        submission = parse_and_verify_submission(
            taken,
            request.headers.get("submission-signature"),
            audience=context.origin,
            find_key=context.registry.find_key,
            now=context.clock(),
            max_ahead=context.settings.clock_skew_seconds,
        )
    except SubmissionFailed as failure:
        context.limits.count_unauthenticated(request.scope)
        raise problem_of(failure) from failure
    holder = context.registry.holder(submission.kid)
    assert holder is not None, "the signature was checked with a key that somebody holds"
    context.limits.count_submission(request.scope, holder[0])
    try:
        receipts = await asyncio.wrap_future(context.sequencer.submit(submission))
    except SubmissionFailed as failure:
        raise problem_of(failure) from failure
    headers = {"Cache-Control": "no-store"} | ({"Idempotency-Replayed": "true"} if receipts.replayed else {})
    items: Sequence[ReceiptItem] = receipts.items
    note, wait = receipts.checkpoint, published.preferred_wait(request, context.settings.wait_seconds)
    if wait:
        last = max(item.index for item in items)
        covering = await run_in_threadpool(published.covering, context.store, last, wait)
        if covering is not None:
            items, note = await run_in_threadpool(published.under, items, covering, context.tiles), covering.note
            headers[published.APPLIED] = f"wait={wait:.0f}"
    return Response(await _written(items, note, context.clock.demo), 201, headers, "application/json")


async def _written(items: Sequence[ReceiptItem], note: bytes, demo: bool) -> bytes:
    """The receipt. One of a thousand records takes milliseconds, in which everybody else would wait."""
    if len(items) <= WRITTEN_AT_ONCE:
        return build_receipt(items, note, demo=demo)
    return await run_in_threadpool(build_receipt, items, note, demo=demo)


async def body_of(request: Request, limit: int) -> bytes:
    """Stops reading at the limit, whatever Content-Length says."""
    taken = bytearray()
    try:
        async for chunk in request.stream():
            taken += chunk
            if len(taken) > limit:
                raise Problem("TOO_MANY_BYTES", f"More than {limit} bytes came.", headers={"Connection": "close"})
    except ClientDisconnect as gone:
        raise Problem("SUBMISSION_MALFORMED", "The connection ended before the body did.") from gone
    return bytes(taken)


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
