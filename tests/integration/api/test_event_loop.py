"""Nothing on the event loop asks the database: whatever waits there makes every caller wait, liveness too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from ledger.keys.jwk import generate
from ledger.records.submission_signature import sign_submission


@pytest.fixture
def on_the_loop(story_ledger: Any) -> Iterator[list[str]]:
    """The statements that were sent by the thread of an event loop."""
    found: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        found.append(statement)

    engine = story_ledger.runtime.store.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_no_request_asks_the_database_on_the_event_loop(story_ledger: Any, on_the_loop: list[str]) -> None:
    client, stranger = story_ledger.client, generate("Ed25519")
    line = b'{"specversion":"1.0"}'
    jws = sign_submission([line], key=stranger, iss=story_ledger.uscc("民政厅"), aud=story_ledger.origin, iat=1)
    headers = {"Content-Type": "application/x-ndjson", "Submission-Signature": jws}
    bearer = {"Authorization": f"Bearer {story_ledger.token('民政厅')}"}
    statuses = [
        client.post("/v1/submissions", content=line, headers=headers).status_code,
        client.post("/v1/submissions", content=line, headers={"Content-Type": "application/x-ndjson"}).status_code,
        *(client.get(path).status_code for path in ("/livez", "/readyz", "/checkpoint", "/tile/0/000", "/nothing")),
        *(
            client.get(path, headers=bearer).status_code
            for path in ("/v1/access", "/v1/cases?at_least=0", "/v1/access?x=1")
        ),
        client.get("/v1/access", headers={"Authorization": "Bearer x"}).status_code,
    ]
    assert statuses == [401, 401, 200, 200, 200, 200, 404, 200, 200, 400, 401]
    assert on_the_loop == []
