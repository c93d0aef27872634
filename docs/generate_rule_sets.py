"""Writes docs/reference/rule-sets.md from the shipped rule sets; a test fails when the page is not current."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from domain.rules.bundled import load_rule_sets
from domain.rules.rule_set import CLOCKED, NUMBERS, SETTINGS, Number, RuleSet

PAGE = Path(__file__).parent / "reference" / "rule-sets.md"

INTRODUCTION = """\
# Rule sets

Written by `python -m docs.generate_rule_sets` from `domain/data/rules-*.json`; do not edit.

A rule set is one version of one law as this software applies it: data with effective dates, divisions and rank. Every
number has its mark: *reconstructed* (read from a translation, not compared with the gazette), *unverified*
(remembered; may not be relied on), *ours* (a setting of this software, not law). Nobody has checked a number unless a
post and a day are beside it. Every answer shows the mark of the number it uses.

## Which rule set binds

- **Procedure** (an answer and its term) is bound by the rule set in force on the day of **receipt**, also when the
  answer comes later; a **use**, release or delivery by the one in force on the day of the act. Both are settings, not
  law.
- Rule sets in force together are **stacked**. The one of lowest rank is the base: its tables and settings judge, and
  a judgement names it as `rule_set`. Those above it are named as `overlays`.
- The higher rank prevails where both cannot be obeyed. Where they can, the **stricter protection is kept**: of two
  terms the shorter counts, whichever law gives it, and the deadline and LATE_RESPONSE name the law whose term it is.
  So the 10 working days of `cn-809-2025` count before the 15 of `js-85-2012`, and the 20 for an update stay, since it
  gives none.
- A rule set does not reach information of the classes it **excludes**: for a state secret the 15 working days of
  Order 85 stay.
- A rule set that is *disabled* judges nothing until `ruleset.activated` puts it in force.

## What the ledger says

The rule set of the founding record is in force without an event. `ruleset.activated` puts a version in force from its
day, in its divisions, with its rank and status (`domain/rules/history.py`); the numbers and settings are those of
the shipped document with its `digest`, the SHA-256 of the file. A digest that is not shipped changes nothing and is
named as unknown; only disabling needs no document. On each day the newest version that holds displaces the earlier
ones of the same law, also when it is there to disable them. A record that its signer disowned has no force,
one that it corrected counts as corrected.
"""


def page() -> str:
    return INTRODUCTION + "\n".join(("", *(line for rules in load_rule_sets().values() for line in _section(rules))))


def _section(rules: RuleSet) -> Iterator[str]:
    yield f"## {rules.id}\n"
    yield f"{rules.name['zh']}, {rules.name['en']}. {rules.instrument}, issued {rules.issued}.\n"
    yield from _table(("", ""), _facts(rules))
    yield "### Numbers\n" if rules.enabled else "### Numbers, not in force\n"
    yield from _table(
        ("number", "from → to", "working days", "article", "mark", "source", "checked by", "on", "a clock runs by it"),
        ((f"`{name}`", meaning, *_number(name, rules.numbers[name])) for name, meaning in NUMBERS.items()),
    )
    yield "### Settings: not in law\n"
    values = asdict(rules.settings)
    yield from _table(
        ("setting", "value", "decides"),
        ((f"`{name}`", f"`{json.dumps(values[name])}`", meaning) for name, meaning in SETTINGS.items()),
    )


def _facts(rules: RuleSet) -> Iterator[tuple[str, str]]:
    yield "version", str(rules.version)
    yield "in force", f"from {rules.effective_from}" + (f" to {rules.effective_to}" if rules.effective_to else "")
    yield "divisions", ", ".join(rules.divisions) or "all"
    yield "excludes", ", ".join(f"`{each}`" for each in sorted(rules.excluded_objects)) or "nothing"
    yield "rank", str(rules.rank)
    yield "text", f"`{rules.text_status}`"
    yield "status", f"`{rules.status}`"
    yield "digest", f"`{rules.digest}`"


def _number(name: str, number: Number) -> tuple[str, ...]:
    return (
        "none" if number.value is None else str(number.value),
        number.article or "–",
        number.certainty,
        number.source,
        number.checked_by or "nobody",
        str(number.checked_on or "–"),
        "yes" if name in CLOCKED else "no",
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
