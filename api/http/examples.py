"""Examples for the API description: real answers of the demo ledger, shortened. Tests hold them against the schemas."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import orjson

from api.http.problem_catalogue import CATALOGUE


def kept(name: str) -> Any:
    """The sample answer of this name."""
    return orjson.loads(files("api").joinpath("sample_answers", f"{name}.json").read_bytes())


ACCESS: Final = kept("access")
CASES: Final = kept("cases")
CASE: Final = kept("case")
AGREEMENTS: Final = kept("agreements")
AGREEMENT: Final = kept("agreement")
FINDINGS: Final = kept("findings")
FINDING: Final = kept("finding")
DEADLINES: Final = kept("deadlines")
DEADLINE: Final = kept("deadline")
VIOLATIONS: Final = kept("violations")
VIOLATION: Final = kept("violation")
SCORECARDS: Final = kept("scorecards")
PARTIES: Final = kept("parties")
PARTY: Final = kept("party")
CATALOGUE_PAGE: Final = kept("catalogue")
ITEM: Final = kept("item")
DEMANDS: Final = kept("demands")
DISPUTES: Final = kept("disputes")
DISPUTE: Final = kept("dispute")
DISCREPANCIES: Final = kept("discrepancies")
RECONCILIATION: Final = kept("reconciliation")
GRANTS: Final = kept("grants")
CASE_RECONCILIATION: Final = kept("case_reconciliation")
ENTRY: Final = kept("entry")
RECEIPT: Final = kept("receipt")
TLOG_PROOF: Final = kept("tlog_proof")
INCLUSION: Final = kept("inclusion")
CONSISTENCY: Final = kept("consistency")
READINESS: Final = kept("readiness")
CHECKPOINT: Final = kept("checkpoint")
RECORD: Final = kept("record")
SIGNATURE: Final = kept("signature")
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
