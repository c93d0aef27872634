"""The closed code sets of the event payloads. A code is a plain string; mypy checks it against its set.

Purpose codes are not here: each division publishes its own list, and such a list is data, not law.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

# Parties (Arts 2, 3, 19, 32, 34).
Category = Literal[
    "ORGAN", "AUTHORISED", "ENTRUSTED", "GOVERNMENT", "SECRECY", "MONITORING", "APPOINTING", "STATE_ORGAN", "OPERATOR"
]
Level = Literal["NATION", "PROVINCE", "CITY", "COUNTY"]
BasisKind = Literal["AUTHORISED", "ENTRUSTED"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)  # from the highest to the lowest
KeyUse = Literal["SIGN", "READ"]
SuccessionMode = Literal["MERGED", "SPLIT", "ABOLISHED", "RECODED"]

# Information (Arts 7, 9, 10, 13, 18). An empty set of classes means: none of them.
DataClass = Literal["state_secret", "trade_secret", "privacy", "work_secret"]
SecrecyLevel = Literal["秘密", "机密", "绝密"]
ShareType = Literal["1", "2", "3"]
GroundA7 = Literal["A7_1", "A7_2", "A7_3", "A7_4"]
DataType = Literal["C", "N", "Y", "D", "T", "L", "M", "G", "B", "I", "F"]

# Ground and way of sharing (Arts 3, 14, 18).
DutyKind = Literal["STATUTE", "三定", "GOV_DECISION", "MATTER_CODE"]
Network = Literal["INTERNET", "GOV_EXTRANET", "GOV_INTRANET", "CLASSIFIED"]
DeliveryChannel = Literal["PLATFORM", "AGREED_WAY", "OFF_PLATFORM"]
UseChannel = Literal["PLATFORM", "AGREED_WAY", "OFF_PLATFORM", "STORED_COPY"]
Way = Literal["INTERFACE", "BATCH", "FILE", "MEDIUM"]
ReceivedHow = Literal["PLATFORM", "PAPER", "FILE_EXCHANGE"]

# Answers, stops and reviews (Arts 13, 19).
RefusalGround = Literal["STATE_SECRET", "TRADE_SECRET", "PRIVACY", "STATUTORY", "WORK_SECRET", "OTHER", "NONE"]
Cause = Literal[
    "DISPUTE",
    "DETERMINATION",
    "AGREEMENT",
    "INCIDENT",
    "BREACH",
    "RULING",
    "PURPOSE_ENDED",
    "REFUSAL_GROUND",
    "OTHER",
]
ReviewResult = Literal["CLEARED", "CLEARED_WITH_CONDITIONS", "BLOCKED", "UNCERTAIN"]
LevelRule = Literal["SAME_DIVISION", "LOWEST_COMMON", "PROVINCE"]

# Release (Art. 17).
ReleaseKind = Literal["RELEASE", "DISCLOSURE", "OPENING", "ONWARD"]
ReleaseBasis = Literal["CONSENT", "DISCLOSURE_SCOPE", "NONE"]
ThirdParty = Literal["THIRD_PARTY_CONSENT", "PUBLIC_INTEREST", "NONE"]

# Disputes and discrepancies (Arts 11, 19).
Route = Literal["A", "B"]
ObjectionDecision = Literal["UPHELD", "CHANGED", "CANCELLED"]
EscalationLevel = Literal["PROVINCE", "NATION"]
Determination = Literal["IS_STATE_SECRET", "NOT_STATE_SECRET", "PARTLY"]
Outcome = Literal["IS", "IS_NOT", "PARTLY", "UNDECIDED"]
Verification = Literal["SOURCE_RIGHT", "SOURCE_WRONG", "BOTH_WRONG", "UNDECIDED"]
Severity = Literal["LOW", "MEDIUM", "HIGH"]

# Violations (Arts 33, 34).
Limb = Literal["a", "b", "c1", "c2", "c3", "d", "e", "34"]
LIMBS: Final[tuple[Limb, ...]] = get_args(Limb)
Discipline = Literal["警告", "记过", "记大过", "降级", "撤职", "开除"]

# Keeping the record (Arts 9, 15, 18, 30, 31).
Audience = Literal["INTERNAL", "PUBLIC"]
IncidentKind = Literal["LEAK", "LOSS", "TAMPERING", "OUTAGE", "OTHER"]
ReaffirmReason = Literal["KEY_COMPROMISE", "BACKDATED", "LATE_RECORD"]
Clock = Literal[
    "RESPONSE", "UPDATE", "FILING", "STATISTICS", "CORRECTION", "REVIEW_REPORT", "REVIEW_DECISION", "ANSWER_AGAIN"
]
ShownClock = Clock | Literal["RULING"]  # a ruling's comply-by day is shown with the clocks; no calendar changes it
TextStatus = Literal["confirmed", "reconstructed"]
RuleSetStatus = Literal["in_force", "unverified", "disabled"]
