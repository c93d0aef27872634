"""Departments, posts and catalogue of the demo. Posts replace persons; codes are fictitious and check-valid."""

from __future__ import annotations

from dataclasses import dataclass

RESPONSIBLE = "责任岗-01"
REVIEWER = "审核岗-01"
CLERKS = ("经办岗-01", "经办岗-02", "经办岗-03", "经办岗-04")
DIVISION = "320000"


@dataclass(frozen=True, slots=True)
class StoryParty:
    """A department: ``category`` and ``level`` are codes of the law's register of parties."""

    key: str
    uscc: str
    name: str
    category: str = "ORGAN"
    level: str = "PROVINCE"
    division: str = DIVISION
    unit: str = "业务处"


@dataclass(frozen=True, slots=True)
class StoryItem:
    """A catalogue item: ``classes`` are the provider's classification, ``fields`` the information items it offers."""

    code: str
    name: str
    provider: str
    classes: tuple[str, ...]
    share_type: str
    fields: tuple[str, ...]
    update_cycle: str = "每月"


PARTIES: dict[str, StoryParty] = {
    party.key: party
    for party in (
        StoryParty("数据局", "113200000000000863", "江苏省数据局", unit="共享监督处"),
        StoryParty("省政府", "11320000000000094X", "江苏省人民政府", category="GOVERNMENT", unit="办公厅"),
        StoryParty("大数据中心", "1232000000000006X5", "江苏省大数据管理中心", category="OPERATOR", unit="平台运维部"),
        StoryParty("保密局", "11320000000000211P", "江苏省国家保密局", category="SECRECY", unit="督查处"),
        StoryParty("民政厅", "113200000000000195", "江苏省民政厅", unit="社会救助处"),
        StoryParty("市监局", "113200000000000270", "江苏省市场监督管理局", unit="登记注册局"),
        StoryParty("南京民政", "113201000000000350", "南京市民政局", level="CITY", division="320100", unit="救助科"),
        StoryParty("公安厅", "11320000000000107K", "江苏省公安厅", unit="治安总队"),
        StoryParty("人社厅", "11320000000000115E", "江苏省人力资源和社会保障厅", unit="社保处"),
        StoryParty("自然资源厅", "113200000000001239", "江苏省自然资源厅", unit="确权登记局"),
        StoryParty("住建厅", "113200000000001314", "江苏省住房和城乡建设厅", unit="住房保障处"),
        StoryParty("交通厅", "1132000000000014XU", "江苏省交通运输厅", unit="运输管理处"),
        StoryParty("工信厅", "11320000000000158U", "江苏省工业和信息化厅", unit="节能处"),
        StoryParty("生态环境厅", "11320000000000166N", "江苏省生态环境厅", unit="监测处"),
        StoryParty("医保局", "11320000000000174H", "江苏省医疗保障局", unit="医药服务处"),
        StoryParty("财政厅", "11320000000000182C", "江苏省财政厅", unit="社会保障处"),
        StoryParty("统计局", "113200000000001907", "江苏省统计局", unit="普查中心"),
        StoryParty("应急厅", "11320000000000203W", "江苏省应急管理厅", unit="危化监管处"),
    )
}

_C04 = ("统一社会信用代码", "年度", "资产总额", "负债总额", "营业总收入", "从业人数", "股东出资")
# The first three are public by law, as the dispute on this item settles. The others are trade secrets.
_C07 = ("企业名称", "行业类别", "年度", "能耗品种", "能耗量", "单位产品能耗", "产品产量", "工艺设备", "节能项目")

CATALOGUE: dict[str, StoryItem] = {
    item.code: item
    for item in (
        StoryItem("C01", "人口基础信息", "公安厅", ("privacy",), "2", ("公民身份号码", "姓名", "户籍状态", "家庭关系")),
        StoryItem("C02", "婚姻登记", "民政厅", ("privacy",), "2", ("登记类别", "登记日期")),
        StoryItem("C03", "法人单位基础信息", "市监局", (), "1", ("统一社会信用代码", "名称", "行业", "登记状态")),
        StoryItem("C04", "企业年报(未公示部分)", "市监局", ("trade_secret",), "2", _C04),
        StoryItem("C05", "社保参保缴费", "人社厅", ("privacy",), "2", ("参保状态", "缴费基数")),
        StoryItem("C06", "不动产登记", "自然资源厅", ("privacy",), "2", ("坐落", "用途", "权利状态")),
        StoryItem("C07", "重点企业用能与产量", "工信厅", ("trade_secret",), "2", _C07),
        StoryItem("C08", "排污单位自动监测", "生态环境厅", ("trade_secret",), "2", ("排口", "浓度")),
        StoryItem("C09", "基础测绘成果", "自然资源厅", (), "2", ("图幅号", "成图日期")),
        StoryItem("C10", "基本单位名录", "统计局", (), "2", ("单位代码", "单位名称")),
        StoryItem("C11", "低保特困人员", "民政厅", ("privacy",), "2", ("保障类别", "起止日期")),
        StoryItem("C12", "定点医药机构结算", "医保局", ("privacy",), "2", ("机构代码", "结算额")),
        StoryItem("C13", "惠民补贴发放", "财政厅", ("privacy",), "2", ("补贴项目", "发放对象", "发放额")),
        StoryItem("C14", "危化品企业信息", "应急厅", (), "2", ("企业名称", "许可范围", "有效期")),
        StoryItem("C15", "住房公积金缴存", "住建厅", ("privacy",), "2", ("缴存状态", "缴存额")),
    )
}

# Items outside the first catalogue: described in a request and classified then (4.4), or published in place of C09.
LATER: dict[str, StoryItem] = {
    item.code: item
    for item in (
        StoryItem("C16", "排污许可证执行报告", "生态环境厅", (), "2", ("许可证编号", "报告期", "执行情况")),
        StoryItem("C09b", "基础测绘成果(低精度公开版)", "自然资源厅", (), "2", ("图幅号", "成图日期")),
    )
}
ITEMS: dict[str, StoryItem] = {**CATALOGUE, **LATER}

# The department whose key is replaced in the course of the year (row 50).
ROTATING = "自然资源厅"


def uscc(key: str) -> str:
    """Return the unified social credit code of a department by its short name."""
    return PARTIES[key].uscc
