"""Sends the steps of the story: each is signed with its department's key and posted to the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.authz.token_signing import PARTY, new_token
from api.server.machine_clock import machine_clock
from demo.signing import Signers
from demo.stage import OPERATOR
from demo.story.cast import RESPONSIBLE, uscc
from demo.story.steps import StoryStep


@dataclass(slots=True)
class OutcomeCounter:
    """The counts so far."""

    submissions: int = 0
    records: int = 0
    replayed: int = 0
    refused: int = 0
    newest: int = -1  # highest index in a receipt


@dataclass(slots=True)
class DemoClient:
    """The departments' keys and the HTTP client that sends their submissions."""

    client: httpx.Client
    signers: Signers
    now: dt.datetime  # the simulated clock
    tally: OutcomeCounter = field(default_factory=OutcomeCounter)

    def act(self, step: StoryStep) -> None:
        """Set the simulated clock to the step's minute, sign its records and send them."""
        if step.recorded_at > self.now:
            self.set_clock(step.recorded_at)
        body, jws = self.signers.sealed(step)
        headers = {"Content-Type": "application/x-ndjson", "Submission-Signature": jws}
        answer = self.client.post("/v1/submissions", content=body, headers=headers)
        if step.refused:
            self._count_refusal(step, answer)
        elif answer.status_code == 201:
            self.signers.recorded(step)
            self._count(answer)
        else:
            raise UnexpectedOutcome(step, answer.json())

    def _count_refusal(self, step: StoryStep, answer: httpx.Response) -> None:
        codes = {fault["code"] for fault in answer.json().get("errors", [])}
        if answer.status_code != 422 or codes != {step.refused}:
            raise UnexpectedOutcome(step, answer.json())
        self.tally.refused += 1

    def _count(self, answer: httpx.Response) -> None:
        records = answer.json()["records"]
        self.tally.submissions += 1
        if answer.headers.get("Idempotency-Replayed") == "true":
            self.tally.replayed += 1
        else:
            self.tally.records += len(records)
        self.tally.newest = max(self.tally.newest, *(record["index"] for record in records))

    def set_clock(self, to: dt.datetime) -> None:
        """Move the clock forward, as the operator. An earlier instant changes nothing."""
        answer = self.client.put("/v1/demo/clock", json={"time": to.isoformat()}, headers=self.bearer(OPERATOR))
        answer.raise_for_status()
        self.now = to

    def bearer(self, party: str, purpose: str = "演示") -> dict[str, str]:
        """Return the Authorization header with a department's read token."""
        token = new_token(
            self.signers.key(party),
            issuer=PARTY + uscc(party),
            audience=self.signers.directory.origin,
            post=RESPONSIBLE,
            purpose=purpose,
            now=machine_clock(),
            life=300,
        )
        return {"Authorization": f"Bearer {token}"}


class UnexpectedOutcome(Exception):
    """The ledger refused a step that it must accept, or accepted one that it must refuse."""

    def __init__(self, step: StoryStep, problem: Mapping[str, Any]) -> None:
        kinds = ", ".join(str(record["type"]) for record in step.records)
        super().__init__(f"{step.by} {step.recorded_at.isoformat()} {kinds}: {problem}")
