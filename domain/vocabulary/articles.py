"""Order 85 article by article: duties in this project's words, addressees, and parts outside a ledger.

No legal text is quoted. Arts 1 to 6 are confirmed in Chinese. Arts 7 to 35 are reconstructed from a translation, and
``sure`` states their certainty. Events and reasons name their articles themselves (``law``, ``grounds``).
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

    ``outside``: the reason why no ledger holds it. Events may hold a part of it nevertheless.
    """

    place: str
    summary: str
    bound: str
    limit: str
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """``sure``: the certainty of the reading, where the mark is *reconstructed*."""

    number: int
    mark: Mark
    sure: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def outside(self) -> bool:
        return all(paragraph.outside for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class TrickyCase:
    """A case that the Order does not foresee and a ledger meets.

    It has the chosen rule and the names of the tests that show it.
    """

    case: str
    rule: str
    tests: tuple[str, ...]
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The articles in order, and the limbs of Art. 33 that sort findings. Limb (三) has three parts."""

    articles: tuple[Article, ...]
    limbs: Mapping[str, str]
    cases: tuple[TrickyCase, ...]
