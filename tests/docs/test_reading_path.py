"""The newcomer's path of docs/README.md is true: its files exist, and each is joined by an import to one before it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.pages import ROOT

INDEX = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
MOST_MODULES = 14
FILES_TO_READ = 7


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the path."""

    number: str  # of a file to read; empty for the other steps
    path: str
    interface: str | None  # the file through which an earlier step reaches this one


def steps() -> list[Step]:
    section = INDEX.partition("## Read the code: seven files in this order\n")[2].partition("\n## ")[0]
    row = re.compile(r"^\| (\d*) ?\| (\**)`([\w/]+\.py)`\2 \|[^|]*\|(?: \(`([\w/]+\.py)`\))? \|$", re.MULTILINE)
    return [Step(number, path, interface or None) for number, _, path, interface in row.findall(section)]


STEPS = steps()


def imports(path: str) -> set[str]:
    """The files that a module imports when it is loaded; what only a type checker reads counts as well."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found |= {f"{name.replace('.', '/')}.py" for name in names}
    return found


def joined(one: str, other: str) -> bool:
    """Whether either imports the other: a call goes down, an implementation points up to its interface."""
    return other in imports(one) or one in imports(other)


def reached(step: Step, earlier: list[str]) -> bool:
    if step.interface is None:
        return any(joined(path, step.path) for path in earlier)
    return joined(step.interface, step.path) and any(joined(path, step.interface) for path in earlier)


def test_a_record_goes_from_http_to_its_answer_through_at_most_fourteen_modules() -> None:
    assert FILES_TO_READ < len(STEPS) <= MOST_MODULES
    assert len({step.path for step in STEPS}) == len(STEPS)
    assert [step.number for step in STEPS if step.number] == [str(n) for n in range(1, FILES_TO_READ + 1)]
    assert STEPS[0].path.startswith("api/write/")
    assert STEPS[-1].path.startswith("api/read/")


def test_every_row_of_the_path_was_read() -> None:
    section = INDEX.partition("## Read the code: seven files in this order\n")[2]
    assert len(STEPS) == len(re.findall(r"^\|[^|]*\| \**`", section, re.MULTILINE))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.path)
def test_a_module_of_the_path_exists(step: Step) -> None:
    for path in filter(None, (step.path, step.interface)):
        assert Path(ROOT / path).is_file()


@pytest.mark.parametrize("place", range(1, len(STEPS)), ids=lambda place: STEPS[place].path)
def test_a_module_of_the_path_is_joined_to_one_before_it(place: int) -> None:
    assert reached(STEPS[place], [step.path for step in STEPS[:place]])


def test_a_module_that_nothing_before_it_reaches_is_found() -> None:
    assert not reached(Step("", "projections/scorecards/measures.py", None), [step.path for step in STEPS])
    assert not reached(Step("", "projections/scorecards/measures.py", "ledger/store/store.py"), [STEPS[0].path])
