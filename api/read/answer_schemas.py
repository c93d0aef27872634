"""The shapes of the answers to questions, for the API description."""

from __future__ import annotations

from api.http.schemas import DEMO, HASH, HEX, MOMENT, Schema, flag, many, maybe, maybe_whole, named, shape, text, whole

USCC = text("Unified social credit code.")
MAYBE_MOMENT = maybe("RFC 3339, UTC.", format="date-time")
DAY = text(format="date")
MAYBE_DAY = maybe(format="date")
INDEX = whole("An entry's place in the log.")
WITHHELD = many(text(), "Pointers (RFC 6901) to members that are null because they are not for this caller.")
DATA: Schema = {"type": "object", "description": "The record's data, as docs/reference/events.md says for each event."}

# What every answer says of itself.
_STANDING: dict[str, Schema] = {
    "organs": many(named("OrganName"), "The organs that the answer names by code."),
    "as_of": whole("The tree size it stands on: only the entries below it are known."),
    "at": MOMENT,
    "checkpoint": named("StandsOn"),
    "next": maybe("The cursor of the next page; null on the last."),
    "count": whole("How many rows there are in all, if it was asked for."),
    "count_exact": flag("False: at least so many."),
    "demo": DEMO,
}
_UNASKED = ("count", "count_exact", "demo")


def answer_shape(about: str, members: dict[str, Schema]) -> Schema:
    return shape(about, {**members, **_STANDING}, optional=_UNASKED)


def page_shape(of: str, about: str) -> Schema:
    return answer_shape(about, {"rows": many(named(of))})


ACT: dict[str, Schema] = {
    "index": INDEX,
    "stream": text(),
    "position": whole(),
    "event": text("An event of docs/reference/events.md."),
    "by": USCC,
    "id": text("The record's id."),
    "time": text("When it happened, by its signer's word.", format="date-time"),
    "recorded_at": MOMENT,
    "data": DATA,
    "withheld": WITHHELD,
}

_JUDGED: dict[str, Schema] = {
    "kind": text("use, release, delivery, refusal, other"),
    "item": maybe(),
    "requester": maybe(),
    "provider": maybe(),
    "post": text("Who did it."),
    "second_post": maybe(),
    "unit": maybe(),
    "system": maybe(),
    "purpose": maybe("Purpose code."),
    "purpose_text": maybe(),
    "duty": {"type": ["object", "null"], "description": "The duty basis, as it was signed."},
    "request": maybe("The share request it cites."),
    "sensitive": flag(),
    "verdict": maybe(),
    "reasons": many(named("Reason"), "All of them, in the order of the catalogue."),
    "table_row": maybe("The row of the decision table that gave the base verdict."),
    "grant_version": maybe_whole(),
    "agreement": maybe(),
    "agreement_version": maybe_whole(),
    "item_version": maybe_whole(),
    "rule_set": text(),
    "rule_set_version": whole(),
    "relied_on": many(INDEX, "The entries that the judgement relied on."),
    "if_stricter": maybe("The verdict under the stricter class, while the class is disputed."),
    "known_from": whole("The tree size from which this judgement holds."),
    "known_to": maybe_whole("The tree size from which another one holds."),
    "judged_again": flag("Later facts made this judgement; an earlier one stands beside it."),
}

