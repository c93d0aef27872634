"""Negotiation outside the catalogue (4.4), in its request's stream. Paired records take effect with the second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.facts import NOTHING, Fact
from domain.families.request.negotiation.events import NegotiationAgreed, NegotiationFailed, NegotiationRoundRecorded


@dataclass(frozen=True, slots=True)
class NegotiationRound:
    """The records of one round, by organ."""

    number: int
    statements: Mapping[str, tuple[NegotiationRoundRecorded, Fact]]

    @property
    def complete(self) -> bool:
        """Return whether both organs have recorded the round."""
        return len(self.statements) == 2


@dataclass(frozen=True, slots=True)
class Failure:
    """``negotiation.failed``: the provider's ground is judged like that of a refusal (A13 ¶2)."""

    event: NegotiationFailed
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    opened: Fact
    rounds: Mapping[int, NegotiationRound] = field(default_factory=lambda: NOTHING)
    agreed: Mapping[str, tuple[NegotiationAgreed, Fact]] = field(default_factory=lambda: NOTHING)
    failed: Failure | None = None
