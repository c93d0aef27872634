"""Examples for the API description: real answers of the demo ledger, shortened. Tests hold them against the schemas."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import orjson

from api.problem_catalogue import CATALOGUE

_KEPT: Final[dict[str, Any]] = orjson.loads(files("api").joinpath("examples.json").read_bytes())

ACCESS: Final = _KEPT["access"]
CASES: Final = _KEPT["cases"]
CASE: Final = _KEPT["case"]
AGREEMENTS: Final = _KEPT["agreements"]
AGREEMENT: Final = _KEPT["agreement"]
PARTIES: Final = _KEPT["parties"]
PARTY: Final = _KEPT["party"]
ENTRY: Final = _KEPT["entry"]
RECEIPT: Final = _KEPT["receipt"]
TLOG_PROOF: Final = _KEPT["tlog_proof"]
INCLUSION: Final = _KEPT["inclusion"]
CONSISTENCY: Final = _KEPT["consistency"]
READINESS: Final = _KEPT["readiness"]
CHECKPOINT: Final = _KEPT["checkpoint"]
RECORD: Final = _KEPT["record"]
SIGNATURE: Final = _KEPT["signature"]
SOURCE: Final = ENTRY["source"]
RECORD_ID: Final = ENTRY["id"]


def problem(code: str) -> dict[str, Any]:
    """What an error of this kind looks like."""
    kind = CATALOGUE[code]
    return {
        "type": f"/problems/{code}",
        "title": kind.zh,
        "status": kind.status,
        "detail": kind.en,
        "instance": "/v1/…",
        "code": code,
        "next": kind.next_zh,
        "retryable": kind.retryable,
        "request_id": "7b0d4c1f2e3a4b5c8d9e0f1a2b3c4d5e",
    }
