"""The closed catalogue of reason codes: acts, severity, accused side, legal ground, limb.

``Reason`` is in the order in which a judgement lists its reasons. A reason with a limb makes one finding (线索) under
Art. 33; one without a limb makes none. ``domain.reasons.sentences`` holds the sentences for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.vocabulary.codes import Limb


class Severity(StrEnum):
    # Enum's own hash is slow Python code
    __hash__ = (
        str.__hash__
    )  # Enum's own hash is slow Python code, and dictionaries with reasons as keys are read at every step

    BLOCKING = "B"
    UNDETERMINED = "U"
    FLAG = "F"
    WARNING = "W"  # from another law; it changes no verdict


class On(StrEnum):
    """The kinds of acts and records that a reason can be raised on."""

    USE = "U"
    RELEASE = "R"
    DELIVERY = "D"
    RESPONSE = "P"
    REFUSAL = "F"
    GRANT = "G"
    RECORD = "I"  # a record of an item or a party
    DISPUTE = "V"  # an act of a dispute or a violation


class Reason(StrEnum):
    __hash__ = str.__hash__

    PARTY_OUT_OF_SCOPE = "PARTY_OUT_OF_SCOPE"
    NO_GRANT = "NO_GRANT"
    GRANT_NOT_YET_EFFECTIVE = "GRANT_NOT_YET_EFFECTIVE"
    GRANT_EXPIRED = "GRANT_EXPIRED"
    GRANT_REVOKED = "GRANT_REVOKED"
    GRANT_SUSPENDED = "GRANT_SUSPENDED"
    REVOKED_UNNOTIFIED = "REVOKED_UNNOTIFIED"
    BACKDATED = "BACKDATED"
    USE_BEFORE_DELIVERY = "USE_BEFORE_DELIVERY"
    OUT_OF_SCOPE_FIELDS = "OUT_OF_SCOPE_FIELDS"
    OUT_OF_SCOPE_SUBJECTS = "OUT_OF_SCOPE_SUBJECTS"
    OUT_OF_SCOPE_USERS = "OUT_OF_SCOPE_USERS"
    PURPOSE_MISSING = "PURPOSE_MISSING"
    PURPOSE_MISMATCH = "PURPOSE_MISMATCH"
    NOT_DUTY_RELATED = "NOT_DUTY_RELATED"
    AGREEMENT_MISSING = "AGREEMENT_MISSING"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    AGREEMENT_TERMINATED = "AGREEMENT_TERMINATED"
    AGREEMENT_EXPIRED = "AGREEMENT_EXPIRED"
    AGREEMENT_SUSPENDED = "AGREEMENT_SUSPENDED"
    AGREEMENT_SCOPE = "AGREEMENT_SCOPE"
    SECRECY_REVIEW_MISSING = "SECRECY_REVIEW_MISSING"
    SECRECY_REVIEW_BLOCKED = "SECRECY_REVIEW_BLOCKED"
    WRONG_NETWORK = "WRONG_NETWORK"
    OFF_PLATFORM_NO_REASON = "OFF_PLATFORM_NO_REASON"
    STATISTICS_MISSING = "STATISTICS_MISSING"
    WRONG_PROVIDER_LEVEL = "WRONG_PROVIDER_LEVEL"
    PROVIDER_NOT_SOURCE = "PROVIDER_NOT_SOURCE"
    FEE_CHARGED = "FEE_CHARGED"
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    NO_CONSENT = "NO_CONSENT"
    CONSENT_SCOPE = "CONSENT_SCOPE"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_AFTER_RELEASE = "CONSENT_AFTER_RELEASE"
    NO_SOURCE_ATTRIBUTION = "NO_SOURCE_ATTRIBUTION"
    NOT_IN_DISCLOSURE_SCOPE = "NOT_IN_DISCLOSURE_SCOPE"
    DISCLOSURE_SCOPE_UNKNOWN = "DISCLOSURE_SCOPE_UNKNOWN"
    SENSITIVE_RELEASE = "SENSITIVE_RELEASE"
    DISCLOSER_NOT_ORIGINATOR = "DISCLOSER_NOT_ORIGINATOR"
    ONWARD_TO_THIRD_PARTY = "ONWARD_TO_THIRD_PARTY"
    CLASSIFICATION_DISPUTED = "CLASSIFICATION_DISPUTED"
    RECLASSIFIED_LATER = "RECLASSIFIED_LATER"
    LATE_UPDATE = "LATE_UPDATE"
    STALE_INFORMATION = "STALE_INFORMATION"
    DISCREPANCY_OPEN = "DISCREPANCY_OPEN"
    RECOLLECTED = "RECOLLECTED"
    LATE_RECORD = "LATE_RECORD"
    KEY_COMPROMISED = "KEY_COMPROMISED"
    EVIDENCE_GAP = "EVIDENCE_GAP"
    EMERGENCY_CLAIMED = "EMERGENCY_CLAIMED"
    UNLAWFUL_REFUSAL_GROUND = "UNLAWFUL_REFUSAL_GROUND"
    STATUTE_NOT_CITED = "STATUTE_NOT_CITED"
    REASONS_MISSING = "REASONS_MISSING"
    REFUSAL_NOT_FILED = "REFUSAL_NOT_FILED"
    LATE_RESPONSE = "LATE_RESPONSE"
    RULING_IGNORED = "RULING_IGNORED"
    UNLAWFUL_REVOCATION_GROUND = "UNLAWFUL_REVOCATION_GROUND"
    OBJECTION_SKIPPED = "OBJECTION_SKIPPED"
    ISSUER_UNUSUAL = "ISSUER_UNUSUAL"


ORDER: Mapping[Reason, int] = MappingProxyType({reason: place for place, reason in enumerate(Reason)})


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """One reason of the catalogue.

    ``severities``: the usual one first. ``limb_if_sensitive`` replaces ``limb`` on the acts of ``sensitive_on``.
    """

    reason: Reason
    on: tuple[On, ...]
    severities: tuple[Severity, ...]
    versus: str
    grounds: tuple[str, ...]
    limb: Limb | None
    limb_if_sensitive: Limb | None = None
    sensitive_on: tuple[On, ...] = ()

    @property
    def severity(self) -> Severity:
        """Return the usual severity."""
        return self.severities[0]

    def limb_on(self, act: On, *, sensitive: bool) -> Limb | None:
        """Return the limb on this kind of act, or None."""
        return self.limb_if_sensitive if sensitive and act in self.sensitive_on else self.limb


def _entry(
    code: str,
    on: str,
    sev: str,
    versus: str,
    ground: str,
    limb: Limb | None = None,
    if_sensitive: tuple[str, Limb] | None = None,
) -> ReasonEntry:
    acts, severities = tuple(map(On, on)), tuple(map(Severity, sev))
    special, special_limb = if_sensitive or ("", None)
    grounds = tuple(ground.split("; ")) if ground else ()
    return ReasonEntry(Reason(code), acts, severities, versus, grounds, limb, special_limb, tuple(map(On, special)))


ALL_ACTS = "URDPFGIV"
_ROWS = (
    _entry("PARTY_OUT_OF_SCOPE", "UDP", "B", "R/P", "A2", "c3"),
    _entry("NO_GRANT", "UD", "B", "R/P", "A13; A17; A18", "c1", ("D", "c3")),
    _entry("GRANT_NOT_YET_EFFECTIVE", "UD", "B", "R/P", "A17; A18", "c1"),
    _entry("GRANT_EXPIRED", "UD", "B", "R/P", "A17; A18", "c1"),
    _entry("GRANT_REVOKED", "UD", "B", "R/P", "A17", "c1"),
    _entry("GRANT_SUSPENDED", "UD", "B", "R/P", "A19", "c1"),
    _entry("REVOKED_UNNOTIFIED", "U", "F", "-", "A17"),
    _entry("BACKDATED", "URD", "UF", "R/P", "A32"),
    _entry("USE_BEFORE_DELIVERY", "U", "B", "R", "A32", "c1"),
    _entry("OUT_OF_SCOPE_FIELDS", "UD", "B", "R/P", "A17; 33(三)", "c1", ("D", "c3")),
    _entry("OUT_OF_SCOPE_SUBJECTS", "UD", "B", "R/P", "A17; 33(三)", "c1", ("D", "c3")),
    _entry("OUT_OF_SCOPE_USERS", "U", "B", "R/P", "A17; 33(三); A30", "c1"),
    _entry("PURPOSE_MISSING", "U", "UB", "R", "A17", "c1"),
    _entry("PURPOSE_MISMATCH", "U", "B", "R", "A17", "c1"),
    _entry("NOT_DUTY_RELATED", "U", "B", "R", "A3; A17", "c1"),
    _entry("AGREEMENT_MISSING", "UD", "B", "R/P", "A19", "c3"),
    _entry("AGREEMENT_NOT_IN_FORCE", "UD", "B", "R/P", "A19", "c3"),
    _entry("AGREEMENT_TERMINATED", "UD", "B", "R/P", "A19", "c3"),
    _entry("AGREEMENT_EXPIRED", "UD", "B", "R/P", "A19", "c3"),
    _entry("AGREEMENT_SUSPENDED", "UD", "B", "R/P", "A19", "c3"),
    _entry("AGREEMENT_SCOPE", "UD", "B", "R/P", "A19", "c1"),
    _entry("SECRECY_REVIEW_MISSING", "D", "F", "P", "A19", "c3"),
    _entry("SECRECY_REVIEW_BLOCKED", "D", "B", "P", "A19", "c3"),
    _entry("WRONG_NETWORK", "UD", "B", "R/P", "A18 ¶3; Secrecy Law 2024 Art. 31", "c3"),
    _entry("OFF_PLATFORM_NO_REASON", "D", "F", "P", "A14", "e"),
    _entry("STATISTICS_MISSING", "DI", "F", "P", "A14", "e"),
    _entry("WRONG_PROVIDER_LEVEL", "PD", "F", "P", "A14", "e"),
    _entry("PROVIDER_NOT_SOURCE", "PD", "F", "P", "A11"),
    _entry("FEE_CHARGED", "D", "F", "P", "A16", "b"),
    _entry("NOT_ACKNOWLEDGED", "D", "F", "R", "A32"),
    _entry("NO_CONSENT", "R", "B", "R", "A17", "c2"),
    _entry("CONSENT_SCOPE", "R", "B", "R", "A17", "c2"),
    _entry("CONSENT_EXPIRED", "R", "B", "R", "A17", "c2"),
    _entry("CONSENT_AFTER_RELEASE", "R", "B", "R", "A17", "c2"),
    _entry("NO_SOURCE_ATTRIBUTION", "R", "BF", "R", "A17 ¶2", "c2"),
    _entry("NOT_IN_DISCLOSURE_SCOPE", "R", "B", "R", "A17 ¶2", "c2"),
    _entry("DISCLOSURE_SCOPE_UNKNOWN", "R", "U", "R", "A17 ¶2"),
    _entry("SENSITIVE_RELEASE", "R", "B", "R", "Disclosure Regs 2019 Arts 14, 15", "c3"),
    _entry("DISCLOSER_NOT_ORIGINATOR", "R", "W", "R", "Disclosure Regs 2019 Art. 10"),
    _entry("ONWARD_TO_THIRD_PARTY", "R", "B", "R", "A17; 国发〔2016〕51号; 国令809 Art. 25", "c1", ("R", "c3")),
    _entry("CLASSIFICATION_DISPUTED", "UR", "U", "-", "A19 ¶2"),
    _entry("RECLASSIFIED_LATER", "UDR", "F", "-", "A19"),
    _entry("LATE_UPDATE", "I", "F", "P", "A15", "b"),
    _entry("STALE_INFORMATION", "UD", "F", "P", "A15"),
    _entry("DISCREPANCY_OPEN", "U", "F", "-", "A11"),
    # The Order leaves open whether this is limb d (planning) or e. Planning is outside the ledger, so it is e.
    _entry("RECOLLECTED", "I", "F", "organ", "A11", "e"),
    _entry("LATE_RECORD", ALL_ACTS, "F", "recorder", "A32"),
    _entry("KEY_COMPROMISED", ALL_ACTS, "U", "-", "A30"),
    _entry("EVIDENCE_GAP", ALL_ACTS, "U", "-", "A32"),
    _entry("EMERGENCY_CLAIMED", "UD", "F", "-", ""),
    _entry("UNLAWFUL_REFUSAL_GROUND", "F", "B", "P", "A13 ¶2", "a"),
    _entry("STATUTE_NOT_CITED", "F", "F", "P", "A13 ¶2", "a"),
    _entry("REASONS_MISSING", "F", "F", "P", "A18 ¶2", "e"),
    _entry("REFUSAL_NOT_FILED", "F", "F", "P", "A18 ¶2", None, ("F", "e")),
    _entry("LATE_RESPONSE", "FP", "F", "P", "A18 ¶1", "a"),
    _entry("RULING_IGNORED", "P", "F", "P", "A13 ¶1", "a"),
    _entry("UNLAWFUL_REVOCATION_GROUND", "G", "F", "P", "A13 ¶2", "a"),
    _entry("OBJECTION_SKIPPED", "V", "F", "-", "实施条例 2024 Art. 26"),
    _entry("ISSUER_UNUSUAL", "V", "F", "-", "A33"),
)
CATALOGUE: Mapping[Reason, ReasonEntry] = MappingProxyType({entry.reason: entry for entry in _ROWS})
