"""Disputes and discrepancies as JSON. What is about a state secret is a stub for everybody: no word of it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from api.authz.redaction import as_stub, whole, without_texts
from api.authz.row_filters import Sight
from api.read.acts import Row, act_row, moment
from domain import events as e
from domain.act import Act
from domain.state import DisputeState, Fact
from projections.disputes.query import DiscrepancyRow, DisputeFile, DisputeRow

DECIDES = (e.DeterminationIssued, e.DisputeObjectionDecided, e.DisputeOutcomeRecorded)


def dispute_row(row: DisputeRow) -> Row:
    same = (
        "id", "status_index", "route", "item", "request", "opener", "counterparty", "claimed_class", "level",
        "opened_index", "originator", "escalated_to", "settled_index", "result", "decider", "decider_level", "disowned",
        "interim", "days", "stub",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "status": str(row.status),
        "opened_at": moment(row.opened_at),
        "settled_at": moment(row.settled_at),
    }


def dispute_file(file: DisputeFile, sight: Sight) -> Row:
    """A dispute whole: its steps, each in the lane of who took it, what was decided, and what that reopened."""
    row = file.row
    texts = sight.reads_texts((row.opener, row.counterparty), sensitive=True)
    return {
        "dispute": dispute_row(row),
        "steps": [{"lane": lane_of(each, row), **act_row(each, texts=texts, stub=row.stub)} for each in file.steps],
        "decisions": _decisions(file.state, file.levels, stub=row.stub),
        "reopened": [
            {"index": each.index, "request": each.request, "event": each.event, "time": moment(each.time)}
            for each in file.reopened
        ],
    }


def lane_of(act: Act, row: DisputeRow) -> str:
    """OPENER and COUNTERPARTY, who may also record what others decided; DECIDER; OTHER: who only noted the route."""
    if act.by == row.opener:
        return "OPENER"
    if act.by == row.counterparty:
        return "COUNTERPARTY"
    return "DECIDER" if isinstance(act.event, DECIDES) else "OTHER"


def _decisions(state: DisputeState, levels: Mapping[str, str], *, stub: bool) -> list[Row]:
    """Determinations (route A) and the outcome (route B), by their documents. ``level`` is the determining organ's."""
    decided: list[tuple[e.DeterminationIssued | e.DisputeOutcomeRecorded, Fact]] = [*state.determinations]
    decided += [state.outcome] if state.outcome is not None else []
    shown: list[Row] = []
    for event, fact in decided:
        result = event.result if isinstance(event, e.DeterminationIssued) else event.outcome
        shown.append(
            {
                "index": fact.index,
                "time": moment(fact.time),
                "by": fact.by,
                "level": levels.get(fact.by) if isinstance(event, e.DeterminationIssued) else None,
                "issuer": event.document.issuer.uscc,
                "document_no": event.document.no,
                "document_digest": event.document.digest,
                "result": result,
                "fields": None if stub or event.fields is None else list(event.fields),
                "secrecy_level": event.level if isinstance(event, e.DeterminationIssued) else None,
                "effective": event.effective.isoformat(),
                "settles": fact == state.settled,
            }
        )
    return shown


def discrepancy_row(row: DiscrepancyRow, sight: Sight) -> Row:
    """A discrepancy, in the words of its report."""
    texts = sight.reads_texts((row.reporter, row.source), sensitive=row.sensitive)
    data, withheld = (as_stub if row.stub else whole if texts else without_texts)(row.act.event)
    same = ("id", "status_index", "item", "source", "reporter", "severity", "result", "days", "stub")
    return {
        **{name: getattr(row, name) for name in same},
        "status": str(row.status),
        "reported_index": row.act.index,
        "reported_at": moment(row.reported_at),
        "closed_at": moment(row.closed_at),
        "data": data,
        "withheld": withheld,
    }
