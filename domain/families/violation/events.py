"""From a suspicion to a violation found (Arts 33, 34). Stream violation/<id>."""

from __future__ import annotations

from domain.event import Event, event
from domain.vocabulary.codes import Limb
from domain.vocabulary.values import Digest, Doc, Id, Ref, Text, Uscc


@event(
    "violation.suspected",
    streams=("violation",),
    law=("A33", "A34"),
    signed_by="any registered party, authority, monitoring",
)
class ViolationSuspected(Event):
    """Someone suspects a violation; a machine finding may be taken up."""

    accused: Uscc
    limb: Limb
    evidence: tuple[Ref, ...]
    finding: Id | None = None
    statement: Text


@event("violation.response_recorded", streams=("violation",), law=("A33",), signed_by="accused organ")
class ViolationResponseRecorded(Event):
    """The accused organ is heard."""

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
    """The file is closed."""

    reasons: Text
