"""What an audit says: numbered steps, each with its verdict and the places that are at fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

StepVerdict = Literal["pass", "fail", "inconclusive", "unchecked"]

StepName = Literal["head", "entries", "chains", "times", "submissions", "signatures", "leaves", "tiles", "checkpoints"]
STEPS: tuple[StepName, ...] = (
    "head",  # the head is readable, and nothing lies beyond it
    "entries",  # each index has its entry, which is well formed and says what its row says
    "chains",  # each entry carries the hash of the one before it in its stream, from position 0 on
    "times",  # recorded_at never goes back
    "submissions",  # each record is in the submission that its entry names, whose root is that of its records
    "signatures",  # each submission is signed by a key that was authorised then
    "leaves",  # each entry hashes to its leaf
    "tiles",  # the leaves have the head's root, through all stored tiles
    "checkpoints",  # each kept checkpoint is signed by the log's keys, over the root that the leaves have
)
# Which step's faults name most exactly what was changed. A changed entry also breaks its chain, its submission's root
# and all that is above its leaf.
_TELLING: tuple[StepName, ...] = (
    "entries",
    "leaves",
    "head",
    "chains",
    "times",
    "submissions",
    "signatures",
    "tiles",
    "checkpoints",
)
KEPT = 100  # faults listed in a step; all are counted


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One thing that is wrong. `where` names the row; `index` is the entry at which it shows, or the first of
    several."""

    step: StepName
    code: str
    where: str
    detail: str
    index: int | None


@dataclass(frozen=True, slots=True)
class AuditStep:
    """One numbered check. `checked` counts what it looked at; `note` says why it is not a plain pass or fail."""

    number: int
    name: StepName
    verdict: StepVerdict
    checked: int
    faults: tuple[AuditFault, ...]  # at most `KEPT`, those at the lowest indexes first
    fault_count: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """All steps over the tree of this size and root, which is the one the head claims."""

    origin: str
    size: int
    root: bytes
    steps: tuple[AuditStep, ...]

    @property
    def verdict(self) -> StepVerdict:
        """`fail` if anything is wrong; `inconclusive` if something could not be looked at: nothing is skipped in
        silence."""
        verdicts = {step.verdict for step in self.steps}
        if "fail" in verdicts:
            return "fail"
        return "pass" if verdicts == {"pass"} else "inconclusive"

    @property
    def first_fault(self) -> AuditFault | None:
        """The one to look at first: an entry that is itself at fault before what follows from it, then the lowest
        index."""
        faults = [fault for step in self.steps for fault in step.faults]
        return min(faults, key=lambda fault: (_TELLING.index(fault.step), _place(fault)), default=None)


def _place(fault: AuditFault) -> float:
    return float("inf") if fault.index is None else fault.index


class FindingCounter:
    """Collects what the parts of an audit find."""

    def __init__(self) -> None:
        self.checked: Counter[StepName] = Counter()
        self.counts: Counter[StepName] = Counter()
        self.faults: dict[StepName, list[AuditFault]] = {}
        self.notes: dict[StepName, tuple[StepVerdict, str]] = {}

    def fault(self, step: StepName, code: str, where: str, detail: str, *, index: int | None) -> None:
        self.counts[step] += 1
        kept = self.faults.setdefault(step, [])
        if len(kept) < KEPT:
            kept.append(AuditFault(step, code, where, detail, index))

    def add(self, other: FindingCounter) -> None:
        """What another part found; parts are added in the order of the log."""
        self.checked += other.checked
        self.counts += other.counts
        self.notes |= other.notes
        for step, faults in other.faults.items():
            kept = self.faults.setdefault(step, [])
            kept += faults[: KEPT - len(kept)]

    def drain(self) -> FindingCounter:
        """What was found since the last time."""
        drained = FindingCounter()
        drained.add(self)
        self.checked.clear()
        self.counts.clear()
        self.faults.clear()
        return drained

    def not_checked(self, step: StepName, verdict: StepVerdict, why: str) -> None:
        self.notes[step] = (verdict, why)

    def report(self, origin: str, size: int, root: bytes) -> Report:
        return Report(origin, size, root, tuple(self._step(number, name) for number, name in enumerate(STEPS, 1)))

    def _step(self, number: int, name: StepName) -> AuditStep:
        passed: tuple[StepVerdict, str | None] = ("pass", None)
        verdict, note = self.notes.get(name, passed)
        faults = tuple(sorted(self.faults.get(name, ()), key=_place))
        if faults:
            verdict = "fail"
        return AuditStep(number, name, verdict, self.checked[name], faults, self.counts[name], note)
