"""The shapes of deadlines, for the API description."""

from __future__ import annotations

from api.http.schemas import MOMENT, Schema, flag, many, maybe, maybe_whole, named, shape, text, whole
from api.read.answer_schemas import DAY, INDEX, MAYBE_DAY, MAYBE_MOMENT, USCC, answer_shape, page_shape

_DEADLINE: dict[str, Schema] = {
    "stream": text("The case that it runs in."),
    "clock": text("Which clock, as in docs/reference/answers.md."),
    "index": INDEX,
    "started_at": MOMENT,
    "state": text("running, overdue, age_only, met, late."),
    "days": maybe_whole("Working days; null where the rule set gives no number, or an organ set the day."),
    "earliest": MAYBE_DAY,
    "latest": MAYBE_DAY,
    "provisional": flag("A year's calendar is not published: the day lies between the two."),
    "end_of_day": text("When the last day ends, +08:00."),
    "met_at": MAYBE_MOMENT,
    "days_left": maybe_whole("Working days after today to the earliest day, while it runs."),
    "days_late": maybe_whole("Working days after the latest day, today (or the day on which it was met) included."),
    "age": maybe_whole("Working days since the start, where there is no due day."),
    "basis": text("The article, or that there is none."),
    "certainty": text("The mark of the number: reconstructed, unverified, ours (a setting, not in law)."),
    "rule_set": text(),
    "rule_set_version": whole(),
    "responsible": USCC,
    "requester": maybe(),
    "provider": maybe(),
    "item": maybe(),
    "case": maybe("The share request."),
}

DEADLINES: dict[str, Schema] = {
    "DeadlinePage": page_shape("Deadline", "Clocks."),
    "Deadline": shape("A clock at the instant of the question. Silence is never an approval.", _DEADLINE),
    "DeadlineFile": answer_shape("The clocks that one entry started.", {"deadlines": many(named("CountedDeadline"))}),
    "CountedDeadline": shape(
        "A clock with its counting; empty where no days are counted.",
        {**_DEADLINE, "counting": many(named("CountedDay"))},
    ),
    "CountedDay": shape(
        "A day from the one after the start on. It counts if it has a number.",
        {
            "day": DAY,
            "number": maybe_whole("n for the n-th working day; null for a day of rest."),
            "kind": text("WEEKDAY, MAKE_UP (a weekend day that is worked), WEEKEND, HOLIDAY."),
            "name": maybe("The festival."),
            "published": flag("False: its year is not published, and it is counted as it may be at worst."),
        },
    ),
}
