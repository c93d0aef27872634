"""Refusals: the reasons why a record is not admitted. An unlawful act is admitted and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    zh: str
    en: str


def _titles(*rows: tuple[str, str, str]) -> Mapping[str, Title]:
    return MappingProxyType({code: Title(zh=zh, en=en) for code, zh, en in rows})


# TYPE_UNKNOWN and FIELD_UNKNOWN are this project's own. An unknown type cannot be interpreted, and an unknown member
# may carry data that the ledger must not hold.
CODES: Mapping[str, Title] = _titles(
    (
        "SIGNER_UNAUTHORISED",
        "签名密钥或岗位当时未获授权",
        "The key or the post was not authorised when it arrived",
    ),
    ("PARTY_UNKNOWN", "所述机关未登记", "An organ named in the record is not registered"),
    ("WRONG_ROLE", "该角色无权在此记录此事项", "This role may not record this event in this stream"),
    ("WRONG_LEVEL", "角色正确，层级或区划不符", "The role is right, the level or the division is not"),
    ("WRONG_STATE", "当前状态下不能发生此事项", "The event is not possible in the stream's state"),
    ("FIELD_MISSING", "缺少必填项或为空", "A required member is absent or empty"),
    ("FIELD_INVALID", "填写内容不符合格式或取值", "A member has a bad format, check digit or code"),
    ("FIELD_UNKNOWN", "出现未定义的字段", "A member is not defined for this event"),
    ("TYPE_UNKNOWN", "未知的事项类型或版本", "The event type, or its version, is not known here"),
    ("SAME_ORGAN", "双方为同一机关", "One organ is on both sides"),
    ("SECOND_POST_MISSING", "须有第二个不同岗位", "A second, different post is needed"),
    ("DIGEST_MISMATCH", "双方摘要不一致", "The two sides state different digests"),
    (
        "WIDER_THAN_REQUEST",
        "批准范围超出申请，或缩小变为扩大",
        "An approval exceeds the request, or a narrowing widens",
    ),
    ("EFFECT_BACKDATED", "协议生效日早于允许日期", "The agreement would take effect earlier than allowed"),
    ("FUTURE_DATED", "发生时间晚于记录时间", "The time of the fact lies after its recording"),
    ("STATUTE_MISSING", "不予共享或重复采集例外未引法条", "Not sharing, or collecting again, needs a statute"),
    (
        "WRONG_PROVIDER_LEVEL",
        "省级集中资源的提供方须为省级机关",
        "A provincially centralised resource has a provincial provider",
    ),
    ("CONTENT_FORBIDDEN", "普通账本不得载有国家秘密内容", "Content of a (claimed) state secret on an ordinary ledger"),
    ("ID_REUSED", "同一来源同一编号内容不同", "The same source and id came with other bytes"),
)
