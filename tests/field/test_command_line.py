"""The command line in the circumstances of real terminals, files and networks: a sentence and an exit code, always."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from cli import output
from cli.exits import Exit
from cli.output import made_safe, print_table, shown
from demo.story.cast import uscc
from tests.support.server_processes import ServedLedger

HOSTILE = ("[/公开]", ":100:", "a\n#999 ✔ 已授权", "\x1b[31mred", "‮txt.exe", "a​b", "[bold]x", "\r✔")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_record_is_shown_as_it_is_on_one_row(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.StringIO()
    monkeypatch.setattr(output, "out", Console(file=printed, width=100, markup=False, emoji=False, highlight=False))
    (row,) = made_safe([[text, "1"]])
    print_table(shown(text), ("purpose", "#"), [row])
    lines = printed.getvalue().splitlines()
    assert sum("1" in line and "│" in line and line.rstrip("│ ").endswith("1") for line in lines) == 1
    assert not any(each in printed.getvalue() for each in "\x1b\r‮​")
    assert shown(text).replace("\\u{000A}", "\n")[:2] in printed.getvalue() or "\\u{" in printed.getvalue()


def test_what_can_be_seen_is_left_as_it_is() -> None:
    assert shown("核对 [P1] :100: ✔ e\u0301") == "核对 [P1] :100: ✔ e\u0301"
    assert made_safe({"a\n": ["b\t", 1, None, True]}) == {"a\n": ["b\\u{0009}", 1, None, True]}


def run(*arguments: str, cwd: Path, sent: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        input=sent,
        capture_output=True,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        timeout=60,
        check=False,
    )


def ends(done: subprocess.CompletedProcess[bytes], code: Exit, *words: str) -> None:
    told = (done.stdout + done.stderr).decode(errors="replace")
    assert b"Traceback" not in done.stderr, told
    assert done.returncode == code, told
    for word in words:
        assert word in told


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server on this machine that is no ledger."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


ASKING = ("ask", "cases", "--as", uscc("民政厅"))


@pytest.mark.journey
def test_every_circumstance_gets_a_sentence_and_an_exit_code(ledger: ServedLedger, tmp_path: Path) -> None:
    data = str(ledger.settings.data)
    asked = (*ASKING, "--data", data)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ends(run("serve", "--data", data, "--port", port, cwd=tmp_path), Exit.ENVIRONMENT, port, "无法监听")
    ends(run("serve", "--data", data, "--port", "99999", cwd=tmp_path), Exit.USAGE)
    missing = ("sign", "nowhere.ndjson", "--key", "k", "--as", "x", "--origin", "o")
    ends(run("keys", "show", "nowhere.json", cwd=tmp_path), Exit.USAGE, "nowhere.json")
    ends(run(*missing, cwd=tmp_path), Exit.ENVIRONMENT, "nowhere.ndjson", "不存在")
    ends(run("sign", str(tmp_path), "--key", "k", "--as", "x", "--origin", "o", cwd=tmp_path), Exit.ENVIRONMENT)
    ends(run(*asked, "--to", "no address", cwd=tmp_path), Exit.USAGE)
    ends(run(*asked, "--to", "http://127.0.0.1:9", cwd=tmp_path, NO_PROXY="[::1]"), Exit.NETWORK, "serve")
    ends(run("doctor", "--data", data, cwd=tmp_path, LEDGER_POOL_RECORDS="many"), Exit.USAGE, "LEDGER_POOL_RECORDS")
    away = "postgresql://nobody@127.0.0.1:9/none"
    ends(run("verify", "--data", data, cwd=tmp_path, LEDGER_DATABASE_URL=away), Exit.DATABASE, "数据库")
    with answering(b"<html>") as address:
        ends(run(*asked, "--to", address, cwd=tmp_path, HTTP_PROXY="http://127.0.0.1:9"), Exit.NETWORK, "JSON")


@pytest.mark.journey
def test_other_terminals_and_readers_that_leave_end_nothing_in_a_traceback(
    ledger: ServedLedger, tmp_path: Path
) -> None:
    server = ledger.serve()
    asked = (*ASKING, "--data", str(ledger.settings.data), "--to", server.address)
    for encoding in ("gbk", "ascii", "utf-8"):
        ends(run(*asked, cwd=tmp_path, PYTHONIOENCODING=encoding), Exit.OK)
    shell = " ".join([sys.executable, "-m", "cli", *asked, "-o", "jsonl", "--all"])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shell} | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=60,
        check=False,
    )
    ends(done, Exit.OK)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("made", "named"),
    [
        (lambda body: b"\xef\xbb\xbf" + body, "BOM"),
        (lambda body: body + b"\r\n", "CRLF"),
        (lambda body: body + b"\n" + "公安".encode("gbk"), "GBK"),
        (lambda _: b"", "record line"),
    ],
)
def test_a_file_of_another_kind_is_named(ledger: ServedLedger, tmp_path: Path, made: object, named: str) -> None:
    assert callable(made)
    file = tmp_path / "records.ndjson"
    file.write_bytes(made(ledger.uses.sealed(1).body))
    place = ("--to", "http://127.0.0.1:9", "--data", str(ledger.settings.data))
    sent = run("submit", str(file), "--as", "x", *place, cwd=tmp_path)
    ends(sent, Exit.USAGE, named)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_table_that_does_not_fit_shows_each_row_as_a_block_and_breaks_no_number(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = io.StringIO()
    monkeypatch.setattr(output, "out", Console(file=printed, width=width, markup=False, emoji=False, highlight=False))
    cells = ["TY-2026-001", "2026-10-30 09:00", "江苏省体育局", "113200000000000195", "1234567890", "STATED"]
    print_table("", ["编号", "时间", "机关", "代码", "数量", "状态"], [cells, [*cells[:5], ""]])
    text = printed.getvalue()
    assert [cell for cell in cells if cell not in text] == []
    assert ("━" in text) is (width == 200)
    assert text.count("TY-2026-001") == 2
