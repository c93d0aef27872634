"""The stage of a finding: open until a file takes it up, then the stage of the authority's file (4.11).

Only the authority changes the stage. A disowned record of the file does not count (5.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.families.violation.state import CorrectionStatus, SanctionStatus
from domain.state import ViolationState


class Stage(StrEnum):
    """``OPEN``: no file. ``CORRECTION_OVERDUE``: the limit of the order has passed without a report."""

    OPEN = "OPEN"
    TAKEN_UP = "TAKEN_UP"
    DISMISSED = "DISMISSED"
    FOUND = "FOUND"
    CORRECTION_ORDERED = "CORRECTION_ORDERED"
    CORRECTION_OVERDUE = "CORRECTION_OVERDUE"
    CORRECTION_REPORTED = "CORRECTION_REPORTED"
    CORRECTED = "CORRECTED"
    SERIOUS = "SERIOUS"
    CRITICISED = "CRITICISED"
    REFERRED_DISCIPLINE = "REFERRED_DISCIPLINE"
    DISCIPLINED = "DISCIPLINED"
    CLOSED = "CLOSED"


WORDS: Final[Mapping[Stage, tuple[str, str]]] = MappingProxyType(
    {
        Stage.OPEN: ("待核实", "open"),
        Stage.TAKEN_UP: ("核实中", "being looked into"),
        Stage.DISMISSED: ("不成立", "dismissed"),
        Stage.FOUND: ("已认定", "violation found"),
        Stage.CORRECTION_ORDERED: ("责令改正中", "ordered to correct"),
        Stage.CORRECTION_OVERDUE: ("逾期未改正", "correction overdue"),
        Stage.CORRECTION_REPORTED: ("已报整改", "correction reported"),
        Stage.CORRECTED: ("已整改", "corrected"),
        Stage.SERIOUS: ("情节严重", "found serious"),
        Stage.CRITICISED: ("已通报批评", "criticised"),
        Stage.REFERRED_DISCIPLINE: ("已移送处分", "referred for discipline"),
        Stage.DISCIPLINED: ("已处分", "disciplined"),
        Stage.CLOSED: ("已结案", "closed"),
    }
)


def stage_of(file: ViolationState) -> Stage:
    """Return the furthest stage of the file. A sanction ranks above the correction beside it.

    The stage is ``OPEN`` if the record that opened the file was disowned. An overdue correction depends on the instant,
    so this function does not return it.
    """
    stands = file.marks.not_disowned
    if not stands(file.fact):
        return Stage.OPEN
    if file.dismissed is not None and stands(file.dismissed):
        return Stage.DISMISSED
    if file.found_by is None or not stands(file.found_by):
        return Stage.TAKEN_UP
    if file.sanction is not SanctionStatus.NONE and file.sanction_by is not None and stands(file.sanction_by):
        return Stage(file.sanction)
    if file.correction is not CorrectionStatus.NONE and file.correction_by is not None and stands(file.correction_by):
        return Stage(file.correction)
    return Stage.CLOSED if file.closed is not None and stands(file.closed) else Stage.FOUND
