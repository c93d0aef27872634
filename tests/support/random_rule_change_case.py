"""Random cases in which the law and the working days change too: days, years, local closures, versions, divisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain import events as e
from domain.deadlines.calendar import YearSchedule
from domain.families.founding.events import FoundingCalendar, FoundingRuleSet
from domain.rules.bundled import load_calendar, load_rule_sets
from replay.rulebook import BundledData
from tests.support.payloads import ORIGIN, founded
from tests.support.random_multi_party_case import RandomMultiPartyCase
from tests.support.story import AUTHORITY, DIGEST, DOC

ORDER_85, REGULATION_809 = load_rule_sets()["js-85-2012"], load_rule_sets()["cn-809-2025"]


def with_settings(version: int, **settings: Any) -> Any:
    changed = replace(ORDER_85.settings, **settings)
    return replace(ORDER_85, version=version, settings=changed, digest=str(version) * 64)


LENIENT = with_settings(2, recording_lag_wd=6, purpose_grace_wd=4)
STRICT = with_settings(3, recording_lag_wd=0, acknowledgement_wd=2, refusal_filing_grace_wd=1)

# A made-up notice for 2027, in the manner of the real ones.
SCHEDULE_2027 = YearSchedule(
    year=2027,
    rest={
        **{date(2027, 1, day): "元旦" for day in (1, 2, 3)},
        **{date(2027, 2, day): "春节" for day in range(5, 13)},
        **{date(2027, 10, day): "国庆节" for day in range(1, 8)},
    },
    make_up={date(2027, 1, 31): "春节", date(2027, 2, 20): "春节", date(2027, 10, 9): "国庆节"},
)
SHIPPED = load_calendar()
DATA = BundledData(SHIPPED.with_years([SCHEDULE_2027]), (ORDER_85, REGULATION_809, LENIENT, STRICT))


def activated(rules: Any, **changes: Any) -> e.RulesetActivated:
    members: dict[str, Any] = {
        "post": "岗-01",
        "version": rules.version,
        "effective_from": rules.effective_from,
        "divisions": ("320000",),
        "objects": ("政务信息资源",),
        "rank": rules.rank,
        "text_status": "reconstructed",
        "status": "in_force",
        "digest": rules.digest,
    }
    return e.RulesetActivated(**(members | changes))


class RandomRuleChangeCase(RandomMultiPartyCase):
    """The same seed gives the same acts."""

    def cast(self) -> RandomRuleChangeCase:
        event = founded(
            rule_set=FoundingRuleSet(id=ORDER_85.id, version=1, digest=ORDER_85.digest),
            calendar=FoundingCalendar(years=tuple(sorted(SHIPPED.years)), digest=SHIPPED.digest()),
        )
        self.record(f"ledger/{ORIGIN}", AUTHORITY, "2026-01-02", event)
        super().cast()
        return self

    def record_random_acts(self, acts: int) -> RandomRuleChangeCase:
        super().record_random_acts(acts)
        return self

    def may_change_days(self) -> None:
        days = tuple(e.CalendarDay(date=self.day(back=25), working=self.random.random() < 0.3) for _ in range(4))
        self.note("calendar/cn", AUTHORITY, e.CalendarAmended(post="岗-01", notice=DOC, digest=DIGEST, days=days))

    def may_publish_a_year(self) -> None:
        digest = self.random.choice((DIGEST, DATA.calendar.years[2026].digest()))
        self.note("calendar/cn", AUTHORITY, e.CalendarPublished(post="岗-01", years=(2026,), notice=DOC, digest=digest))

    def may_close_a_division(self) -> None:
        start = self.day(back=25)
        days = tuple(e.CalendarDay(date=start + timedelta(days=each), working=False) for each in range(7))
        event = e.CalendarLocalOverlayAdded(
            post="岗-01", division=self.random.choice(("320000", "320100")), days=days, instrument=DOC
        )
        self.note("calendar/js", AUTHORITY, event)

    def may_activate(self) -> None:
        rules = self.random.choice((LENIENT, STRICT, REGULATION_809))
        start = self.day(back=30)
        event = activated(
            rules,
            version=rules.version if rules is not REGULATION_809 else self.random.randint(1, 3),
            effective_from=start,
            effective_to=self.random.choice((None, None, start + timedelta(days=20))),
            divisions=(self.random.choice(("320000", "320100")),),
            status=self.random.choice(("in_force", "in_force", "disabled")),
        )
        self.note(f"ruleset/{rules.id}", AUTHORITY, event)

    def may_deny_a_rule(self) -> None:
        if act := self.of(e.CalendarAmended, e.CalendarLocalOverlayAdded, e.RulesetActivated):
            self.note(act.stream, AUTHORITY, e.EventDisowned(post="经办岗-01", events=(act.ref,), reason="误"))
