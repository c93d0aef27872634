"""What must hold between the members of one event for it to say anything at all (FIELD_MISSING and its kin).

Only what the record alone can show; what needs the ledger's state is ``domain.admission.admit``. What is unlawful but
can have happened is not here: it is recorded and judged.
"""

from __future__ import annotations

from domain.events import (
    CatalogueEntryAmended,
    CatalogueEntryProposed,
    CollectionExempted,
    DeliveryRecorded,
    Event,
    PartySucceeded,
    RequestSubmitted,
    ResourceClassified,
    TwoPostEvent,
    UseRecorded,
)
from formats.refusal import Refusal

# Members whose absence has a code of its own, by event class: the others are FIELD_MISSING.
MISSING_CODES: dict[type[Event], dict[str, str]] = {
    TwoPostEvent: {"second_post": "SECOND_POST_MISSING"},
    CollectionExempted: {"statute": "STATUTE_MISSING"},
}


def missing_code(cls: type[Event], member: str) -> str:
    codes = (codes[member] for of, codes in MISSING_CODES.items() if issubclass(cls, of) and member in codes)
    return next(codes, "FIELD_MISSING")


def cross_field_errors(event: Event) -> tuple[Refusal, ...]:
    """Pointers are relative to ``data``."""
    match event:
        case UseRecorded() | DeliveryRecorded():
            return _classified_network(event)
        case TwoPostEvent():
            return _two_posts(event)
        case ResourceClassified() | CatalogueEntryProposed() | CatalogueEntryAmended():
            return _not_shared(event)
        case PartySucceeded(mode=mode, successors=()) if mode != "ABOLISHED":
            return _missing("/successors", f"{mode} without a successor", "Name who takes over.")
        case RequestSubmitted(item=None, description=None):
            return _missing("/item", "neither item nor description", "Name an item, or describe what is needed.")
        case _:
            return ()


def _classified_network(event: UseRecorded | DeliveryRecorded) -> tuple[Refusal, ...]:
    """A classified network has a level; without it, Art. 18 third paragraph cannot be judged."""
    if event.network != "CLASSIFIED" or event.system_level is not None:
        return ()
    return _missing("/system_level", "network CLASSIFIED without the system's level", "State the system's level.")


def _two_posts(event: TwoPostEvent) -> tuple[Refusal, ...]:
    if event.second_post != event.post:
        return ()
    detail = f"post and second_post are both {event.post}"
    return (Refusal("SECOND_POST_MISSING", "/second_post", detail, "Let another post of the organ stand behind it."),)


def _not_shared(event: ResourceClassified | CatalogueEntryProposed | CatalogueEntryAmended) -> tuple[Refusal, ...]:
    """Not to share is an exception that a statute must make (Art. 13, second paragraph)."""
    if event.share_type != "3" or event.statute is not None:
        return ()
    return (Refusal("STATUTE_MISSING", "/statute", "share type 3 (不予共享) without a statute", "Cite the provision."),)


def _missing(pointer: str, detail: str, next_step: str) -> tuple[Refusal, ...]:
    return (Refusal("FIELD_MISSING", pointer, detail, next_step),)
