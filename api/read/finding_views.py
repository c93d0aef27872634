"""Findings as JSON: the suspicion, its derivation step by step, and what the authority made of it."""

from __future__ import annotations

import re
from typing import Final

from api.read.acts import Row, moment
from api.read.files import clock_row
from domain.act import Act
from domain.findings.file_stage import WORDS
from domain.rules.bundled import load_rule_sets
from domain.rules.rule_set import RuleSet
from projections.findings.files import Moved, ViolationFile, ViolationRow
from projections.findings.query import FindingFile, FindingRow, Rule

LAST_CONFIRMED: Final = 6
_ARTICLE: Final = re.compile(r"A?(\d+)", re.ASCII)  # of Order 85; another law stands with its name


def finding_row(row: FindingRow) -> Row:
    words = None if row.status is None else WORDS[row.status]
    return {
        "id": row.id,
        "kind": row.kind,
        "reason": row.reason,
        "limb": row.limb,
        "accused": row.accused,
        "since": moment(row.since),
        "index": row.index,
        "evidence": list(row.evidence),
        "requester": row.requester,
        "provider": row.provider,
        "item": row.item,
        "case": row.request,
        "zh": row.sentence("zh"),
        "en": row.sentence("en"),
        "status": None if row.status is None else str(row.status),
        "status_zh": None if words is None else words[0],
        "status_en": None if words is None else words[1],
        "violation": row.violation,
        "withheld": ["/status", "/violation"] if row.status is None else [],
        "holds": row.holds,
        "known_from": row.known_from,
        "known_to": row.known_to,
    }


def finding_file(file: FindingFile) -> Row:
    return {
        "finding": finding_row(file.row),
        "derivation": {
            "facts": [_fact(act, file) for act in file.facts],
            "rule": _rule(file.row, file.rule),
            "conclusion": _conclusion(file.row),
        },
        "history": [_moved(each) for each in file.history],
    }


def _fact(act: Act, file: FindingFile) -> Row:
    """A record by its header: whoever may read what it says finds it under its index."""
    if act.index == file.row.index:
        part = "act" if file.judgement is not None or file.rule.clock is None else "start"
    else:
        part = "relied_on" if file.judgement is not None else "stop"
    return {
        "part": part,
        "index": act.index,
        "stream": act.stream,
        "event": act.event.event_name,
        "by": act.by,
        "id": act.id,
        "time": act.time.isoformat(),
        "recorded_at": moment(act.recorded_at),
    }


def _rule(row: FindingRow, rule: Rule) -> Row:
    rule_set = load_rule_sets()[rule.rule_set]
    return {
        "rule_set": rule.rule_set,
        "rule_set_version": rule.version,
        "rule_set_status": rule_set.status,
        "table_row": rule.table_row,
        "reason": row.reason,
        "severity": str(row.severity),
        "grounds": [{"article": each, "certainty": _certainty(each, rule_set)} for each in row.entry.grounds],
        "clock": None if rule.clock is None else clock_row(rule.clock),
        "entries": list(row.evidence),
    }


def _conclusion(row: FindingRow) -> Row:
    return {
        "limb": row.limb,
        "article": f"A33 {row.limb}" if row.limb != "34" else "A34",
        "accused": row.accused,
        "entry": row.index,
        "zh": row.sentence("zh"),
        "en": row.sentence("en"),
    }


def _moved(moved: Moved) -> Row:
    zh, en = WORDS[moved.status]
    return {
        "violation": moved.violation,
        "index": moved.act.index,
        "event": moved.act.event.event_name,
        "by": moved.act.by,
        "time": moved.act.time.isoformat(),
        "recorded_at": moment(moved.act.recorded_at),
        "status": str(moved.status),
        "status_zh": zh,
        "status_en": en,
    }


def violation_row(row: ViolationRow) -> Row:
    zh, en = WORDS[row.status]
    return {
        "id": row.id,
        "status": str(row.status),
        "status_zh": zh,
        "status_en": en,
        "status_index": row.status_index,
        "accused": row.accused,
        "suspected_by": row.suspected_by,
        "limb": row.limb,
        "finding": row.finding,
        "opened_at": moment(row.opened_at),
        "ordered_at": moment(row.ordered_at),
        "limit_at": moment(row.limit_at),
        "reported_at": moment(row.reported_at),
        "corrected_at": moment(row.corrected_at),
        "correction": str(row.correction),
        "closed": row.closed,
        "referred_crime": row.referred_crime,
    }


def violation_file(file: ViolationFile) -> Row:
    """A file with its records by their headers: what each says is read under its index, by whoever may."""
    return {"violation": violation_row(file.row), "history": [_moved(each) for each in file.history]}


def organs(row: FindingRow) -> list[str | None]:
    return [row.accused, row.requester, row.provider]


def _certainty(ground: str, rules: RuleSet) -> str:
    """How sure the reading of an article is: Arts 1 to 6 are read in the Chinese text, others as the rule set says."""
    article = _ARTICLE.match(ground)
    if article is None:
        return "other_law"
    return "confirmed" if int(article.group(1)) <= LAST_CONFIRMED else rules.text_status
