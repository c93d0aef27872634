"""A verb imports what it needs: no small one waits for the server, the database's drivers or the law."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner

from api.http.problems import Problem
from api.server.data_dir import DataDir
from cli.exits import Exit
from cli.main import app
from cli.verbs import VERBS
from ledger.keys.jwk import generate
from ledger.keys.key_file import save_key

command = sys.modules["cli.main"]  # its name in the package is that of its function
HEAVY = {"fastapi", "starlette", "uvicorn", "pydantic_settings", "eventsourcing", "sqlalchemy", "alembic", "psycopg"}
NOBODY = "http://127.0.0.1:1"  # nothing listens there


def imported_by(*words: str, data: Path | None = None) -> set[str]:
    """The modules that the command imports when it is run with these words."""
    environment = os.environ | ({} if data is None else {"LEDGER_DATA": str(data)})
    asked = [sys.executable, "-X", "importtime", "-m", "cli", *words]
    ended = subprocess.run(asked, capture_output=True, text=True, env=environment)
    assert ended.returncode in (Exit.OK, Exit.NETWORK), ended.stderr[-500:]
    lines = (line for line in ended.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """With an auditor's key, and nothing else that a token needs."""
    facts = {"origin": "ledger.example/a", "vkeys": ["vkey"], "demo": True, "operator": "1", "auditors": []}
    DataDir(tmp_path).create(facts)
    save_key(tmp_path / "keys" / "auditor.json", generate("Ed25519"), {}, None)
    return tmp_path


def test_the_list_of_verbs_imports_none_of_them() -> None:
    found = imported_by("--help")
    assert found.isdisjoint(HEAVY | {"httpx", "rich", "cryptography"})
    assert {name for name in found if name.startswith("cli.")} == {"cli.exits", "cli.main", "cli.verbs"}


@pytest.mark.parametrize(
    "words",
    [
        ("vkey",),
        ("token", "--as", "auditor", "--purpose", "核对"),
        ("ask", "--help"),
        ("ask", "access", "--as", "auditor", "--to", NOBODY),
        ("ask", "deadlines", "--as", "auditor", "--to", NOBODY),
        ("ask", "findings", "--as", "auditor", "--to", NOBODY),
        ("ask", "catalogue", "--as", "auditor", "--to", NOBODY),
    ],
)
def test_a_small_verb_imports_no_server_and_no_database(directory: Path, words: tuple[str, ...]) -> None:
    assert imported_by(*words, data=directory).isdisjoint(HEAVY)


def test_the_list_says_of_each_verb_what_the_verb_says_itself() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    told = {name: (commands[name].help or "").partition("\n\n")[0].replace("\n", " ") for name in VERBS}
    assert told == {name: verb.help for name, verb in VERBS.items()}


def test_a_verb_that_does_not_exist_is_told_of_its_like() -> None:
    answer = CliRunner().invoke(app, ["verfy"])
    assert answer.exit_code == Exit.USAGE
    assert "verify" in answer.output


@pytest.mark.parametrize(
    ("failure", "code", "told"),
    [
        (Problem("CLOCK_BACKWARDS", "The clock stands."), Exit.REFUSED, "CLOCK_BACKWARDS: The clock stands."),
        (httpx.ConnectError("refused"), Exit.NETWORK, "cannot be reached"),
    ],
)
def test_a_failure_is_a_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failure: Exception, code: Exit, told: str
) -> None:
    def fails() -> None:
        raise failure

    monkeypatch.setattr(command, "app", fails)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == code
    assert told in capsys.readouterr().err


def test_a_failure_that_nobody_expects_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(command, "app", fails)
    with pytest.raises(ZeroDivisionError):
        command.main()
