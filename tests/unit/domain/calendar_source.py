"""Where domain/data/calendar-cn.json comes from: python -m tests.unit.domain.calendar_source >
domain/data/calendar-cn.json

Rest and make-up days are chinesecalendar's (it stops, rightly, at the last published year); the festivals' own dates of
years that are not published yet are computed by `holidays`. Both are build dependencies only: the product reads the
JSON. Numbers and dates of the notices are from a public table of them (2008 on). Nobody here has compared it with the
gazette, and they are marked so; the addresses are those that `holidays` documents per year.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from chinese_calendar import constants
from holidays.calendars.chinese import _ChineseLunisolar
from holidays.countries.china import China

PUBLISHED = range(2004, 2027)
FESTIVALS_UNTIL = 2051
# Number and day of the notice for each year. Before 2008: not known.
NOTICES = {
    2008: ("国办发明电〔2007〕52号", "2007-12-15"),
    2009: ("国办发明电〔2008〕42号", "2008-12-04"),
    2010: ("国办发明电〔2009〕27号", "2009-12-08"),
    2011: ("国办发明电〔2010〕40号", "2010-12-10"),
    2012: ("国办发明电〔2011〕45号", "2011-12-06"),
    2013: ("国办发明电〔2012〕33号", "2012-12-08"),
    2014: ("国办发明电〔2013〕28号", "2013-12-11"),
    2015: ("国办发明电〔2014〕28号", "2014-12-16"),
    2016: ("国办发明电〔2015〕18号", "2015-12-10"),
    2017: ("国办发明电〔2016〕17号", "2016-12-01"),
    2018: ("国办发明电〔2017〕12号", "2017-11-30"),
    2019: ("国办发明电〔2018〕15号", "2018-12-04"),
    2020: ("国办发明电〔2019〕16号", "2019-11-21"),
    2021: ("国办发明电〔2020〕27号", "2020-11-25"),
    2022: ("国办发明电〔2021〕11号", "2021-10-25"),
    2023: ("国办发明电〔2022〕16号", "2022-12-08"),
    2024: ("国办发明电〔2023〕7号", "2023-10-25"),
    2025: ("国办发明电〔2024〕12号", "2024-11-12"),
    2026: ("国办发明电〔2025〕7号", "2025-11-04"),
}
# Announced or widened in the year itself, so the schedule differs from that year's first notice: festival and notice.
CHANGED_MID_YEAR = {
    2015: ["抗战胜利70周年纪念日 国发明电〔2015〕1号"],
    2019: ["劳动节 国办发明电〔2019〕3号"],
    2020: ["春节 国办发明电〔2020〕1号"],
}
CHINESE = {holiday.value: holiday.chinese for holiday in constants.Holiday}
NAMES = {"中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利70周年纪念日"}


def _name(english: str) -> str:
    return NAMES.get(CHINESE[english], CHINESE[english])


def _days(table: dict[date, str], year: int) -> dict[str, str]:
    return {day.strftime("%m-%d"): _name(name) for day, name in sorted(table.items()) if day.year == year}


def _digest(year: int, rest: dict[str, str], make_up: dict[str, str]) -> str:
    """The year's digest as docs/reference/calendar.md defines it."""
    lines = [f"{year}-{day} rest {name}\n" for day, name in rest.items()]
    lines += [f"{year}-{day} work {name}\n" for day, name in make_up.items()]
    return sha256("".join(sorted(lines)).encode()).hexdigest()


def _addresses() -> dict[int, str]:
    """The gazette page of each year's notice, as documented by `holidays`."""
    found = re.findall(r"\* \[(\d{4})\]\(https://web\.archive\.org/web/\d+/(https://[^)]+)\)", China.__doc__ or "")
    return {int(year): address for year, address in found}


def _year(year: int, addresses: dict[int, str]) -> dict[str, Any]:
    rest, make_up = _days(constants.holidays, year), _days(constants.workdays, year)
    number, issued = NOTICES.get(year, (None, None))
    notice = {
        "title": f"国务院办公厅关于{year}年部分节假日安排的通知",
        "no": number,
        "issued": issued,
        "certainty": "unverified",
        "checked_by": None,
        "checked_on": None,
        "address": addresses.get(year),
        "changed_mid_year": CHANGED_MID_YEAR.get(year, []),
    }
    return {"notice": notice, "rest": rest, "make_up": make_up, "digest": _digest(year, rest, make_up)}


def _festivals(year: int) -> dict[str, str]:
    lunar = _ChineseLunisolar()
    moving = {
        "春节": lunar.lunar_new_year_date(year),
        "清明": lunar.qingming_date(year),
        "端午": lunar.dragon_boat_date(year),
        "中秋": lunar.mid_autumn_date(year),
    }
    dates = {"元旦": "01-01", "劳动节": "05-01", "国庆节": "10-01"}
    for name, (day, _) in moving.items():
        assert day is not None
        dates[name] = day.strftime("%m-%d")
    return dict(sorted(dates.items(), key=lambda item: item[1]))


def build() -> str:
    addresses = _addresses()
    data = {
        "id": "cn",
        "zone": "+08:00",
        "made_with": {name: version(name) for name in ("chinesecalendar", "holidays")},
        "years": {str(year): _year(year, addresses) for year in PUBLISHED},
        "festivals": {str(year): _festivals(year) for year in range(PUBLISHED.start, FESTIVALS_UNTIL)},
    }
    return _one_line_per_table(data)


def _one_line_per_table(data: dict[str, Any]) -> str:
    """JSON whose innermost objects stand on one line each, so that a diff of the file reads as a change of schedule."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return re.sub(r"\{[^{}]*\}|\[[^\[\]{}]*\]", lambda found: re.sub(r"\s*\n\s*", " ", found.group()), text) + "\n"


if __name__ == "__main__":
    sys.stdout.write(build())
