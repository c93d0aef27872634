"""The repository as its readers have it: its files, its pages, and the fenced blocks and links on a page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown page."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def blocks(self, language: str) -> list[str]:
        return [body for marked, body in _FENCE.findall(self.text) if marked == language]

    def links(self) -> list[str]:
        """Targets of links in the prose; what stands in a block is no link."""
        return _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCE.sub("", self.text)))

    def anchors(self) -> set[str]:
        """The fragments that a link to this page may name, as GitHub and most renderers make them."""
        headings = _HEADING.findall(_FENCE.sub("", self.text))
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def headings(self) -> list[str]:
        return _HEADING.findall(_FENCE.sub("", self.text))


def files() -> Iterator[Path]:
    """Every file that belongs to the repository, committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in sorted(listed.stdout.decode().split("\0")):
        if name and (ROOT / name).is_file():
            yield ROOT / name


def pages() -> list[Page]:
    """Every page of the documentation, with those at the top of the repository."""
    return [Page(path) for path in files() if path.suffix == ".md"]
