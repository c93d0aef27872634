"""Every link between pages leads to a file and a heading that exist; every file, name and test on a page exists too."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from domain.events import EVENTS
from tests.support.pages import ROOT, Page, files, pages

PAGES = {page.name: page for page in pages()}


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_of_a_page_resolves(name: str) -> None:
    broken = [link for link in PAGES[name].links() if not leads_somewhere(PAGES[name], link)]
    assert broken == []


def leads_somewhere(page: Page, link: str) -> bool:
    if "://" in link or link.startswith("mailto:"):
        return True
    path, _, fragment = link.partition("#")
    target = (page.path.parent / path).resolve() if path else page.path
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not fragment or fragment in Page(target).anchors()


def test_every_page_of_the_documentation_is_reached_from_its_index() -> None:
    index = PAGES["docs/README.md"]
    linked = {(index.path.parent / link.partition("#")[0]).resolve() for link in index.links() if "://" not in link}
    missing = [
        name for name, page in PAGES.items() if name.startswith("docs/") and page.path not in linked | {index.path}
    ]
    assert missing == []


def test_a_link_to_a_missing_file_or_heading_is_found() -> None:
    page = PAGES["docs/README.md"]
    assert not leads_somewhere(page, "reference/no-such-page.md")
    assert not leads_somewhere(page, "README.md#no-such-heading")
    assert not leads_somewhere(page, "../../outside.md")


NAMED = re.compile(r"`((?:formats|ledger|domain|replay|projections|api|cli|demo|bench|tests|docs)/[\w./-]+\.[a-z]+)`")
DOTTED = re.compile(r"`((?:formats|ledger|domain|replay|projections|api|cli|demo)(?:\.\w+)+)[`(]")


def missing_files(text: str) -> list[str]:
    return [path for path in NAMED.findall(text) if not (ROOT / path).is_file()]


def missing_names(text: str) -> list[str]:
    """Dotted names that lead to no module and no attribute of one; `ledger.json` and the like are files of a ledger."""
    names = [name for name in DOTTED.findall(text) if name.rpartition(".")[2] not in {"json", "sqlite"}]
    return [name for name in names if name not in EVENTS and not resolves(name)]


def resolves(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    if (ROOT / name.replace(".", "/")).is_dir() or (ROOT / f"{name.replace('.', '/')}.py").is_file():
        return True
    return (ROOT / f"{module.replace('.', '/')}.py").is_file() and hasattr(import_module(module), attribute)


def missing_tests(text: str) -> list[str]:
    """Tests that a page names, by file or by function; an ellipsis stands for the rest of the name."""
    cited = re.findall(r"`(test_\w+)…?(?:\[[^`]*)?`", text)
    return [name for name in cited if not any(known.startswith(name) for known in TESTS)]


def defined_tests() -> set[str]:
    paths = [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == "tests"]
    functions = {name for path in paths for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.M)}
    return functions | {path.stem for path in paths}


TESTS = defined_tests()


@pytest.mark.parametrize("name", PAGES)
def test_every_file_name_and_test_that_a_page_names_is_there(name: str) -> None:
    text = PAGES[name].text
    assert missing_files(text) + missing_names(text) + missing_tests(text) == []


def test_a_file_name_or_test_that_is_not_there_is_found() -> None:
    assert missing_files("see `ledger/pens.py`") == ["ledger/pens.py"]
    assert missing_names("see `domain.evolve.no_such_step`") == ["domain.evolve.no_such_step"]
    assert missing_names("`domain.evolve.fold`, `ledger.founded`, `ledger.json`, `ledger.eventstore`") == []
    assert missing_tests("`test_no_such_test_at_all`, `test_wire`") == ["test_no_such_test_at_all"]
