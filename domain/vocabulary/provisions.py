"""The article and paragraph of Order 85 that an event's ``law`` or a reason's ``grounds`` names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

ORDER_85: Final = re.compile(r"A?(\d+)(?:\((?P<limb>.)\)| (?P<paragraph>¶\d)(?: [AB])?)?")


def place_of(provision: str) -> tuple[int, str] | None:
    """Return article and paragraph of Order 85 in a ``law`` or ``grounds`` entry. None: another law, or no article.

    "A19 ¶2 A" → (19, "¶2"); "A14" → (14, ""); "33(三)" → (33, "三"); "Secrecy Law 2024 Art. 31" → None.
    """
    matched = ORDER_85.fullmatch(provision)
    return (int(matched[1]), matched["limb"] or matched["paragraph"] or "") if matched else None


def provisions(named: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield article and paragraph of each entry that names Order 85."""
    for provision in named:
        place = place_of(provision)
        if place is not None:
            yield place
