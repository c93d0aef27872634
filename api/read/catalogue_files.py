"""The catalogue as JSON: resources, their entries' versions and what changed between them, and demands.

What is, or is claimed to be, a state secret is a stub: codes, dates, organs, indexes and digests, and no word (law: 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from api.authz.redaction import as_stub, whole, without_texts
from api.read.acts import Row, moment
from api.read.files import clock_row
from domain.codec.encode import writer
from domain.codec.schema import object_shape
from domain.families.item.state import Change, Classification, EntryVersion, ItemSuspension, SourceAssignment
from domain.vocabulary.values import Cite, Ref
from projections.catalogue.demands import DemandRow
from projections.catalogue.query import ItemFile, ItemRow
from projections.deadlines.query import DeadlineRow
from projections.deadlines.state_sql import OVERDUE, RUNNING

_TEXTS = ("name", "format", "share_condition", "share_way", "update_cycle")
_NO_CONTENT = frozenset({"post", "version"})  # of the act that stated it, not of the entry


def item_row(row: ItemRow) -> Row:
    """One resource with its published entry's seven fields (Art. 10)."""
    due = min((each.latest for each in row.clocks if each.state in (RUNNING, OVERDUE) and each.latest), default=None)
    same = (
        "code", "status", "status_index", "provider", *_TEXTS, "published_on", "version", "level", "share_type",
        "centralised_level", "sensitive", "source", "updated_index", "stale", "stub",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "status": str(row.status),
        "classes": None if row.classes is None else list(row.classes),
        "updated_at": moment(row.updated_at),
        "changed_at": moment(row.changed_at),
        "overdue": any(each.state == OVERDUE for each in row.clocks),
        "days_late": max((each.days_late or 0 for each in row.clocks if each.state == OVERDUE), default=0),
        "due": None if due is None else due.isoformat(),
        "withheld": [f"/{name}" for name in row.hidden],
    }


def item_file(file: ItemFile, *, insider: bool) -> Row:
    """A resource whole. What was never published is for insiders: its keeper, and who oversees it."""
    state, stub = file.state, file.row.stub
    versions = [
        version
        for version in sorted(state.versions.values(), key=lambda each: each.proposed.index)
        if insider or version.in_force is not None
    ]
    return {
        "item": item_row(file.row),
        "versions": [_version(each, stub=stub) for each in versions],
        "differences": list(_differences([each for each in versions if each.in_force is not None], stub=stub)),
        "classifications": [_classification(each, stub=stub) for each in state.classifications],
        "sources": [_source(each, stub=stub) for each in state.sources],
        "suspensions": [_suspension(each) for each in state.suspensions],
        "changes": [_change(each, stub=stub) for each in state.changes if state.marks.stands(each.fact)],
        "clocks": [_clock(each) for each in file.row.clocks],
    }


def _version(version: EntryVersion, *, stub: bool) -> Row:
    data, withheld = (as_stub if stub else whole)(version.content)
    begun, ended = version.in_force, version.ended
    return {
        "version": version.version,
        "provider": version.provider,
        "proposed_index": version.proposed.index,
        "published_index": None if begun is None else begun.index,
        "published_at": None if begun is None else moment(begun.time),
        "ended_index": None if ended is None else ended.index,
        "ended_at": None if ended is None else moment(ended.time),
        "data": {name: value for name, value in data.items() if name not in _NO_CONTENT},
        "withheld": [f"/data{pointer}" for pointer in withheld],
    }


def _differences(published: list[EntryVersion], *, stub: bool) -> Iterator[Row]:
    """What each published version has otherwise than the one before it."""
    for before, after in pairwise(published):
        old, new = (_content(each, stub=stub) for each in (before, after))
        members = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        yield {
            "from": before.version,
            "to": after.version,
            "members": [{"member": name, "before": old.get(name), "after": new.get(name)} for name in members],
        }


def _content(version: EntryVersion, *, stub: bool) -> Row:
    data, _ = (as_stub if stub else whole)(version.content)
    return {name: value for name, value in data.items() if name not in _NO_CONTENT}


def _classification(each: Classification, *, stub: bool) -> Row:
    return {
        "name": None if stub else each.name or None,
        "classes": sorted(each.classes),
        "level": each.level,
        "share_type": each.share_type,
        "centralised_level": each.centralised_level,
        "statute": None if each.statute is None else _written(each.statute),
        "from": each.from_.isoformat(),
        "cause": None if each.cause is None else _written(each.cause),
        "by": each.fact.by,
        "time": moment(each.fact.time),
        "index": each.fact.index,
    }


def _written(value: Cite | Ref) -> Any:
    return writer(object_shape(type(value)))(value)


def _source(each: SourceAssignment, *, stub: bool) -> Row:
    return {
        "datum": None if stub else each.datum or None,
        "party": each.party,
        "from": each.from_.isoformat(),
        "to": None if each.to is None else each.to.isoformat(),
        "index": each.fact.index,
    }


def _suspension(each: ItemSuspension) -> Row:
    return {
        "cause": each.cause,
        "dispute": each.dispute,
        "by": each.fact.by,
        "time": moment(each.fact.time),
        "index": each.fact.index,
        "restored_at": None if each.restored is None else moment(each.restored.time),
        "restored_index": None if each.restored is None else each.restored.index,
    }


def _change(change: Change, *, stub: bool) -> Row:
    return {
        "change_id": change.change_id,
        "fields": None if stub or change.fields is None else list(change.fields),
        "changed_at": moment(change.fact.time),
        "changed_index": change.fact.index,
        "updated_at": None if change.updated is None else moment(change.updated.time),
        "updated_index": None if change.updated is None else change.updated.index,
    }


def _clock(row: DeadlineRow) -> Row:
    """Started by a change, or by a discrepancy that proved one."""
    return {"start": row.start, **clock_row(row), "state": row.state, "days_late": row.days_late or 0}


def demand_row(row: DemandRow, *, texts: bool) -> Row:
    """What an organ needs, in the words of the act that says it now."""
    data, withheld = (as_stub if row.stub else whole if texts else without_texts)(row.act.event)
    same = ("id", "status", "status_index", "requester", "item", "matched_item", "matched_version", "request", "stub")
    return {
        **{name: getattr(row, name) for name in same},
        "status": str(row.status),
        "stated_at": moment(row.stated_at),
        "told_index": row.act.index,
        "data": data,
        "withheld": withheld,
    }
