"""Violations as files of the authority: suspected, found, ordered to correct, reported, accepted (Art. 33)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demo.story.cast import uscc
from demo.story.opening import AUTHORITY
from demo.story.steps import StoryStep, at, digest, document, record, ref, step
from domain.findings.derive import finding_id
from domain.reasons.catalogue import Reason


@dataclass(frozen=True, slots=True)
class Violation:
    """One file: a limb of Art. 33, the accused department, the record that is its evidence, and the reason code.

    ``clock``: the clock that the cited finding is about, if it is not about an act.
    """

    number: str
    limb: str
    accused: str
    evidence: dict[str, str]
    reason: Reason
    statement: str
    clock: str = ""

    @property
    def stream(self) -> str:
        return f"violation/{self.number}"

    def suspected(self, day: str, clock: str = "09:30") -> Iterator[StoryStep]:
        data = {
            "accused": uscc(self.accused),
            "limb": self.limb,
            "evidence": [self.evidence],
            "finding": finding_id(self.clock or self._act(), self.reason),
            "statement": self.statement,
        }
        yield step(AUTHORITY, record(AUTHORITY, "violation.suspected", self.stream, at(day, clock), data))

    def _act(self) -> str:
        return f"act {self.evidence['source'].removeprefix('urn:uscc:')} {self.evidence['id']}"

    def heard(self, day: str) -> Iterator[StoryStep]:
        data = {"statement": digest(f"{self.stream} 陈述")}
        yield step(self.accused, record(self.accused, "violation.response_recorded", self.stream, at(day), data))

    def found(self, day: str, limit: str) -> Iterator[StoryStep]:
        """The authority alone finds the violation, and orders a correction with a limit."""
        data = {
            "limb": self.limb,
            "facts": self.statement,
            "evidence": [self.evidence],
            "document": document(f"苏数认〔2026〕{self.number}号", AUTHORITY, day),
        }
        ordered = {
            "order": document(f"苏数改〔2026〕{self.number}号", AUTHORITY, day),
            "measures": "立即停止并改正,书面报告",
            "limit": f"2026-{limit}",
        }
        yield step(
            AUTHORITY,
            record(AUTHORITY, "violation.found", self.stream, at(day, "11:00"), data),
            record(AUTHORITY, "correction.ordered", self.stream, at(day, "11:00"), ordered),
        )

    def reported(self, day: str) -> Iterator[StoryStep]:
        data = {"done": "已停止并改正", "proof": digest(f"{self.stream} 整改报告")}
        yield step(self.accused, record(self.accused, "correction.reported", self.stream, at(day, "16:30"), data))

    def accepted(self, day: str) -> Iterator[StoryStep]:
        data = {"report": ref(self.accused, "correction.reported", self.stream)}
        yield step(AUTHORITY, record(AUTHORITY, "correction.accepted", self.stream, at(day, "17:00"), data))

    def criticised(self, day: str) -> Iterator[StoryStep]:
        """The authority first finds seriousness, then notifies criticism (Art. 33, step 2)."""
        notice: dict[str, Any] = {
            "notice": document(f"苏数通〔2026〕{self.number}号", AUTHORITY, day),
            "audience": "INTERNAL",
        }
        yield step(
            AUTHORITY,
            record(AUTHORITY, "violation.serious_found", self.stream, at(day), {"reasons": "涉及敏感信息,影响较大"}),
            record(AUTHORITY, "criticism.notified", self.stream, at(day), notice),
        )
