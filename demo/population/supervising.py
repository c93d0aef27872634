"""A violation as a file of the authority: suspected, heard, found, ordered to be corrected, corrected (Art. 33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.population.matters import Actions
from demo.population.organs import Organ
from demo.population.records import Action, Pace, act, digest, document, ref
from demo.population.world import PopulationState


@dataclass(slots=True)
class File:
    """A file. ``evidence`` is the record that the suspicion rests on."""

    world: PopulationState
    number: str
    accused: Organ
    limb: str
    evidence: dict[str, str]
    pace: Pace

    @property
    def stream(self) -> str:
        return f"violation/{self.number}"

    @property
    def authority(self) -> Organ:
        return self.world.register.authority_over(self.accused)

    def _by(self, who: Organ, name: str, data: dict[str, Any], low: int, high: int, tag: str = "") -> Action:
        return act(who, name, self.stream, self.pace.next(low, high), data, tag=tag)

    def suspected(self) -> Actions:
        data = {
            "accused": self.accused.uscc,
            "limb": self.limb,
            "evidence": [self.evidence],
            "statement": "监督检查发现线索",
        }
        yield self._by(self.authority, "violation.suspected", data, 1, 4)
        heard = {"statement": digest(f"{self.stream} 陈述")}
        yield self._by(self.accused, "violation.response_recorded", heard, 1, 3)

    def dismissed(self) -> Actions:
        yield from self.suspected()
        yield self._by(self.authority, "violation.dismissed", {"reasons": "经核实不成立"}, 1, 4)

    def ordered(self) -> Actions:
        """Find the violation and order a correction with a limit that can be met."""
        yield from self.suspected()
        day = self.pace.day
        data = {
            "limb": self.limb,
            "facts": "经核实属实",
            "evidence": [self.evidence],
            "document": document(f"认〔{self.number}〕", self.authority, day),
        }
        yield self._by(self.authority, "violation.found", data, 1, 4)
        order = {
            "order": document(f"改〔{self.number}〕", self.authority, day),
            "measures": "停止并改正",
            "limit": self.pace.ahead(30).isoformat(),
        }
        yield self._by(self.authority, "correction.ordered", order, 0, 0)

    def corrected(self, *, at_once: bool = True) -> Actions:
        """Correct. ``at_once``: the first report is accepted."""
        yield self._report("1")
        if not at_once:
            rejected = {
                "report": ref(self.accused, "correction.reported", self.stream, "1"),
                "reasons": "措施不完整",
                "limit": self.pace.ahead(20).isoformat(),
            }
            yield self._by(self.authority, "correction.rejected", rejected, 1, 3)
            yield self._report("2")
        last = ref(self.accused, "correction.reported", self.stream, "1" if at_once else "2")
        yield self._by(self.authority, "correction.accepted", {"report": last}, 1, 3)

    def _report(self, tag: str) -> Action:
        data = {"done": "已改正", "proof": digest(f"{self.stream} 整改 {tag}")}
        return self._by(self.accused, "correction.reported", data, 2, 7, tag)

    def disciplined(self) -> Actions:
        """Find seriousness, notify criticism, and refer persons by their posts to the appointing organ."""
        yield self._by(self.authority, "violation.serious_found", {"reasons": "影响较大"}, 1, 3)
        notice = {
            "notice": document(f"通〔{self.number}〕", self.authority, self.pace.day),
            "audience": "INTERNAL",
        }
        yield self._by(self.authority, "criticism.notified", notice, 1, 3)
        appointing = self.world.register.appointing
        referred = {"to": {"uscc": appointing.uscc}, "persons": ["经办岗-02"], "file": digest(f"{self.stream} 移送")}
        yield self._by(self.authority, "discipline.referred", referred, 1, 3)
        outcome = {
            "persons": ["经办岗-02"],
            "kind": "警告",
            "period_months": 6,
            "document": document(f"处〔{self.number}〕", appointing, self.pace.day),
        }
        yield self._by(appointing, "discipline.outcome_recorded", outcome, 5, 15)
        crime = {"to": "有管辖权的机关", "file": digest(f"{self.stream} 移送二")}
        yield self._by(self.authority, "crime.referred", crime, 2, 9)

    def closed(self) -> Action:
        return self._by(self.authority, "violation.closed", {"reasons": "整改完成"}, 1, 5)
