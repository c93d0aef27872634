"""RFC 9457 answers: one shape for every error of every route, saying what, where, and what to do next."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.http.problem_catalogue import CATALOGUE, Kind

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemFault:
    """One line of ``errors[]``: ``line`` counts from 1, ``pointer`` is RFC 6901 within that line."""

    code: str
    detail: str
    next_step: str
    line: int | None = None
    pointer: str | None = None


@dataclass(eq=False)
class Problem(Exception):
    """An answer that is an error. ``code`` is a key of the catalogue, which knows its status and titles."""

    code: str
    detail: str
    next_step: str | None = None  # a more exact sentence than the catalogue's, in English
    faults: Sequence[ProblemFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.detail)


def wants_english(accepted: str) -> bool:
    """zh-CN first: English only where ``Accept-Language`` names it before any Chinese."""
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return False
        if tag.startswith("en"):
            return True
    return False


def request_id_of(request: Request) -> str:
    """The id that the door gave the request, for a person who asks the operator about it."""
    given: str | None = request.scope.get("state", {}).get("request_id")
    return given or uuid.uuid4().hex


def body_of(problem: Problem, *, english: bool, instance: str, request_id: str) -> dict[str, Any]:
    """The members of RFC 9457 §3.1 and ours: ``code, next, retryable, request_id, law, errors``."""
    kind = CATALOGUE[problem.code]
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": kind.en if english else kind.zh,
        "status": kind.status,
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        "next": (problem.next_step or kind.next_en) if english else kind.next_zh,
        "retryable": kind.retryable,
        "request_id": request_id,
    }
    if kind.law:
        body["law"] = kind.law
    if problem.faults:
        body["errors"] = [_fault(fault, english) for fault in problem.faults]
    body.update(problem.members)
    return body


def _fault(fault: ProblemFault, english: bool) -> dict[str, Any]:
    kind: Kind = CATALOGUE[fault.code]
    row: dict[str, Any] = {
        "code": fault.code,
        "title": kind.en if english else kind.zh,
        "detail": fault.detail,
        "next": fault.next_step,
    }
    if kind.law:
        row["law"] = kind.law
    if fault.line is not None:
        row["line"] = fault.line
    if fault.pointer is not None:
        row["pointer"] = fault.pointer
    return row


def respond(problem: Problem, request: Request) -> Response:
    """The problem as an HTTP answer."""
    status = CATALOGUE[problem.code].status
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language", **problem.headers}
    if status == 401:  # RFC 9110 §15.5.2: it says how to come in
        headers["WWW-Authenticate"] = "Bearer" if problem.code.startswith("TOKEN_") else "Submission-Signature"
    english = wants_english(request.headers.get("accept-language", ""))
    body = body_of(problem, english=english, instance=request.url.path, request_id=request_id_of(request))
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)
