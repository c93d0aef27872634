"""The sentences of the reason codes, Chinese first. Names in braces are the parameters of a raised reason.

The wording is this project's; no legal text is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.reasons.catalogue import Reason

LANGUAGES: Final = ("zh", "en")

_ZH_EN: Mapping[str, tuple[str, str]] = {
    "PARTY_OUT_OF_SCOPE": (
        "{parties} 当时不属于可参与共享的行政机关",
        "{parties} could not take part in sharing at the time",
    ),
    "NO_GRANT": ("没有覆盖该机关与该资源的授权", "No grant covers this organ and this resource"),
    "GRANT_NOT_YET_EFFECTIVE": ("授权自 {from} 起生效", "The grant takes effect on {from}"),
    "GRANT_EXPIRED": ("授权已于 {to} 届满", "The grant ended on {to}"),
    "GRANT_REVOKED": ("授权已自 {effect} 起撤销", "The grant is revoked since {effect}"),
    "GRANT_SUSPENDED": ("授权自 {effect} 起暂停（{cause}）", "The grant is suspended since {effect} ({cause})"),
    "REVOKED_UNNOTIFIED": (
        "授权自 {effect} 起变更，通知尚未送达",
        "The grant changed on {effect}; notice had not arrived",
    ),
    "BACKDATED": ("所依据的记录 {records} 事后补记", "The records relied on came after the act: {records}"),
    "USE_BEFORE_DELIVERY": ("使用早于所引提供 {delivery}", "The use is earlier than the delivery it cites: {delivery}"),
    "OUT_OF_SCOPE_FIELDS": ("超出授权信息项：{fields}", "Fields beyond the grant: {fields}"),
    "OUT_OF_SCOPE_SUBJECTS": ("超出授权区划：{divisions}", "Divisions beyond the grant: {divisions}"),
    "OUT_OF_SCOPE_USERS": ("使用岗位或单位不符：{users}", "Unit or post not covered, or not held: {users}"),
    "PURPOSE_MISSING": ("未记录用途", "No purpose is recorded"),
    "PURPOSE_MISMATCH": (
        "用途 {purpose} 不在授权用途（{granted}）之内",
        "Purpose {purpose} is not among those granted: {granted}",
    ),
    "NOT_DUTY_RELATED": ("缺少职责依据，或不属本机关获准的职责依据", "No duty basis, or none of those granted"),
    "AGREEMENT_MISSING": (
        "敏感信息，双方未就此授权提出保密协议",
        "Sensitive, and no agreement was proposed on this grant",
    ),
    "AGREEMENT_NOT_IN_FORCE": ("保密协议 {agreement} 当时未生效", "Agreement {agreement} was not in force"),
    "AGREEMENT_TERMINATED": ("保密协议 {agreement} 当时已终止", "Agreement {agreement} had been terminated"),
    "AGREEMENT_EXPIRED": ("保密协议 {agreement} 当时已到期", "Agreement {agreement} had expired"),
    "AGREEMENT_SUSPENDED": ("保密协议 {agreement} 当时已暂停", "Agreement {agreement} was suspended"),
    "AGREEMENT_SCOPE": ("超出保密协议 {agreement} 的范围：{beyond}", "Beyond agreement {agreement}: {beyond}"),
    "SECRECY_REVIEW_MISSING": ("提供机关未完成保密审查", "The provider had not concluded its secrecy review"),
    "SECRECY_REVIEW_BLOCKED": ("提供机关保密审查结论为不得提供", "The provider's secrecy review blocks the delivery"),
    "WRONG_NETWORK": (
        "国家秘密经 {network} 处理，网络或系统密级不符",
        "State secret on {network}: network or system not fit",
    ),
    "OFF_PLATFORM_NO_REASON": ("未经平台提供且未说明特殊原因", "Off the platform without a special reason"),
    "STATISTICS_MISSING": ("{period} 平台外提供未报统计", "No statistics for off-platform deliveries of {period}"),
    "WRONG_PROVIDER_LEVEL": (
        "省级集中资源，提供机关 {provider} 非省级",
        "Centralised at the province; {provider} is not provincial",
    ),
    "PROVIDER_NOT_SOURCE": ("数源机关为 {source}", "The source of record is {source}"),
    "FEE_CHARGED": ("共享收取费用：{evidence}", "A fee was charged for sharing: {evidence}"),
    "NOT_ACKNOWLEDGED": ("至 {due} 未确认收讫", "Not acknowledged by {due}"),
    "NO_CONSENT": ("未经提供机关同意对外发布", "Released without the provider's consent"),
    "CONSENT_SCOPE": ("超出提供机关同意的范围：{beyond}", "Beyond what the provider consented to: {beyond}"),
    "CONSENT_EXPIRED": ("提供机关的同意已于 {expires} 到期", "The provider's consent expired on {expires}"),
    "CONSENT_AFTER_RELEASE": ("提供机关的同意晚于发布", "The provider consented only after the release"),
    "NO_SOURCE_ATTRIBUTION": ("未注明信息来源", "The source is not stated"),
    "NOT_IN_DISCLOSURE_SCOPE": ("所称公开范围不成立", "The disclosure scope claimed is not made out"),
    "DISCLOSURE_SCOPE_UNKNOWN": (
        "所称公开范围未引依据或尚有争议",
        "Disclosure scope claimed without article, or contested",
    ),
    "SENSITIVE_RELEASE": (
        "敏感信息（{classes}）不得如此发布",
        "Sensitive information ({classes}) may not be released so",
    ),
    "DISCLOSER_NOT_ORIGINATOR": (
        "公开主体非信息制作或最初获取机关",
        "Disclosed by another organ than the one that made it",
    ),
    "ONWARD_TO_THIRD_PARTY": ("转供第三方 {recipient}", "Passed on to a third party: {recipient}"),
    "CLASSIFICATION_DISPUTED": ("定性争议 {disputes} 未决", "The class is in dispute: {disputes}"),
    "RECLASSIFIED_LATER": ("事后定为更严类别（{classes}）", "Classified more strictly afterwards ({classes})"),
    "LATE_UPDATE": ("变化 {change} 应于 {due} 前更新", "Change {change} was to be updated by {due}"),
    "STALE_INFORMATION": (
        "当时所用信息逾期未更新（应于 {due} 前）",
        "The information was overdue for update (by {due})",
    ),
    "DISCREPANCY_OPEN": ("数据差异 {discrepancies} 未核结", "An open discrepancy concerns the item: {discrepancies}"),
    "RECOLLECTED": ("可经共享取得的数据重复采集：{datum}", "Collected although sharing supplies it: {datum}"),
    "LATE_RECORD": ("补录：晚记 {lag} 个工作日", "Recorded {lag} working days late"),
    "KEY_COMPROMISED": (
        "签名密钥存疑（{records}），机关尚未确认",
        "Signed by a doubtful key, not reaffirmed: {records}",
    ),
    "EVIDENCE_GAP": ("所引 {missing} 在账本中没有", "Cited but not in the ledger: {missing}"),
    "EMERGENCY_CLAIMED": ("主张应急依据：{statute}", "An emergency statute is claimed: {statute}"),
    "UNLAWFUL_REFUSAL_GROUND": ("拒绝理由 {ground} 不在法定事由之列", "Ground {ground} is none of the lawful ones"),
    "STATUTE_NOT_CITED": ("以 {ground} 拒绝而未引条款", "Refused as {ground} without citing the provision"),
    "REASONS_MISSING": ("未书面说明理由", "No written reasons were given"),
    "REFUSAL_NOT_FILED": ("至 {due} 未报信息化主管部门", "Not filed with the authority by {due}"),
    "LATE_RESPONSE": ("应于 {due} 前答复", "An answer was due by {due}"),
    "RULING_IGNORED": ("至 {due} 未按裁定共享", "The ruling was not complied with by {due}"),
    "UNLAWFUL_REVOCATION_GROUND": (
        "撤销或收窄授权缺少法定事由（{cause}）",
        "Revoked or narrowed without a lawful ground ({cause})",
    ),
    "OBJECTION_SKIPPED": ("未先向原定密机关提出异议", "The classifying organ was not asked first"),
    "ISSUER_UNUSUAL": ("通报机关 {issuer} 非主管部门或本级政府", "Criticism issued by another organ: {issuer}"),
}
SENTENCES: Mapping[Reason, Mapping[str, str]] = MappingProxyType(
    {reason: MappingProxyType(dict(zip(LANGUAGES, _ZH_EN[reason], strict=True))) for reason in Reason}
)


def sentence(reason: Reason, params: Mapping[str, str], *, language: str = "zh") -> str:
    """Return the reason as a sentence about one case."""
    return SENTENCES[reason][language].format_map(params)
