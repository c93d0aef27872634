"""Some fifty organs of a province, five cities and four counties. Their codes are fictitious and check-valid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.vocabulary.uscc import check_character

PROVINCE = "320000"
RESPONSIBLE, REVIEWER = "责任岗-01", "审核岗-01"
CLERKS = ("经办岗-01", "经办岗-02")

CITIES = (("320100", "南京市"), ("320500", "苏州市"), ("320200", "无锡市"), ("320600", "南通市"), ("320300", "徐州市"))
COUNTIES = (("320583", "昆山市"), ("320281", "江阴市"), ("320682", "如皋市"), ("320322", "沛县"))
SEATS = ("320100", "320500")  # the cities with an authority of their own (Art. 5)

# The lines of administration: name in the province, name in a city or county, and the lowest level with an organ.
_LINES = (
    ("民政厅", "民政局", "COUNTY"),
    ("医疗保障局", "医疗保障局", "COUNTY"),
    ("公安厅", "公安局", "CITY"),
    ("人力资源和社会保障厅", "人力资源和社会保障局", "CITY"),
    ("自然资源厅", "自然资源和规划局", "PROVINCE"),
    ("住房和城乡建设厅", "住房和城乡建设局", "PROVINCE"),
    ("市场监督管理局", "市场监督管理局", "PROVINCE"),
    ("财政厅", "财政局", "PROVINCE"),
    ("统计局", "统计局", "PROVINCE"),
    ("应急管理厅", "应急管理局", "PROVINCE"),
    ("生态环境厅", "生态环境局", "PROVINCE"),
    ("交通运输厅", "交通运输局", "PROVINCE"),
    ("工业和信息化厅", "工业和信息化局", "PROVINCE"),
)
_FIRST_SERIAL = 5_001  # serial numbers below belong to the departments of the demo year


@dataclass(frozen=True, slots=True)
class Organ:
    """A party. ``line`` is the index of its line of administration, or -1."""

    uscc: str
    name: str
    category: str
    level: str
    division: str
    line: int = -1

    @property
    def source(self) -> str:
        return f"urn:uscc:{self.uscc}"

    @property
    def unit(self) -> str:
        return "业务一处"


def code_of(division: str, serial: int) -> str:
    """Return a unified social credit code of a State organ (GB 32100). Both its check characters are valid."""
    digits = f"{serial:08d}"
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    own = (11 - weighted % 11) % 11
    first = f"11{division}{digits}{'X' if own == 10 else own}"
    return first + check_character(first)


@dataclass(frozen=True, slots=True)
class OrganRegister:
    """All organs, and the holders of the offices."""

    organs: tuple[Organ, ...]  # the organs that share, of every level
    authorities: dict[str, Organ]  # division → authority
    governments: dict[str, Organ]
    operator: Organ
    secrecy: Organ
    monitoring: Organ
    appointing: Organ

    def everybody(self) -> Iterator[Organ]:
        yield from (*self.authorities.values(), *self.governments.values())
        yield from (self.operator, self.secrecy, self.monitoring, self.appointing)
        yield from self.organs

    def authority_over(self, organ: Organ) -> Organ:
        """Return the authority of the organ's division, or the province's if the division has none (3.2)."""
        return self.authorities.get(organ.division, self.authorities[PROVINCE])


def organ_register() -> OrganRegister:
    """Return the organs. They are the same at every call."""
    serials = iter(range(_FIRST_SERIAL, 9_999))

    def organ(name: str, category: str, level: str, division: str, line: int = -1) -> Organ:
        return Organ(code_of(division, next(serials)), name, category, level, division, line)

    def office(name: str, category: str) -> Organ:
        return organ(f"江苏省{name}", category, "PROVINCE", PROVINCE)

    authorities = {PROVINCE: office("数据局", "ORGAN")}
    governments = {PROVINCE: office("人民政府", "GOVERNMENT")}
    cities = dict(CITIES)
    for division in SEATS:
        authorities[division] = organ(f"{cities[division]}数据局", "ORGAN", "CITY", division)
        governments[division] = organ(f"{cities[division]}人民政府", "GOVERNMENT", "CITY", division)
    sharing: list[Organ] = []
    for line, (province, below, depth) in enumerate(_LINES):
        sharing.append(organ(f"江苏省{province}", "ORGAN", "PROVINCE", PROVINCE, line))
        if depth != "PROVINCE":
            sharing += [organ(f"{name}{below}", "ORGAN", "CITY", division, line) for division, name in CITIES]
        if depth == "COUNTY":
            sharing += [organ(f"{name}{below}", "ORGAN", "COUNTY", division, line) for division, name in COUNTIES]
    return OrganRegister(
        organs=tuple(sharing),
        authorities=authorities,
        governments=governments,
        operator=office("大数据管理中心", "OPERATOR"),
        secrecy=office("国家保密局", "SECRECY"),
        monitoring=office("电子监察中心", "MONITORING"),
        appointing=office("公务员主管部门", "APPOINTING"),
    )
