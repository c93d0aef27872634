"""The full audit of a stored ledger: re-hash and re-check everything from entry 0, and name what is wrong."""

from ledger.audit.auditing import Progress, audit
from ledger.audit.report import STEPS, Fault, Report, Step, StepName, Verdict
from ledger.audit.signatures import FindKey

__all__ = ["STEPS", "Fault", "FindKey", "Progress", "Report", "Step", "StepName", "Verdict", "audit"]
