"""The rows of a state in the catalogue's tables; pure functions, so that the rows before and after can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from domain.admission.secret_claims import claim_of
from domain.families.item.state import PublishedVersion
from domain.state import DemandState, DisputeState, ItemState, RequestState, end_of, start_of
from domain.vocabulary.sensitivity import STATE_SECRET, is_sensitive
from projections.engine.row_buffer import RowKey, Rows
from replay.instants import from_micros, to_micros

ALWAYS: Final = 0  # holds_from of a value that holds before any stated day
NOTHING: Final[tuple[Any, ...]] = (None, None, None, None, False, None)


def item_row(state: ItemState) -> Rows:
    last = state.classifications[-1] if state.classifications else None
    published = state.versions.get(state.published_version) if state.published_version is not None else None
    name = published.content.name if published is not None else last.name if last is not None else None
    waiting = [
        change.fact.time for change in state.changes if change.updated is None and state.marks.not_disowned(change.fact)
    ]
    source = state.sources[-1].party if state.sources else None
    row = (
        state.status,
        state.status_by.index,
        state.provider,
        state.provider or source,
        name or None,
        state.published_version,
        None if last is None else last.fact.index,
        last is not None and STATE_SECRET in last.classes,
        None if state.last_update is None else to_micros(state.last_update.time),
        None if state.last_update is None else state.last_update.index,
        to_micros(min(waiting)) if waiting else None,
    )
    return {(state.item,): row}


def spans(state: ItemState) -> Rows:
    """Class in force and source of record, for every instant that a question may name; equal neighbours are one
    span.
    """
    rows: dict[RowKey, tuple[Any, ...]] = {}
    held, since = NOTHING, ALWAYS
    for begins in sorted({ALWAYS, *map(to_micros, _turns(state))}):
        now = _at(state, from_micros(begins))
        if now == held:
            continue
        if held != NOTHING:
            rows[state.item, since] = (begins, *held)
        held, since = now, begins
    if held != NOTHING:
        rows[state.item, since] = (None, *held)
    return rows


def _turns(state: ItemState) -> Iterator[datetime]:
    """The instants at which a value of the item begins or ends."""
    yield from (start_of(each.from_) for each in state.classifications)
    for assigned in state.sources:
        yield start_of(assigned.from_)
        if assigned.to is not None:
            yield end_of(assigned.to)
    for version in state.versions.values():
        yield from (fact.time for fact in (version.in_force, version.ended) if fact is not None)


def _at(state: ItemState, instant: datetime) -> tuple[Any, ...]:
    classed, source = state.classification_at(instant), state.source_of_record_at(instant)
    if classed is None:
        return (*NOTHING[:-1], source)
    return (
        " ".join(sorted(classed.classes)),
        classed.level,
        classed.share_type,
        classed.centralised_level,
        is_sensitive(classed.classes),
        source,
    )


def versions(state: ItemState) -> Rows:
    """The seven fields of Art. 10 of each version, and the period in which it was in force."""
    return {(state.item, number): _version(version) for number, version in state.versions.items()}


def _version(version: PublishedVersion) -> tuple[Any, ...]:
    content = version.content
    return (
        content.name or None,
        content.format or None,
        content.share_condition or None,
        content.share_way or None,
        version.provider,
        None if content.published_on is None else content.published_on.isoformat(),
        content.update_cycle or None,
        version.proposed.index,
        None if version.in_force is None else version.in_force.index,
        None if version.in_force is None else to_micros(version.in_force.time),
        None if version.ended is None else version.ended.index,
        None if version.ended is None else to_micros(version.ended.time),
    )


def claims(state: RequestState | DisputeState) -> Rows:
    """Claims of a request or a dispute that the item is a state secret, or is none (the stub rule)."""
    claim = claim_of(state)
    if claim is None:
        return {}
    family = "request" if isinstance(state, RequestState) else "dispute"
    return {(claim.item, f"{family}/{state.id}"): (claim.index, claim.secret, claim.until_classified)}


def demand_row(state: DemandState) -> Rows:
    match = state.match
    row = (
        state.status,
        state.status_by.index,
        state.requester,
        state.stated.item,
        None if match is None else match.item,
        None if match is None else match.version,
        to_micros(state.fact.time),
        state.told.index,
    )
    return {(state.id,): row}
