"""Writes docs/reference/law.md: Order 85 article by article. A test fails when the page is not current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from docs import generate_reasons
from docs.shown_by import links, links_to
from domain.events import EVENTS, Event
from domain.judgement.tables import ROWS
from domain.reasons.catalogue import CATALOGUE, ReasonEntry
from domain.rules.bundled import load_order
from domain.vocabulary.articles import Article, Paragraph
from domain.vocabulary.provisions import place_of, provisions

PAGE = Path(__file__).parent / "reference" / "law.md"
LIMBED = 33  # the article whose limbs sort the findings

INTRODUCTION = """\
# Order 85, article by article

Written by `python -m docs.generate_law` from `domain/data/order-85.json`, the events, the reasons and the tests; do not
edit.

江苏省政府信息化服务管理办法 (江苏省人民政府令第85号), in force from 1 December 2012. For each article: what it
asks, in our own words; whom it binds; by which [events](events.md) a ledger holds the evidence; which
[reasons](reasons.md) a judgement gives, with severity, limb of Art. 33 and row of the
[decision tables](#the-decision-tables); and tests that show it, at most two, the most particular ones. A
record that is malformed, or signed by an organ that may not make it, is [refused](refusals.md); an unlawful act that
happened is recorded and judged. A reason with a limb makes a finding (线索), a suspicion of the machine: only the
authority finds a violation.

No legal text is quoted. The mark says how far our reading can be relied on: *zh*, read in the Chinese text;
*reconstructed*, read in a translation whose Chinese has not been compared with the gazette, with how sure we are of
it. Whether the Order is in force today is not established; other law stacked upon it is explained in [rule
sets](rule-sets.md).

The Order has two numbers: 15 working days (Art. 18, sensitive information, from receipt) and 20 (Art. 15, from the
change).
"""


def page() -> str:
    parts = (_overview(), *map(_section, load_order().articles), _tables(), _cases(), _other_law(), _ours())
    return INTRODUCTION + "\n" + "\n".join(line for part in parts for line in part)


def _overview() -> Iterator[str]:
    yield "| Art. | asks | mark | held here by |"
    yield "|---|---|---|---|"
    for article in load_order().articles:
        asks = "; ".join(paragraph.summary for paragraph in article.paragraphs)
        yield f"| {_title(article)} | {asks} | {article.mark} | {_held(article)} |"
    yield ""


def _title(article: Article) -> str:
    return str(article.number) if article.outside else f"[{article.number}](#art-{article.number})"


def _held(article: Article) -> str:
    if article.outside:
        return f"outside: {article.paragraphs[0].outside}"
    events, reasons = len(list(_events(article))), len(list(_reasons(article)))
    held = [_counted(events, "event"), _counted(reasons, "reason")]
    return ", ".join(filter(None, held)) or "the facts every event carries"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}" if count else ""


def _section(article: Article) -> Iterator[str]:
    if article.outside:
        return
    yield f"## Art. {article.number}\n"
    yield f"Mark: {article.mark}; reading: {article.sure}.\n"
    yield "| | asks | binds | limit |"
    yield "|---|---|---|---|"
    yield from map(_row, article.paragraphs)
    yield ""
    yield from _titled("Events", (_event(cls, places) for cls, places in _events(article)))
    if article.number == LIMBED:
        yield from _titled("Limbs", _limbs())
    yield from _titled("Reasons", (_reason(entry, places) for entry, places in _reasons(article)))


def _row(paragraph: Paragraph) -> str:
    why = f" Outside: {paragraph.outside}." if paragraph.outside else ""
    return f"| {paragraph.place} | {paragraph.summary}.{why} | {paragraph.bound} | {paragraph.limit} |"


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"{title}:\n"
        yield from found
        yield ""


def _events(article: Article) -> Iterator[tuple[type[Event], tuple[str, ...]]]:
    for cls in EVENTS.values():
        places = _places(article, cls.law)
        if places:
            yield cls, places


def _reasons(article: Article) -> Iterator[tuple[ReasonEntry, tuple[str, ...]]]:
    for entry in CATALOGUE.values():
        places = _places(article, entry.grounds)
        if places:
            yield entry, places


def _places(article: Article, named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(place for number, place in provisions(named) if number == article.number)


def _event(cls: type[Event], places: Iterable[str] = ()) -> str:
    return f"- {_event_link(cls.event_name)}{_at(places)}, by {cls.signed_by}. Shown by: {links([cls.event_name])}"


def _reason(entry: ReasonEntry, places: Iterable[str] = ()) -> str:
    rows = " ".join(row.id for row in ROWS.values() if entry.reason in row.reasons)
    facts = [
        generate_reasons.severity(entry),
        f"limb {generate_reasons.limb(entry)}",
        *([f"rows {rows}"] if rows else []),
    ]
    return f"- {_reason_link(entry)}{_at(places)}: {', '.join(facts)}. Shown by: {links([entry.reason])}"


def _at(places: Iterable[str]) -> str:
    named = ", ".join(place if place.startswith("¶") else f"limb ({place})" for place in places if place)
    return f" ({named})" if named else ""


def _limbs() -> Iterator[str]:
    for limb, meaning in load_order().limbs.items():
        codes = [entry for entry in CATALOGUE.values() if limb in (entry.limb, entry.limb_if_sensitive)]
        by = ", ".join(map(_reason_link, codes)) or "no reason of the machine; people say it"
        yield f"- **{limb}** {meaning}: {by}"


def _event_link(name: str) -> str:
    return f"[{name}](events.md#{name.replace('.', '')})"


def _reason_link(entry: ReasonEntry) -> str:
    return f"[{entry.reason}](reasons.md#{entry.reason.lower()})"


def _tables() -> Iterator[str]:
    yield "## The decision tables\n"
    yield "The first row that matches gives the base verdict; all reasons count"
    yield "(see [how an act is judged](../explanation/judgement.md)).\n"
    yield "| row | finds | base verdict | by | shown by |"
    yield "|---|---|---|---|---|"
    for row in ROWS.values():
        by = ", ".join(_reason_link(CATALOGUE[reason]) for reason in row.reasons)
        yield f"| {row.id} | {row.finds} | {row.verdict} | {by or '–'} | {links([row.id])} |"
    yield ""


def _cases() -> Iterator[str]:
    yield "## What comes afterwards\n"
    yield "Cases for which the Order has no rule of its own. The rules are ours, from the articles above.\n"
    for each in load_order().cases:
        shown_note = f"Shown by: {links_to(each.tests)}" if each.tests else f"Outside: {each.outside}"
        yield f"- **{each.case}**: {each.rule}. {shown_note}"
    yield ""


def _other_law() -> Iterator[str]:
    yield "## What rests on other law\n"
    yield "Statutes beside the Order, named as in the reference of events and reasons.\n"
    for cls in EVENTS.values():
        yield from _with_law(cls.law, _event(cls))
    for entry in CATALOGUE.values():
        yield from _with_law(entry.grounds, _reason(entry))
    yield ""


def _with_law(named: tuple[str, ...], line: str) -> Iterator[str]:
    others = [provision for provision in named if place_of(provision) is None]
    if others:
        yield f"{line} ({'; '.join(others)})"


def _ours() -> Iterator[str]:
    yield "## What rests on no law\n"
    yield "Needed for the evidence or for completeness; no provision asks for it.\n"
    yield from (_event(cls) for cls in EVENTS.values() if not cls.law)
    yield from (_reason(entry) for entry in CATALOGUE.values() if not entry.grounds)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
