"""Findings (线索): suspicions raised by the software. Each has one permanent id, so that a file can cite it.

The software only suspects. Only the authority finds a violation (A33). There is one finding for each act, or each clock
that ran out, and each reason code that names a limb.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.deadlines.expiry import ExpiredDeadline, about_clock
from domain.events import DeliveryRecorded, RequestApproved, RequestPartlyApproved, RequestRefused
from domain.judgement.facts import Facts
from domain.judgement.responses import first_answer
from domain.judgement.verdict import Judgement, RaisedReason
from domain.reasons.catalogue import CATALOGUE, Reason
from domain.state import DiscrepancyState, Fact, RequestState, State
from domain.vocabulary.codes import Limb

ID_LENGTH: Final = 20  # hex digits, that is 80 bits

REASONS: Final = tuple(entry.reason for entry in CATALOGUE.values() if entry.limb or entry.limb_if_sensitive)
# The reasons that rest on silence. Missing statistics are judged on each delivery that they should have listed. The
# other reasons are derived from the clocks (``domain.deadlines.expiry``).
SILENT: Final = frozenset(
    {
        Reason.LATE_RESPONSE,
        Reason.LATE_UPDATE,
        Reason.RULING_IGNORED,
        Reason.STATISTICS_MISSING,
        Reason.RECOLLECTED,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A suspicion.

    ``about`` is the act (``act <signer> <record id>``) or the clock (``clock <stream> <clock> <index of the starting
    entry>``). ``evidence`` are the entry indexes of the act, or of the clock's start, and of all cited facts,
    ascending.
    """

    id: str
    reason: Reason
    limb: Limb
    accused: str
    about: str
    evidence: tuple[int, ...]

    @property
    def by_act(self) -> bool:
        """Return whether the finding comes from the judgement of an act. Others come from the clock alone."""
        return not self.about.startswith("clock ") or self.reason is Reason.STATISTICS_MISSING


def finding_id(about: str, reason: Reason) -> str:
    """Return the first 20 hex digits of SHA-256 over ``about``, a line feed and the reason code."""
    return sha256(f"{about}\n{reason}".encode()).hexdigest()[:ID_LENGTH]


def derive(judgement: Judgement, act: Act, facts: Facts) -> tuple[Finding, ...]:
    """Return the findings of a judged act. A finding about a clock keeps the clock's id, whether late or still open."""
    evidence = tuple(sorted({act.index, *judgement.relied_on}))
    return tuple(
        _finding(raised, raised.limb, accused_of(raised, act), _about(raised, act, facts), evidence)
        for raised in judgement.reasons
        if raised.limb is not None
    )


def derive_from_silence(silences: Iterable[ExpiredDeadline]) -> tuple[tuple[Finding, ExpiredDeadline], ...]:
    """Return the findings of clocks that ran out, each with its silence."""
    return tuple(
        (_finding(each.raised, each.raised.limb, each.accused, each.about, each.evidence), each)
        for each in silences
        if each.raised.limb is not None
    )


def _finding(raised: RaisedReason, limb: Limb, accused: str, about: str, evidence: tuple[int, ...]) -> Finding:
    return Finding(finding_id(about, raised.reason), raised.reason, limb, accused, about, evidence)


def accused_of(raised: RaisedReason, act: Act) -> str:
    """Return the accused organ. R on a delivery is its requester; every other letter is the organ that acted."""
    if raised.entry.versus == "R" and isinstance(act.event, DeliveryRecorded):
        return act.event.requester
    return act.by


def _about(raised: RaisedReason, act: Act, facts: Facts) -> str:
    request = facts.request
    if raised.reason is Reason.STATISTICS_MISSING:
        return _statistics(act.by, raised.params["period"])
    if request is not None and raised.reason is Reason.LATE_RESPONSE and _first_answer(act, request):
        return _of_request(request, "RESPONSE", request.receipt.fact if request.receipt else None, act)
    if request is not None and raised.reason is Reason.RULING_IGNORED:
        return _of_request(request, "RULING", request.ruling.fact if request.ruling else None, act)
    return _act(act)


def _act(act: Act) -> str:
    return f"act {act.by} {act.id}"


def _statistics(provider: str, period: str) -> str:
    return f"clock statistics/{provider} STATISTICS {period}"


def _of_request(request: RequestState, clock: str, start: Fact | None, act: Act) -> str:
    return _act(act) if start is None else about_clock(f"request/{request.id}", clock, start.index)


def _first_answer(act: Act, request: RequestState) -> bool:
    """Return whether the act is the first answer. A later answer has its own clock, with the id of its act."""
    answer = isinstance(act.event, RequestApproved | RequestPartlyApproved | RequestRefused)
    first = first_answer(request)
    return not answer or (first is not None and first.fact.index == act.index)


# The findings that a file of the authority can mean when it names none


def citable(act: Act, limb: Limb, state: State | None) -> frozenset[str]:
    """Return the ids of all findings under a limb that rest on this act, whether in force or not.

    A file that cites the act as evidence for the limb, and names no finding, takes up these findings. ``state`` is that
    of the act's stream.
    """
    of_limb = _BY_LIMB.get(limb, ())
    clocks = [(about, reason) for about, reason in _clocks(act, state) if reason in of_limb]
    return frozenset(finding_id(about, reason) for about, reason in [*((_act(act), each) for each in of_limb), *clocks])


def _clocks(act: Act, state: State | None) -> Iterator[tuple[str, Reason]]:
    """Yield the clocks that the act started, and those that it answers."""
    if isinstance(act.event, DeliveryRecorded):
        yield _statistics(act.by, f"{day_of(act.time):%Y-%m}"), Reason.STATISTICS_MISSING
    if act.stream.startswith("item/"):
        yield about_clock(act.stream, "UPDATE", act.index), Reason.LATE_UPDATE
    if isinstance(state, DiscrepancyState):
        yield about_clock(f"item/{state.item}", "UPDATE", act.index), Reason.LATE_UPDATE
    if isinstance(state, RequestState):
        answers = {response.fact.index for response in state.responses}
        for clock, start, reason in (
            ("RESPONSE", state.receipt.fact if state.receipt else None, Reason.LATE_RESPONSE),
            ("RULING", state.ruling.fact if state.ruling else None, Reason.RULING_IGNORED),
        ):
            if start is not None and act.index in {start.index, *answers}:
                yield about_clock(act.stream, clock, start.index), reason


def _by_limb() -> Mapping[Limb, tuple[Reason, ...]]:
    limbs: dict[Limb, tuple[Reason, ...]] = {}
    for reason in REASONS:
        entry = CATALOGUE[reason]
        for limb in {entry.limb, entry.limb_if_sensitive} - {None}:
            assert limb is not None
            limbs[limb] = (*limbs.get(limb, ()), reason)
    return limbs


_BY_LIMB: Final = _by_limb()