ANSWERS: dict[str, Schema] = {
    "StandsOn": shape(
        "The tree that an answer stands on; `note` is the smallest checkpoint kept that covers it.",
        {"size": whole(), "root": HASH, "note": maybe("A signed note; null until one is kept.")},
    ),
    "OrganName": shape("An organ's name at that tree size.", {"uscc": USCC, "name": maybe()}),
    "AccessPage": page_shape("JudgedAct", "Judged acts."),
    "JudgedAct": shape("One judgement of one act, with the words that were signed.", {**ACT, **_JUDGED}),
    "Reason": shape(
        "Why it is judged so; with a limb it makes a finding (线索) under Art. 33.",
        {
            "code": text(),
            "severity": text("B blocking, U undetermined, F flag, W warning."),
            "limb": maybe(),
            "grounds": many(text(), "Articles."),
            "zh": text(),
            "en": text(),
        },
    ),
    "CasePage": page_shape("Case", "Share requests."),
    "Case": shape(
        "A share request as it stands.",
        {
            "id": text(),
            "status": text(),
            "status_index": INDEX,
            "requester": USCC,
            "provider": USCC,
            "item": maybe(),
            "in_catalogue": flag(),
            "classes": many(text()),
            "sensitive": flag(),
            "opened_at": MOMENT,
            "received_at": MAYBE_MOMENT,
            "answered_at": MAYBE_MOMENT,
            "overdue": flag("Its clock has run out, unanswered, at the instant of the question."),
            "clocks": many(named("Clock")),
        },
    ),
    "Clock": shape(
        "A deadline. Where the rule set gives no number, `days` and the dates are null: there is only an age.",
        {
            "clock": text(),
            "started_at": MOMENT,
            "days": maybe_whole("Working days."),
            "basis": text(),
            "certainty": text(),
            "earliest": MAYBE_DAY,
            "latest": MAYBE_DAY,
            "provisional": flag("A year's calendar is not published: the day lies between the two."),
            "met_at": MAYBE_MOMENT,
        },
    ),
    "CaseFile": answer_shape(
        "A case whole; its entries a page at a time.",
        {
            "case": named("Case"),
            "grant": named("MaybeGrant"),
            "agreements": many(named("Agreement")),
            "judged": many(named("Tally")),
            "timeline": many(named("TimelineEntry")),
        },
    ),
    "MaybeGrant": {
        **shape(
            "What the requester may do, by the version last in effect; null before there is a grant.",
            {
                "version": whole(),
                "effective": MOMENT,
                "basis_index": INDEX,
                "suspended_from": MAYBE_MOMENT,
                "revoked_from": MAYBE_MOMENT,
                "scope": DATA,
                "withheld": WITHHELD,
            },
        ),
        "type": ["object", "null"],
    },
    "Tally": shape("How many acts stand under a verdict.", {"kind": text(), "verdict": maybe(), "number": whole()}),
    "TimelineEntry": shape("One entry of a case.", {**ACT, "judgement": named("MaybeJudgement")}),
    "MaybeJudgement": {
        **shape(
            "How the entry's act is judged; null for acts that are not.",
            {
                name: _JUDGED[name]
                for name in ("verdict", "table_row", "reasons", "agreement", "agreement_version", "rule_set")
            },
        ),
        "type": ["object", "null"],
    },
    "AgreementPage": page_shape("Agreement", "Confidentiality agreements."),
    "Agreement": shape(
        "A confidentiality agreement as it stands.",
        {
            "id": text(),
            "status": text(),
            "status_index": INDEX,
            "requester": USCC,
            "provider": USCC,
            "version": whole(),
            "text_digest": HEX,
            "proposed_at": MOMENT,
            "in_force_from": MAYBE_MOMENT,
            "ends_at": MOMENT,
            "expired": flag("Its term, or its termination, had ended it at the instant of the question."),
        },
    ),
    "AgreementFile": answer_shape(
        "An agreement whole.",
        {
            "agreement": named("Agreement"),
            "requests": many(text()),
            "classes": many(text()),
            "level": maybe(),
            "survives": flag(),
            "versions": many(named("AgreementVersion")),
            "suspensions": many(named("Suspension")),
            "terminated": named("MaybeTermination"),
        },
    ),
    "AgreementVersion": shape(
        "One text of an agreement; in force from the second signature, or later if it says so.",
        {
            "version": whole(),
            "text_digest": HEX,
            "effective_from": DAY,
            "effective_to": DAY,
            "in_force_from": MAYBE_MOMENT,
            "proposed_index": INDEX,
            "signatures": many(named("AgreementSignature")),
            "scope": DATA,
            "withheld": WITHHELD,
        },
    ),
    "AgreementSignature": shape(
        "An organ signed a version.", {"by": USCC, "post": text(), "time": MOMENT, "index": INDEX}
    ),
    "Suspension": shape(
        "An agreement was suspended.",
        {"cause": text(), "effect": MOMENT, "resumed": MAYBE_MOMENT, "index": INDEX},
    ),
    "MaybeTermination": {
        **shape("What ended it; null while nothing has.", {"effect": DAY, "index": INDEX}),
        "type": ["object", "null"],
    },
    "PartyPage": page_shape("Party", "Parties."),
    "Party": shape(
        "A registered party.",
        {
            "uscc": USCC,
            "name": maybe(),
            "category": text(),
            "level": text(),
            "division": text(),
            "unit": text(),
            "registered_index": INDEX,
            "valid_from": MOMENT,
            "valid_to": MAYBE_MOMENT,
            "successors": many(USCC),
        },
    ),
    "PartyFile": answer_shape(
        "A party with its keys and posts.",
        {
            "party": named("Party"),
            "keys": many(named("PartyKey")),
            "posts": {**many(named("PostHeld"), "Null where they are not for this caller."), "type": ["array", "null"]},
            "withheld": WITHHELD,
        },
    ),
    "PartyKey": shape(
        "A key and its validity.",
        {
            "kid": text("RFC 7638 thumbprint."),
            "jwk": {"type": "object", "description": "Public members."},
            "valid_from": MOMENT,
            "valid_to": MAYBE_MOMENT,
            "ended_at": MAYBE_MOMENT,
            "compromised_from": MAYBE_MOMENT,
            "by_index": INDEX,
        },
    ),
    "PostHeld": shape(
        "An officer post; null `held_from`: since the organ was registered.",
        {
            "post": text(),
            "unit": text(),
            "responsible": flag(),
            "held_from": MAYBE_MOMENT,
            "held_to": MAYBE_MOMENT,
            "by_index": INDEX,
        },
    ),
    "Entry": shape(
        "An entry of the log. `entry` is the stored line, whose RFC 6962 leaf hash is `leaf_hash`.",
        {
            "source": text(),
            "id": text(),
            "ledger": text("The ledger's origin."),
            "index": INDEX,
            "stream": text(),
            "position": whole(),
            "recorded_at": MOMENT,
            "entry": maybe("Null where the caller may not read it; `withheld` then names it."),
            "leaf_hash": HEX,
            "type": text(),
            "submission": HEX,
            "leaf": whole(),
            "of": whole(),
            "previous": HEX,
            "withheld": many(text()),
            "demo": DEMO,
        },
        optional=("withheld", "demo"),
    ),
}
