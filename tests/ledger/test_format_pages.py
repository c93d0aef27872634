"""The format pages: their commands run as printed, and they name every code that the formats can raise."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.records import record as records
from tests.support import vectors

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "reference" / "formats"
NAMES = ["record", "submission", "entry", "keys"]
MODULES = [
    "formats/base64url",
    "formats/rfc3339",
    "ledger/ijson",
    "ledger/keys/algorithms",
    "ledger/keys/ed25519_points",
    "ledger/keys/jwk",
    "ledger/keys/jws",
    "ledger/keys/key_file",
    "ledger/records/entry",
    "ledger/records/record",
    "ledger/records/submission",
    "ledger/records/submission_signature",
]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / f"{name}.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    return Path(shutil.copytree(vectors.FOLDER / "pages", tmp_path / "pages"))


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_page_succeed_as_printed(name: str, workplace: Path) -> None:
    script = "set -euo pipefail\n" + "\n".join(blocks(name, "bash"))
    done = subprocess.run(["bash", "-c", script], cwd=workplace, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for code in blocks(name, "python"):
        subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=workplace, capture_output=True, check=True)


@pytest.mark.parametrize("broken", ["submission.ndjson", "submission.jws", "submission-es256.jws"])
def test_the_commands_of_the_submission_page_fail_on_changed_files(broken: str, workplace: Path) -> None:
    data = (workplace / broken).read_bytes()
    (workplace / broken).write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    script = "set -euo pipefail\n" + "\n".join(blocks("submission", "bash"))
    assert subprocess.run(["bash", "-c", script], cwd=workplace, capture_output=True, check=False).returncode != 0


def test_every_code_that_a_format_can_raise_stands_on_a_page() -> None:
    raised = set()
    for module in MODULES:
        source = (ROOT / f"{module}.py").read_text(encoding="utf-8")
        raised |= set(re.findall(r'\(\s*"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)",', source))
    text = "".join((PAGES / f"{name}.md").read_text(encoding="utf-8") for name in NAMES)
    assert raised == {code for code in raised if f"`{code}`" in text}
    assert {"DUPLICATE_KEY", "ROOT_WRONG", "ENTRY_TOO_LONG", "KEY_WEAK", "NOT_UTF8"} <= raised


def test_the_examples_on_the_record_page_are_records() -> None:
    (line,) = blocks("record", "json")
    assert records.parse_record(line.strip().encode()).line
    for jwk in blocks("keys", "json")[0].splitlines():
        assert json.loads(jwk)["kty"] in ("OKP", "EC")
