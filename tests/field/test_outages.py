"""A database that hangs or is away: liveness and the published log answer, all else says so and recovers by itself."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bench.server import Server
from cli.identity import token_for
from demo.story.cast import uscc
from ledger.keys.jwk import generate
from ledger.records.submission_signature import sign_submission
from tests.support.database_proxy import DatabaseProxy
from tests.support.server_processes import Sender, ServedLedger, wait_until

pytestmark = pytest.mark.journey

AT_ONCE = 1.0  # seconds, on a machine with other work
ASKERS = 30


def seconds(server: Server, path: str) -> tuple[float, httpx.Response]:
    began = time.monotonic()
    answer = httpx.get(server.address + path, timeout=20, trust_env=False)
    return time.monotonic() - began, answer


def test_liveness_and_checkpoint_answer_while_the_database_hangs(
    unsteady_ledger: ServedLedger, database: DatabaseProxy, sender: Sender
) -> None:
    server = unsteady_ledger.serve()
    sender.send(server, unsteady_ledger.uses.sealed(3)).raise_for_status()
    assert wait_until(lambda: server.get("/checkpoint").status_code == 200)
    known = unsteady_ledger.uses.sealed(3)
    stranger = sign_submission(known.lines, key=generate("EdDSA"), iss="1", aud="nobody", iat=1)
    token = token_for(unsteady_ledger.directory, uscc("民政厅"), purpose="核对")

    def ask(number: int) -> int:
        try:
            if number % 2:
                headers = {"Content-Type": "application/x-ndjson", "Submission-Signature": stranger}
                url = f"{server.address}/v1/submissions"
                return httpx.post(url, content=known.body, headers=headers, timeout=40, trust_env=False).status_code
            headers = {"Authorization": f"Bearer {token}"}
            return httpx.get(f"{server.address}/v1/access", headers=headers, timeout=40, trust_env=False).status_code
        except httpx.HTTPError:
            return 0

    with ThreadPoolExecutor(ASKERS) as pool:
        database.hang()
        asked = [pool.submit(ask, number) for number in range(ASKERS)]
        alive = [seconds(server, "/livez") for _ in range(10)]
        checkpoints = [seconds(server, "/checkpoint") for _ in range(3)]
        database.come_back()
        statuses = {each.result(60) for each in asked}

    assert all(answer.status_code == 200 for _, answer in alive + checkpoints)
    assert max(took for took, _ in alive) < AT_ONCE
    assert max(took for took, _ in checkpoints) < 1.0 + AT_ONCE  # after a second, the one read last
    assert statuses <= {200, 401, 503}
    assert wait_until(lambda: server.get("/readyz").status_code == 200)
    assert sender.send(server, known).status_code == 201


def test_an_outage_is_said_to_be_one_and_passes(
    unsteady_ledger: ServedLedger, database: DatabaseProxy, sender: Sender
) -> None:
    server = unsteady_ledger.serve()
    sealed = unsteady_ledger.uses.sealed(2)
    token = token_for(unsteady_ledger.directory, uscc("民政厅"), purpose="核对")
    bearer = {"Authorization": f"Bearer {token}"}
    assert server.get("/v1/access", **bearer).status_code == 200

    database.go_away()
    answers = [server.get(path, **bearer) for path in ("/v1/access", "/v1/cases", "/v1/entries/0", "/readyz")]

    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        problem = answer.json()
        assert (problem["code"], problem["retryable"]) == ("DATABASE_AWAY", True)
        assert problem["title"] == "数据库暂不可用"
    assert sender.send(server, sealed).status_code == 503
    database.come_back()
    assert wait_until(lambda: server.get("/readyz").status_code == 200)
    assert server.get("/v1/access", **bearer).status_code == 200
    assert wait_until(lambda: sender.send(server, sealed).status_code == 201)
