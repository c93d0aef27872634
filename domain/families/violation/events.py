"""From a suspicion to a violation found (Arts 33, 34). Stream violation/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.codes import Audience, Discipline, Limb
from domain.vocabulary.values import Digest, Doc, Id, Post, Ref, Some, Text, Uscc, UsccOrText


@event(
    "violation.suspected",
    streams=("violation",),
    law=("A33", "A34"),
    signed_by="any registered party, authority, monitoring",
)
class ViolationSuspected(Event):
    """A party suspects a violation. The suspicion may rest on a finding."""

    accused: Uscc
    limb: Limb
    evidence: tuple[Ref, ...]
    finding: Id | None = None
    statement: Text


@event("violation.response_recorded", streams=("violation",), law=("A33",), signed_by="accused organ")
class ViolationResponseRecorded(Event):
    """The accused organ responds to the suspicion."""

    statement: Digest


@event("violation.dismissed", streams=("violation",), law=("A33",), signed_by="authority")
class ViolationDismissed(Event):
    """The authority finds no violation."""

    reasons: Text


@event("violation.found", streams=("violation",), law=("A33",), signed_by="authority")
class ViolationFound(Event):
    """The authority finds a violation of a limb of Art. 33, or of Art. 34."""

    limb: Limb
    facts: Text
    evidence: tuple[Ref, ...]
    document: Doc


@event("violation.serious_found", streams=("violation",), law=("A33",), signed_by="authority")
class ViolationSeriousFound(Event):
    """The authority finds it serious."""

    reasons: Text


@event("violation.closed", streams=("violation",), law=("A33",), signed_by="authority")
class ViolationClosed(Event):
    """The authority closes the file."""

    reasons: Text


@event("correction.ordered", streams=("violation",), law=("A33",), signed_by="authority")
class CorrectionOrdered(Event):
    """The authority orders a correction by a day."""

    order: Doc
    measures: Text
    limit: dt.date


@event("correction.reported", streams=("violation",), law=("A33",), signed_by="accused organ")
class CorrectionReported(Event):
    """The accused organ reports the correction."""

    done: Text
    proof: Digest


@event("correction.accepted", streams=("violation",), law=("A33",), signed_by="authority")
class CorrectionAccepted(Event):
    """The authority accepts the correction."""

    report: Ref


@event("correction.rejected", streams=("violation",), law=("A33",), signed_by="authority")
class CorrectionRejected(Event):
    """The authority rejects the correction. It may set a new limit."""

    report: Ref
    reasons: Text
    limit: dt.date | None = None


@event(
    "criticism.notified",
    streams=("violation",),
    law=("A33",),
    signed_by="authority, government (other organs: flagged)",
)
class CriticismNotified(Event):
    """The issuer publishes a notice of criticism."""

    notice: Doc
    audience: Audience


@event("discipline.referred", streams=("violation",), law=("A33", "A34"), signed_by="authority")
class DisciplineReferred(Event):
    """The file goes to the appointing organ and names posts."""

    to: UsccOrText
    persons: Some[Post]
    file: Digest


@event("discipline.outcome_recorded", streams=("violation",), law=("A33", "A34"), signed_by="appointing")
class DisciplineOutcomeRecorded(Event):
    """The appointing organ's decision."""

    persons: Some[Post]
    kind: Discipline
    period_months: int | None = None
    document: Doc


@event("crime.referred", streams=("violation",), law=("A33", "A34"), signed_by="authority, appointing")
class CrimeReferred(Event):
    """The file goes to the judicial organs."""

    to: Text
    file: Digest
