"""The pages on tree, tiles, checkpoints and receipts: their commands run as printed, on files that we still accept."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.notes import tlog_proof
from ledger.notes.checkpoint import open_checkpoint
from ledger.notes.log_keys import verifier_for
from ledger.records import receipt as receipts
from ledger.tree import merkle, tiles

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "reference" / "formats"
FILES = Path(__file__).parent / "vectors" / "proof-pages"
NAMES = ["tree", "tiles", "checkpoint", "receipt"]
MODULES = [
    "formats/base64std",
    "formats/decimals",
    "ledger/notes/checkpoint",
    "ledger/notes/cosignature",
    "ledger/notes/log_keys",
    "ledger/notes/note",
    "ledger/notes/tlog_proof",
    "ledger/records/receipt",
    "ledger/tree/merkle",
    "ledger/tree/tiles",
]
ORIGIN = "ledger.example.cn/js"
KNOWN = [verifier_for(vkey) for vkey in (FILES / "vkeys").read_text().split()]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / f"{name}.md").read_text(encoding="utf-8"), re.DOTALL)


def run(name: str, place: Path) -> list[subprocess.CompletedProcess[bytes]]:
    commands = [["bash", "-euo", "pipefail", "-c", script] for script in blocks(name, "bash")]
    commands += [[sys.executable, "-c", code] for code in blocks(name, "python")]
    return [subprocess.run(command, cwd=place, capture_output=True, check=False) for command in commands]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FILES, tmp_path / "pages"))


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_page_succeed_as_printed(name: str, workplace: Path) -> None:
    done = run(name, workplace)
    assert done
    assert all(one.returncode == 0 for one in done), done


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("tree", "entry"),
        ("tiles", "entries-0"),
        ("tiles", "tile-0"),
        ("checkpoint", "checkpoint"),
        ("receipt", "entry"),
    ],
)
def test_the_commands_of_a_page_fail_on_a_changed_file(name: str, broken: str, workplace: Path) -> None:
    data = (workplace / broken).read_bytes()
    (workplace / broken).write_bytes(data[:10] + bytes([data[10] ^ 1]) + data[11:])
    assert any(one.returncode != 0 for one in run(name, workplace))


def test_the_files_of_the_pages_are_accepted_here_too() -> None:
    opened = open_checkpoint((FILES / "checkpoint").read_bytes(), KNOWN, origin=ORIGIN, every=True)
    entry, proof = (FILES / "entry").read_bytes(), (FILES / "entry.tlog-proof").read_bytes()
    assert tlog_proof.verify_tlog_proof(proof, entry, KNOWN, origin=ORIGIN).index == 3
    evidence = receipts.verify_receipt((FILES / "receipt.json").read_bytes(), KNOWN, origin=ORIGIN)
    assert [proven.index for proven in evidence.entries] == [3, 4]
    bundle = tiles.decode_bundle((FILES / "entries-0").read_bytes())
    assert merkle.root_hash([merkle.leaf_hash(one) for one in bundle]) == opened.checkpoint.root
    assert entry in bundle


def test_the_text_on_the_receipt_page_is_the_file() -> None:
    page = (PAGES / "receipt.md").read_text(encoding="utf-8")
    assert f"```\n{(FILES / 'entry.tlog-proof').read_text(encoding='utf-8')}```\n" in page


def test_every_code_that_these_formats_can_raise_stands_on_a_page() -> None:
    source = "".join((ROOT / f"{module}.py").read_text(encoding="utf-8") for module in MODULES)
    raised = set(re.findall(r'(?:\(\s*|code=)"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)",', source))
    text = "".join((PAGES / f"{name}.md").read_text(encoding="utf-8") for name in NAMES)
    assert {code for code in raised if f"`{code}`" not in text} == set()
    assert {"TILE_PATH_MALFORMED", "VKEY_UNSUPPORTED", "SIGNING_KEY_EXPOSED", "PROOF_MALFORMED"} <= raised
