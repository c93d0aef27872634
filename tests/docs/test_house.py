"""The house's own rules, as far as a machine can see them: sizes, and what stands in no file."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.vendor_swagger_ui import ASSETS, LOCK
from tests.support.pages import ROOT, files

ROOMS = ("formats", "ledger", "domain", "replay", "projections", "api", "demo", "cli")
LONGEST_FILE = 500
LONGEST_FUNCTION = 60  # without its docstring, which may be an algorithm in numbered prose
README_LINES = 120

# What tells where a file was made, or from where it was installed. Neither is anybody's business, and neither works
# on another machine.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.$}/-])/(?:home|root|work|Users|private|mnt)/[\w.]",
    "a package registry or its mirror": r"(?i)\bp[y]pi\.|python[h]osted|npm[j]s|index-url|trusted-host|artifactory",
    "an address of a private network": r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b",
    "how the file came about": r"(?i)\bsub-?agents?\b|\b(?:AI|coding) agents?\b|\blanguage model\b|"
    r"\b(?:this|an? earlier|previous|next|last) session\b|\bissue \d+\b",
    "unfinished work": r"\bTODO\b|\bFIXME\b|\bXXX\b",
}
SAMPLES = {
    "a path of somebody's machine": ("cd /home/me/ledger", "see /" + "root/.config"),
    "a package registry or its mirror": ("pip install --index-url X", "https://py" + "pi.example/simple"),
    "an address of a private network": ("ping 10.1.2.3", "http://192.168.0.7/"),
    "how the file came about": ("as found in an earlier session", "closes issue 7"),
    "unfinished work": ("# TODO: later",),
}
THIS = Path(__file__)
VENDORED = {ASSETS / name for name in json.loads(LOCK.read_bytes())["files"]}  # others wrote them: hashes, not rules


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Name and length of every function, its docstring not counted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def sources() -> list[Path]:
    """A migration is one list of tables and is never changed again: it may be as long as they are many."""
    ours = [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ROOMS]
    return [path for path in ours if "migrations" not in path.parts]


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_and_no_function_of_a_room_is_longer_than_the_ceiling(room: str) -> None:
    too_long = []
    for path in sources():
        if path.relative_to(ROOT).parts[0] != room:
            continue
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        if len(text.splitlines()) > LONGEST_FILE:
            too_long.append(name)
        too_long += [
            f"{name}: {function}" for function, lines in functions(ast.parse(text)) if lines > LONGEST_FUNCTION
        ]
    assert too_long == []


def test_every_room_was_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in sources()} == set(ROOMS)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_of_the_repository_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = []
    for path in files():
        if path == THIS or "vectors" in path.parts or path in VENDORED:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_no_file_may_hold_would_be_found(what: str) -> None:
    assert all(re.search(FORBIDDEN[what], sample) for sample in SAMPLES[what])


def test_the_readme_can_be_read_in_a_few_minutes() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_the_two_commands_of_the_readme_and_those_of_the_pages_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    asked: set[str] = set()
    for path in files():
        if path.suffix == ".md":
            asked |= set(re.findall(r"(?:`|^\$? ?)make ([\w-]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= asked
    assert asked <= targets
