"""inspection/<no.>, statistics/<provider>, ruleset/<id>, calendar/<id>: supervision, and the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact
from domain.families.supervision.events import (
    CalendarAmended,
    CalendarLocalOverlayAdded,
    CalendarPublished,
    InspectionClosed,
    InspectionOpened,
    RulesetActivated,
    StatisticsFiled,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionState:
    """An inspection. While open, and if its record says so, it opens sensitive free text to the inspector."""

    id: str
    inspector: str
    opened: InspectionOpened
    fact: Fact
    closure: InspectionClosed | None = None
    closed: Fact | None = None
    marks: Annotations = NO_ANNOTATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsState:
    provider: str
    filings: tuple[tuple[StatisticsFiled, Fact], ...]
    marks: Annotations = NO_ANNOTATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesetState:
    """Every activated version, by number. Judgement decides which one binds a case."""

    id: str
    versions: Mapping[int, tuple[RulesetActivated, Fact]]
    marks: Annotations = NO_ANNOTATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarState:
    id: str
    published: tuple[tuple[CalendarPublished, Fact], ...] = ()
    amended: tuple[tuple[CalendarAmended, Fact], ...] = ()
    overlays: tuple[tuple[CalendarLocalOverlayAdded, Fact], ...] = ()
    recomputed: Mapping[tuple[str, str], Fact] = field(default_factory=lambda: NOTHING)
    marks: Annotations = NO_ANNOTATIONS
