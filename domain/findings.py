"""Findings (线索): what the machine suspects. Each has one id for ever, so that it can be taken up and followed.

The machine only suspects; a violation is found by the authority alone (A33). One finding stands for each act, or each
clock that ran out, and each reason code that names a limb.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from domain.acts import Act
from domain.codes import Limb
from domain.events import DeliveryRecorded, RequestApproved, RequestPartlyApproved, RequestRefused
from domain.judgement.facts import Facts
from domain.judgement.verdicts import Judgement, Raised
from domain.reasons import Reason
from domain.silence import Silence, about_clock
from domain.states import Fact, RequestState

ID_LENGTH: Final = 20  # hex digits: 80 bits


@dataclass(frozen=True, slots=True)
class Finding:
    """``about`` is the act (``act <signer> <record id>``) or the clock (``clock <stream> <clock> <what started it>``).

    ``evidence`` are the entry indexes of the act (or of what started the clock) and of all that was relied on.
    """

    id: str
    reason: Reason
    limb: Limb
    accused: str
    about: str
    evidence: tuple[int, ...]


def finding_id(about: str, reason: Reason) -> str:
    """The first 20 hex digits of SHA-256 over ``about``, a line feed and the reason code."""
    return sha256(f"{about}\n{reason}".encode()).hexdigest()[:ID_LENGTH]


def derive(judgement: Judgement, act: Act, facts: Facts) -> tuple[Finding, ...]:
    """The findings of a judged act. What is about a clock keeps the clock's id: late or still open, it is one."""
    evidence = tuple(sorted({act.index, *judgement.relied_on}))
    return tuple(
        _finding(raised, raised.limb, accused_of(raised, act), _about(raised, act, facts), evidence)
        for raised in judgement.reasons
        if raised.limb is not None
    )


def derive_from_silence(silences: Iterable[Silence]) -> tuple[Finding, ...]:
    """The findings of clocks that ran out."""
    return tuple(
        _finding(silence.raised, silence.raised.limb, silence.accused, silence.about, silence.evidence)
        for silence in silences
        if silence.raised.limb is not None
    )


def _finding(raised: Raised, limb: Limb, accused: str, about: str, evidence: tuple[int, ...]) -> Finding:
    return Finding(finding_id(about, raised.reason), raised.reason, limb, accused, about, evidence)


def accused_of(raised: Raised, act: Act) -> str:
    """Against whom: R on a delivery is its requester, in all else it is the organ that acted."""
    if raised.entry.versus == "R" and isinstance(act.event, DeliveryRecorded):
        return act.event.requester
    return act.by


def _about(raised: Raised, act: Act, facts: Facts) -> str:
    request = facts.request
    if raised.reason is Reason.STATISTICS_MISSING:
        return f"clock statistics/{act.by} STATISTICS {raised.params['period']}"
    if request is not None and raised.reason is Reason.LATE_RESPONSE and _first_answer(act, request):
        return _of_request(request, "RESPONSE", request.receipt.fact if request.receipt else None, act)
    if request is not None and raised.reason is Reason.RULING_IGNORED:
        return _of_request(request, "RULING", request.ruling.fact if request.ruling else None, act)
    return f"act {act.by} {act.id}"


def _of_request(request: RequestState, clock: str, start: Fact | None, act: Act) -> str:
    return f"act {act.by} {act.id}" if start is None else about_clock(f"request/{request.id}", clock, start)


def _first_answer(act: Act, request: RequestState) -> bool:
    """An answer given again has a clock of its own, which is its act's."""
    answer = isinstance(act.event, RequestApproved | RequestPartlyApproved | RequestRefused)
    return not answer or (bool(request.responses) and request.responses[0].fact.index == act.index)
