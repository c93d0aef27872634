"""Reconciliation (对账) as JSON. Nothing in it is free text: counts, digests' agreement, codes, dates, indexes."""

from __future__ import annotations

from api.read.acts import Row, moment
from projections.reconciliation.query import READ, CaseReconciliation, DeliveryRow, GrantRow, Summary
from projections.reconciliation.tables import ReconciliationState
from projections.reconciliation.use_tally import UseTally


def delivery_row(row: DeliveryRow) -> Row:
    same = (
        "entry", "id", "state_index", "stream", "request", "requester", "provider", "item", "channel", "sent",
        "answered_index", "received", "difference", "digest_differs", "differs", "explained", "corrected_index", "anew",
        "anew_index", "days",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "state": str(row.state),
        "state_at": moment(row.state_at),
        "delivered_at": moment(row.delivered_at),
        "answered_at": moment(row.answered_at),
    }


def summary_row(summary: Summary) -> Row:
    """Every state has its number, also where it is 0."""
    return {
        "states": [{"state": str(state), "number": summary.states[state]} for state in ReconciliationState],
        "differences": summary.differences,
        "explained": summary.explained,
        "unexplained": summary.differences - summary.explained,
    }


def grant_row(row: GrantRow) -> Row:
    same = ("request", "requester", "provider", "item", "version", "granted_index", "expired", "deliveries")
    return {
        **{name: getattr(row, name) for name in same},
        "granted_at": moment(row.granted_at),
        "ends_at": moment(row.ends_at),
        "delivered_at": moment(row.delivered_at),
        "used": row.last_use is not None,
        "last_use": moment(row.last_use),
    }


def case_row(found: CaseReconciliation) -> Row:
    return {
        "grant": grant_row(found.grant),
        "deliveries": [delivery_row(each) for each in found.deliveries],
        "uses": found.used,
        "read_at_most": READ,
        "tally": None if found.tally is None else _tally(found.tally),
    }


def _tally(tally: UseTally) -> Row:
    return {
        "uses": tally.uses,
        "subjects": tally.subjects,
        "first": moment(tally.first),
        "last": moment(tally.last),
        "by_delivery": [
            {"delivery": name, "uses": number}
            for name, number in sorted(tally.by_delivery.items(), key=lambda each: each[0] or "")
        ],
        "without_delivery": tally.without_delivery,
        "without_delivery_at": list(tally.without_delivery_at),
        "beyond_fields": tally.beyond_fields,
        "beyond_fields_at": [{"index": each.index, "fields": list(each.fields)} for each in tally.beyond_fields_at],
        "disowned": tally.disowned,
    }
