"""Every link between pages leads somewhere: to a file that exists, and to a heading that stands there."""

from __future__ import annotations

import pytest

from tests.support.pages import ROOT, Page, pages

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
