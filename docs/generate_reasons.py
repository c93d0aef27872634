"""Writes docs/reference/reasons.md from the catalogue of reasons; a test fails when the page is not current."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from domain.reasons.catalogue import CATALOGUE, On, Reason, ReasonEntry, Severity
from domain.reasons.sentences import SENTENCES

PAGE = Path(__file__).parent / "reference" / "reasons.md"

INTRODUCTION = """\
# Reason codes

Written by `python -m docs.generate_reasons` from `domain/reasons/catalogue.py` and `domain/reasons/sentences.py`; do
not edit.

A judgement lists **all** reasons that apply, in the order of this page. Any blocking reason makes an act
UNAUTHORIZED, else any undetermined one UNDETERMINED, else any flag AUTHORIZED_WITH_FLAGS; a warning changes nothing.
A refusal with a blocking reason is UNLAWFUL, with an undetermined one UNDETERMINED, with a flag DEFECTIVE, except that
an unfiled refusal of information that is not sensitive stays LAWFUL.

A reason with a limb of Art. 33 makes one finding (线索) for each act, or each clock that ran out; one without makes
none. "Against": R requester, P provider. Articles are those of Order 85 unless another law is named; Arts 7 to 35 are
read from a translation (`text_status: reconstructed`). How the reasons are found is explained in
[the explanation of judgement](../explanation/judgement.md).
"""

KINDS: Mapping[On, str] = {
    On.USE: "use",
    On.RELEASE: "release",
    On.DELIVERY: "delivery",
    On.RESPONSE: "answer",
    On.REFUSAL: "refusal",
    On.GRANT: "change of a grant",
    On.RECORD: "record of an item or party",
    On.DISPUTE: "act in a dispute or violation",
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.BLOCKING: "blocking",
    Severity.UNDETERMINED: "undetermined",
    Severity.FLAG: "flag",
    Severity.WARNING: "warning",
}
# Where a reason has two severities: what makes it the second.
SECOND: Mapping[Reason, str] = {
    Reason.BACKDATED: "once the signer reaffirmed the record",
    Reason.PURPOSE_MISSING: "after the grace",
    Reason.NO_SOURCE_ATTRIBUTION: "where the provider's consent is an independent basis (R5)",
}


def page() -> str:
    return INTRODUCTION + "".join(_section(entry) for entry in CATALOGUE.values())


def _section(entry: ReasonEntry) -> str:
    return "\n".join(("", f"### {entry.reason}", "", *_lines(entry), ""))


def _lines(entry: ReasonEntry) -> Iterator[str]:
    sentences = SENTENCES[entry.reason]
    yield f"- {sentences['zh']}"
    yield f"- {sentences['en']}"
    yield f"- On: {_kinds(entry)}. Severity: {severity(entry)}. Against: {entry.versus}."
    yield f"- Ground: {', '.join(entry.grounds) or 'none in Order 85'}. Limb: {limb(entry)}."


def _kinds(entry: ReasonEntry) -> str:
    return "every act" if set(entry.on) == set(On) else ", ".join(KINDS[on] for on in entry.on)


def severity(entry: ReasonEntry) -> str:
    first, *rest = (SEVERITIES[severity] for severity in entry.severities)
    return first if not rest else f"{first}; {rest[0]} {SECOND[entry.reason]}"


def limb(entry: ReasonEntry) -> str:
    plain = entry.limb or "none"
    if entry.limb_if_sensitive is None:
        return plain
    kinds = ", ".join(KINDS[on] for on in entry.sensitive_on)
    return f"{plain}; {entry.limb_if_sensitive} on a {kinds} of sensitive information"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
