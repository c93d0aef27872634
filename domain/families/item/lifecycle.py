"""The life cycle of item/ (law 4.1): where each event is possible, and where it leads."""

from __future__ import annotations

from typing import Final

from domain.families.item.state import ItemStatus as Status
from domain.lifecycle import transitions

OFFERED: Final = {Status.PUBLISHED, Status.CHANGE_NOTIFIED}
ITEM: Final = transitions(
    {
        "catalogue.entry_proposed": ({Status.DRAFT}, Status.PROPOSED),
        "catalogue.entry_returned": ({Status.PROPOSED}, Status.DRAFT),
        "catalogue.entry_published": ({Status.PROPOSED}, Status.PUBLISHED),
        "catalogue.change_notified": ({Status.PUBLISHED}, Status.CHANGE_NOTIFIED),
        "catalogue.entry_amended": (OFFERED, Status.PUBLISHED),
        "catalogue.entry_suspended": (OFFERED, Status.SUSPENDED),
        "catalogue.entry_restored": ({Status.SUSPENDED}, Status.PUBLISHED),
        "catalogue.entry_withdrawn": (OFFERED | {Status.SUSPENDED}, Status.WITHDRAWN),
        "catalogue.provider_succeeded": (OFFERED | {Status.SUSPENDED}, Status.PUBLISHED),
    }
)
