"""What an operator sets takes effect: each test changes one setting and sees something else happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from api.authz.token_signing import AUDITOR, new_token
from api.authz.tokens import Caller
from api.http.problems import Problem
from api.server.data_dir import DataDir
from api.server.machine_clock import machine_clock
from api.server.runtime import Runtime
from api.server.settings import Settings
from cli.main import app
from demo.stage import set_stage
from formats.errors import Malformed
from ledger.keys.jwk import PrivateKey, generate


@pytest.fixture
def directory(tmp_path: Path) -> DataDir:
    """A ledger with entry 0; its own auditor's key lies in it."""
    return set_stage(Settings(data=tmp_path / "demo"))


@contextmanager
def running(settings: Settings) -> Iterator[Runtime]:
    runtime = Runtime(settings, writes=False)
    try:
        yield runtime
    finally:
        runtime.stop()


def asks(runtime: Runtime, key: PrivateKey, life: int = 300) -> Caller:
    now = machine_clock()
    token = new_token(
        key, issuer=AUDITOR + key.kid, audience=runtime.store.origin, post="审计岗", purpose="审计", now=now, life=life
    )
    return runtime.reception.token_verifier.caller(f"Bearer {token}", now=now)


def jwk_set(file: Path, *keys: object) -> Path:
    file.write_bytes(orjson.dumps({"keys": keys}))
    return file


def test_an_auditor_whose_key_the_settings_name_is_admitted(directory: DataDir, tmp_path: Path) -> None:
    key = generate("ES256")
    file = jwk_set(tmp_path / "auditors.json", key.public.jwk)
    with running(Settings(data=directory.path, auditor_keys=file)) as runtime:
        assert asks(runtime, key).auditor
        assert asks(runtime, directory.key("auditor")).auditor


def test_an_auditor_whom_nobody_named_is_not_admitted(directory: DataDir) -> None:
    with running(Settings(data=directory.path)) as runtime, pytest.raises(Problem) as refused:
        asks(runtime, generate("ES256"))
    assert refused.value.code == "TOKEN_INVALID"


@pytest.mark.parametrize("content", [b"{}", b'{"keys":{}}', b'{"keys":[{"kty":"oct","k":"AA"}]}', b"no json"])
def test_a_file_of_auditors_that_cannot_be_read_stops_the_start(
    directory: DataDir, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "auditors.json"
    file.write_bytes(content)
    with pytest.raises(Malformed):
        directory.auditors(file)


def test_a_token_that_lives_longer_than_the_setting_allows_is_refused(directory: DataDir) -> None:
    with running(Settings(data=directory.path, token_seconds=60)) as runtime:
        assert asks(runtime, directory.key("auditor"), life=60).auditor
        with pytest.raises(Problem) as refused:
            asks(runtime, directory.key("auditor"), life=61)
    assert "at most 60 seconds" in refused.value.detail


def test_the_environment_names_the_directory_where_the_command_does_not(directory: DataDir) -> None:
    shown = CliRunner().invoke(app, ["vkey"], env={"LEDGER_DATA": str(directory.path)})
    assert shown.stdout.split()[-1] == directory.vkeys[0]


def test_a_setting_outside_its_bounds_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_POOL_RECORDS", "999")
    with pytest.raises(ValidationError, match="pool_records"):
        Settings()


def test_the_password_of_the_database_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("s/e cret\n", encoding="utf-8")
    settings = Settings(database_url="postgresql://ledger@database/ledger", database_password_file=file)
    assert settings.url == "postgresql+psycopg://ledger:s%2Fe cret@database/ledger"
