"""Without a key that the log has authorised the server records nothing of its own, says so, and shows no overseer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.authz.tokens import Caller
from api.http.problems import Problem
from api.server.data_dir import DataDir
from api.server.doctor import CheckResult, examine
from api.server.runtime import Runtime
from api.server.settings import Settings
from bench.founding import found
from bench.population import CASES
from bench.server import Server
from cli.identity import token_for
from demo.stage import OPERATOR
from demo.story.cast import uscc
from demo.story.opening import AUTHORITY
from formats.errors import Malformed
from ledger.keys.jwk import generate
from ledger.keys.key_file import save_key
from ledger.store.outbox import Outbox
from replay.party_registry import PartyRegistry

OFFICER = Caller(uscc(AUTHORITY), "责任岗-01", "检查", "kid")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with its parties; nobody writes into it."""
    place = tmp_path_factory.mktemp("founded") / "ledger"
    found(Settings(data=place), CASES[:1])
    return place


@pytest.fixture
def data(ledger: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ledger, tmp_path / "ledger"))


@contextmanager
def running(data: Path, **settings: Any) -> Iterator[Runtime]:
    runtime = Runtime(Settings(data=data, **settings), writes=False)
    try:
        yield runtime
    finally:
        runtime.stop()


def refused(runtime: Runtime) -> str:
    """Why a read by an authority is not answered."""
    with pytest.raises(Problem) as refusal:
        runtime.reception.read_audit.admit(OFFICER)
    assert refusal.value.code == "READ_NOT_RECORDABLE"
    assert refusal.value.headers["Retry-After"]
    return refusal.value.detail


def test_with_the_key_that_was_authorised_reads_are_admitted(data: Path) -> None:
    with running(data) as runtime:
        assert runtime.hand.unavailable_because() is None
        runtime.reception.read_audit.admit(OFFICER)


def test_a_server_without_the_operators_key_refuses_supervised_reads(data: Path) -> None:
    (data / "operator.json").unlink()
    with running(data) as runtime:
        assert "the server holds no key of the operator" in refused(runtime)


def test_a_key_that_the_log_has_not_authorised_is_as_good_as_none(data: Path) -> None:
    (data / "operator.json").unlink()
    save_key(data / "operator.json", generate("Ed25519"), {})
    with running(data) as runtime:
        assert "is not in force" in refused(runtime)


def test_a_party_that_is_no_operator_does_not_sign_for_the_server(data: Path) -> None:
    facts = (data / "ledger.json").read_text(encoding="utf-8")
    (data / "ledger.json").write_text(facts.replace(uscc(OPERATOR), uscc("民政厅")), encoding="utf-8")
    with running(data) as runtime:
        assert "the log knows no OPERATOR" in refused(runtime)


@pytest.mark.parametrize(
    ("party", "key", "why"),
    [
        ({"confirmed": None}, {}, "not confirmed the operator"),
        ({}, {"use": "READ"}, "does not sign for the post"),
        ({}, {"officer": "经办岗-01"}, "does not sign for the post"),
    ],
)
def test_an_operator_whose_record_would_be_refused_signs_none(
    data: Path, monkeypatch: pytest.MonkeyPatch, party: dict[str, Any], key: dict[str, Any], why: str
) -> None:
    """Otherwise a read would be answered, and its record refused for ever."""
    with running(data) as runtime:
        known = runtime.reception.registry.party(uscc(OPERATOR))
        assert known is not None
        keys = {kid: replace(held, **key) for kid, held in known.keys.items()}
        changed = replace(known, keys=keys, **party)
        monkeypatch.setattr(PartyRegistry, "party", lambda *_: changed)
        assert why in str(runtime.hand.unavailable_because())


def test_the_settings_name_another_key_file_and_another_post(data: Path) -> None:
    named = (data / "operator.json").rename(data / "elsewhere.json")
    with running(data, operator_key=named, operator_post="经办岗-02") as runtime:
        assert runtime.hand.unavailable_because() is None
    with running(data, operator_key=named, operator_post="夜班岗") as runtime:
        assert "holds no post 夜班岗" in refused(runtime)


def test_a_key_file_that_the_settings_name_and_that_is_not_there_stops_the_start(data: Path) -> None:
    with pytest.raises(Malformed, match=r"elsewhere\.json"), running(data, operator_key=data / "elsewhere.json"):
        pass


def test_where_the_settings_say_so_reads_are_answered_and_their_notes_kept(data: Path) -> None:
    (data / "operator.json").unlink()
    with running(data, unrecorded_reads="keep") as runtime:
        runtime.reception.read_audit.admit(OFFICER)
        runtime.reception.read_audit.note(OFFICER, "/v1/access", inspection=None, tree_size=1)
        assert Outbox(runtime.store, b"").count() == 1


def test_beyond_the_bound_of_what_may_wait_reads_are_refused(data: Path) -> None:
    with running(data, waiting_reads=1000) as runtime:
        for _ in range(1000):
            runtime.reception.read_audit.note(OFFICER, "/v1/access", inspection=None, tree_size=1)
        runtime.hand.step()
        assert "1000 reads wait" in refused(runtime)


def test_such_a_read_is_refused_over_http_and_that_of_an_organ_is_not(data: Path) -> None:
    (data / "operator.json").unlink()
    server = Server(data)
    try:
        statuses = {
            who: server.get("/v1/access", **_bearer(data, who)).status_code for who in (AUTHORITY, OPERATOR, "民政厅")
        }
        readiness = server.get("/readyz").json()
    finally:
        server.stop()
    assert statuses == {AUTHORITY: 503, OPERATOR: 503, "民政厅": 200}
    assert readiness["hand"]["why_not"] == "the server holds no key of the operator"


def _bearer(data: Path, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(DataDir(data), uscc(who), purpose='检查')}"}


# --- what the operator is told


def operators(data: Path) -> CheckResult:
    (finding,) = [each for each in examine(Settings(data=data), DataDir(data)) if "operator's key" in each.what]
    return finding


def test_the_doctor_finds_a_good_key(data: Path) -> None:
    assert operators(data).good


def test_the_doctor_says_how_a_missing_key_is_mended(data: Path) -> None:
    (data / "operator.json").unlink()
    finding = operators(data)
    assert (finding.good, finding.detail) == (False, "the server holds no key of the operator")
    assert "operator.json" in finding.mend
    assert "key.authorised" in finding.mend


def test_the_doctor_names_a_key_file_that_others_can_read(data: Path) -> None:
    (data / "operator.json").chmod(0o644)
    assert "mode 0644" in operators(data).detail
    with pytest.raises(Malformed), running(data):
        pass
