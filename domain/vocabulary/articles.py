"""Order 85 article by article: what each asks in our own words, whom it binds, why some of it is outside a ledger.

No legal text is quoted. Arts 1 to 6 are confirmed in Chinese; Arts 7 to 35 are reconstructed from a translation, and
``sure`` says how firmly. Which events and reasons belong to an article stands with them (``law``, ``grounds``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    CONFIRMED = "zh"  # read in the Chinese text
    RECONSTRUCTED = "reconstructed"  # read in a translation


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``place``: ¶1, ¶2, or nothing for the whole article. ``limit``: the term, or that the Order gives none.

    ``outside``: why no ledger holds it. What is held in spite of it, if anything, is found with the events.
    """

    place: str
    summary: str
    bound: str
    limit: str
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """``sure``: how firmly it is read, where the mark is *reconstructed*."""

    number: int
    mark: Mark
    sure: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def outside(self) -> bool:
        return all(paragraph.outside for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class TrickyCase:
    """What the Order does not foresee and a ledger meets: the rule taken, and the tests (by name) that show it."""

    case: str
    rule: str
    tests: tuple[str, ...]
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The articles in order, and the limbs of Art. 33 by which findings are sorted; its (三) is kept apart in three."""

    articles: tuple[Article, ...]
    limbs: Mapping[str, str]
    cases: tuple[TrickyCase, ...]
