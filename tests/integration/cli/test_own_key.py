"""A receipt is checked alone, a request finds its line in the log, and the sandbox's commands work when pasted."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from demo.serving import server
from tests.support.command import shareledger
from tests.support.server_processes import wait_until

AGENCY = "113200000000000195"


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, demo: Path) -> tuple[Path, Path, str]:
    """A receipt that a server gave, the line that was sent, and the log's key."""
    place = tmp_path_factory.mktemp("received")
    demo = Path(shutil.copytree(demo, place / "demo"))
    line = place / "line.ndjson"
    data = {"post": "责任岗-01", "wanted": "用水量", "duty": {"kind": "MATTER_CODE", "matter_code": "X-1"}}
    record = {"specversion": "1.0", "id": "own-1", "source": f"urn:uscc:{AGENCY}", "data": data}
    record |= {"type": "sharing.demand.stated.v1", "subject": "demand/OWN-1", "time": "2026-10-30T09:00:00+08:00"}
    line.write_text(json.dumps(record | {"datacontenttype": "application/json"}, ensure_ascii=False), encoding="utf-8")
    key = str(demo / "keys" / f"{AGENCY}.json")
    with server(demo) as address:
        done = shareledger("submit", str(line), "--as", AGENCY, "--key", key, "--to", address, "-o", "json")
        assert done.returncode == 0, done.stderr
        asked = shareledger("ask", "demands", "--as", AGENCY, "--key", key, "--to", address, "-o", "json")
        assert [row["id"] for row in json.loads(asked.stdout)["rows"]] == ["OWN-1"]
    receipt = place / "receipt.json"
    receipt.write_text(done.stdout, encoding="utf-8")
    vkey = shareledger("vkey", "--data", str(demo)).stdout.splitlines()[-1]
    return receipt, line, vkey


@pytest.mark.journey
def test_a_receipt_is_checked_with_the_key_alone(received: tuple[Path, Path, str]) -> None:
    receipt, line, vkey = received
    done = shareledger("check", str(receipt), "--lines", str(line), "--vkey", vkey)
    assert (done.returncode, done.stdout.splitlines()[0][:4]) == (0, "核验通过")
    assert "demand/OWN-1#0" in done.stdout


@pytest.mark.journey
def test_another_line_another_receipt_or_another_key_fails(received: tuple[Path, Path, str], tmp_path: Path) -> None:
    receipt, line, vkey = received
    other_line, other_receipt = tmp_path / "line", tmp_path / "receipt"
    other_line.write_text(line.read_text(encoding="utf-8").replace("用水量", "用电量"), encoding="utf-8")
    changed = receipt.read_text(encoding="utf-8").replace("用水量", "用电量")
    assert changed != receipt.read_text(encoding="utf-8")
    other_receipt.write_text(changed, encoding="utf-8")
    assert shareledger("check", str(receipt), "--lines", str(other_line), "--vkey", vkey).returncode == 10
    assert shareledger("check", str(other_receipt), "--vkey", vkey).returncode == 10
    name, _, rest = vkey.partition("+")
    assert shareledger("check", str(receipt), "--vkey", f"{name}x+{rest}").returncode in (10, 12)
    assert shareledger("check", str(receipt), "--vkey", "nothing").returncode == 12


@pytest.mark.journey
def test_a_ledger_that_is_not_ready_is_sent_records_and_asked_all_the_same(
    copy: Path, received: tuple[Path, Path, str], tmp_path: Path
) -> None:
    """It has an own record that it cannot make; that is no reason why it should not make others'."""
    connection = sqlite3.connect(copy / "ledger.sqlite")
    with connection:
        row = "SELECT ledger, 'x', 'supervision.read', '2026-01-01T00:00:00.000Z', '{}' FROM head"
        connection.execute(f"INSERT INTO outbox (ledger, id, topic, due, note) {row}")
    connection.close()
    line = tmp_path / "line.ndjson"
    line.write_text(received[1].read_text(encoding="utf-8").replace("own-1", "own-2").replace("OWN-1", "OWN-2"))
    key = str(copy / "keys" / f"{AGENCY}.json")
    with server(copy) as address:
        assert wait_until(lambda: httpx.get(f"{address}/readyz").status_code == 503)
        done = shareledger("submit", str(line), "--as", AGENCY, "--key", key, "--to", address)
        assert done.returncode == 0, done.stderr
        assert shareledger("ask", "demands", "--as", AGENCY, "--key", key, "--to", address).returncode == 0


@pytest.mark.journey
def test_the_commands_that_the_sandbox_prints_work_when_pasted(tmp_path: Path, free_tcp_port: int) -> None:
    command = [
        sys.executable,
        "-m",
        "cli",
        "sandbox",
        "--data",
        str(tmp_path / "sandbox"),
        "--port",
        str(free_tcp_port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        printed = []
        for each in process.stdout:
            printed.append(each)
            if each.startswith("ready "):
                break
        curls = [each for each in printed if each.startswith("curl ")]
        answers = [
            json.loads(subprocess.run(["bash", "-c", each], capture_output=True, text=True, check=True).stdout)
            for each in curls
        ]
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert answers[0]["records"][0]["stream"].startswith("demand/SANDBOX-")
    assert answers[1]["rows"]
    lines = [json.loads(each) for each in errors.splitlines() if each.startswith("{") and "request_id" in each]
    told = [(each["method"], each["route"], each["status"], each["organ"]) for each in lines if each["organ"]]
    assert told == [("POST", "/v1/submissions", 201, AGENCY), ("GET", "/v1/access", 200, AGENCY)]
    assert [each for each in lines if "limit=3" in json.dumps(each)] == []
