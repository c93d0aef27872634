"""Every code that an answer can carry, with status, titles and what to do; the law's own are from its table 5.2.2."""

from __future__ import annotations

from dataclasses import dataclass

from domain.reasons.refusals import CODES


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: HTTP status, title and advice in both languages, the article it rests on."""

    status: int
    zh: str
    en: str
    next_zh: str
    next_en: str
    law: str = ""
    retryable: bool = False


_FIX_LINE = (
    "按 errors 逐行改正后,整批重新签名提交。",
    "Correct every line listed in errors, sign again and send the whole submission.",
)
_SIGN = ("用已登记的密钥重新签名。", "Sign again with a registered key.")
_QUERY = ("按文档改正查询参数。", "Correct the query parameters; the reference lists them.")

_OF_SUBMISSIONS: dict[str, Kind] = {
    # --- the submission as bytes
    "SUBMISSION_MALFORMED": Kind(400, "提交格式不正确", "The submission is malformed", *_FIX_LINE),
    "SUBMISSION_REFUSED": Kind(422, "提交未被接收", "The submission is refused", *_FIX_LINE),
    "NOT_JSON": Kind(400, "不是合法的 JSON", "Not JSON", *_FIX_LINE),
    "NOT_AN_OBJECT": Kind(400, "记录必须是一个 JSON 对象", "A record is one JSON object", *_FIX_LINE),
    "DUPLICATE_KEY": Kind(400, "成员名重复", "A member occurs twice", *_FIX_LINE),
    "NUMBER_INVALID": Kind(400, "数值不可接受", "A number is not acceptable", *_FIX_LINE),
    "MEMBER_MISSING": Kind(400, "缺少信封成员", "An envelope member is missing", *_FIX_LINE),
    "MEMBER_UNKNOWN": Kind(400, "未知的信封成员", "An unknown envelope member", *_FIX_LINE),
    "MEMBER_INVALID": Kind(400, "信封成员取值不正确", "An envelope member is invalid", *_FIX_LINE),
    "TIME_WITHOUT_OFFSET": Kind(400, "时间没有时区偏移", "A time without offset", *_FIX_LINE),
    "TIME_INVALID": Kind(400, "时间格式不正确", "A time is not RFC 3339", *_FIX_LINE),
    "LINE_EMPTY": Kind(400, "空行", "An empty line", *_FIX_LINE),
    "SUBMISSION_EMPTY": Kind(400, "提交没有任何行", "The submission has no line", *_FIX_LINE),
    "NOT_UTF8": Kind(400, "不是 UTF-8 编码", "Not UTF-8", *_FIX_LINE),
    "BYTE_ORDER_MARK": Kind(400, "含有字节顺序标记", "A byte order mark", *_FIX_LINE),
    "LINE_BREAK": Kind(400, "行内有换行符", "A line break inside a line", *_FIX_LINE),
    "TEXT_INVALID": Kind(400, "文本含有不可接受的字符", "A text holds a character that is not taken", *_FIX_LINE),
    "TOO_DEEP": Kind(400, "嵌套过深", "Nested too deeply", *_FIX_LINE),
    "LINE_TOO_LONG": Kind(
        413,
        "一行超过 32 KiB",
        "A line is longer than 32 KiB",
        "拆分或缩短该记录。",
        "Shorten the record; move documents out and keep their digest.",
    ),
    "ENTRY_TOO_LONG": Kind(
        413, "登记后的条目超过 65535 字节", "The entry would pass 65 535 bytes", "缩短该记录。", "Shorten the record."
    ),
    "TOO_MANY_LINES": Kind(413, "超过 1000 行", "More than 1 000 lines", "分成多次提交。", "Send several submissions."),
    "TOO_MANY_BYTES": Kind(413, "超过 4 MiB", "More than 4 MiB", "分成多次提交。", "Send several submissions."),
    "MEDIA_TYPE_WRONG": Kind(
        415,
        "内容类型必须是 application/x-ndjson",
        "The content type is application/x-ndjson",
        "设置 Content-Type。",
        "Set Content-Type: application/x-ndjson.",
    ),
    # --- the signature
    "SIGNATURE_MISSING": Kind(401, "没有签名", "Unsigned", *_SIGN),
    "SIGNATURE_MALFORMED": Kind(401, "签名格式不正确", "The signature is malformed", *_SIGN),
    "ALGORITHM_NOT_ALLOWED": Kind(401, "签名算法不可用", "The algorithm is not allowed", *_SIGN),
    "PAYLOAD_MALFORMED": Kind(400, "签名载荷格式不正确", "The signed payload is malformed", *_SIGN),
    "SIGNATURE_INVALID": Kind(401, "签名验证失败", "The signature does not verify", *_SIGN),
    "KEY_UNKNOWN": Kind(
        401,
        "账本不认识该密钥",
        "The key is unknown to this ledger",
        "请主管部门登记该密钥。",
        "Have the key authorised (key.authorised), then send again.",
    ),
    "SOURCE_NOT_ISSUER": Kind(400, "来源与签名机关不一致", "A line's source is not the signer", *_FIX_LINE),
    "AUDIENCE_WRONG": Kind(
        400,
        "签名是给另一个账本的",
        "Signed for another ledger",
        "把 aud 设为本账本的 origin。",
        "Set aud to this ledger's origin and sign again.",
    ),
    "ROOT_WRONG": Kind(400, "签名中的根与各行不符", "The signed root is not the tree hash of the lines", *_SIGN),
    "SIZE_WRONG": Kind(400, "签名中的行数与实际不符", "The signed size is not the number of lines", *_SIGN),
    "RECORD_REPEATED": Kind(400, "同一提交中记录号重复", "A record id occurs twice in the submission", *_FIX_LINE),
    "IAT_IN_FUTURE": Kind(
        400, "签名时间超前", "iat lies ahead of the clock", "校准时钟。", "Set the clock, then sign again."
    ),
    # --- recorded already
    "PARTLY_RECORDED": Kind(
        409,
        "部分行已登记",
        "Some of the lines are recorded already",
        "去掉已登记的行,重新签名提交。",
        "Leave the recorded lines out, sign again and send the rest.",
    ),
    # --- the ledger's own state
    "OVERLOADED": Kind(
        503,
        "账本繁忙",
        "The ledger is busy",
        "按 Retry-After 稍后重发同一提交。",
        "Send the same submission again after Retry-After.",
        retryable=True,
    ),
    "NOT_RECORDED": Kind(
        503, "未登记", "Not recorded", "稍后重发同一提交。", "Send the same submission again.", retryable=True
    ),
    "NOT_LEADER": Kind(
        503,
        "此节点是备用节点",
        "This node stands by",
        "稍后重发,或发往主节点。",
        "Send the same submission again, or to the leading node.",
        retryable=True,
    ),
    "OUTCOME_UNKNOWN": Kind(
        503,
        "提交结果未知",
        "The outcome is unknown",
        "重发同一提交:已登记则返回原回执。",
        "Send the same submission again: it answers with the original receipts, or records it.",
        retryable=True,
    ),
}

_OF_QUESTIONS: dict[str, Kind] = {
    "PROJECTION_BEHIND": Kind(
        503, "查询尚未追上", "The projection has not caught up", "稍后再查。", "Ask again in a moment.", retryable=True
    ),
    "NOT_PUBLISHED": Kind(
        503,
        "检查点尚未发布",
        "No published checkpoint covers it yet",
        "一秒后再查。",
        "Ask again in a second.",
        retryable=True,
    ),
    "PROJECTION_STOPPED": Kind(
        503,
        "查询投影已停止",
        "A projection has stopped",
        "请运维查看 /readyz。",
        "Ask the operator to look at /readyz.",
    ),
    "READ_NOT_RECORDABLE": Kind(
        503,
        "监督查询暂时无法留痕",
        "The read cannot be recorded",
        "请平台运维查看 /readyz 的 hand。",
        "Ask the operator to look at hand in /readyz.",
        law="85号令§32",
        retryable=True,
    ),
    # --- callers and questions
    "TOKEN_MISSING": Kind(
        401,
        "未提供访问令牌",
        "No access token",
        "附上 Authorization: Bearer 令牌。",
        "Send Authorization: Bearer with a self-signed token.",
    ),
    "TOKEN_INVALID": Kind(
        401,
        "访问令牌无效",
        "The access token is invalid",
        "重新签发令牌。",
        "Sign a new token (at most 5 minutes, aud = origin).",
    ),
    "CALLER_FORBIDDEN": Kind(
        403, "无权执行", "Not allowed to this caller", "请使用有权限的身份。", "Use an identity that has this right."
    ),
    "RATE_LIMITED": Kind(
        429,
        "请求过于频繁",
        "Too many requests",
        "按 Retry-After 稍后再试。",
        "Wait as long as Retry-After says, then send it again.",
        retryable=True,
    ),
    "NOT_FOUND": Kind(
        404,
        "没有找到",
        "Not found",
        "检查编号;无权查看的内容同样显示为没有找到。",
        "Check the id; what you may not see is answered the same way.",
    ),
    "METHOD_NOT_ALLOWED": Kind(
        405, "不支持该方法", "Method not allowed", "使用 Allow 所列方法。", "Use a method listed in Allow."
    ),
    "NOT_ACCEPTABLE": Kind(406, "不支持所请求的格式", "Not acceptable", *_QUERY),
    "PARAMETER_UNKNOWN": Kind(400, "未知的查询参数", "An unknown query parameter", *_QUERY),
    "PARAMETER_INVALID": Kind(400, "查询参数取值不正确", "A query parameter is invalid", *_QUERY),
    "NAME_UNKNOWN": Kind(
        400,
        "查无此名",
        "Nothing has this name",
        "核对名称或代码;相近的见 nearest。",
        "Check the name or code; nearest has those that are like it.",
    ),
    "CURSOR_INVALID": Kind(
        404, "游标所指的页不存在", "There is no such page", "从第一页重新查询。", "Start again from the first page."
    ),
    "AS_OF_BEYOND": Kind(404, "超出账本当前大小", "The log has not grown that far", *_QUERY),
    "CLOCK_NOT_SCRIPTED": Kind(
        409,
        "非演示账本的时钟不可设置",
        "Only a demo ledger has a scripted clock",
        "仅演示账本可用。",
        "Found a ledger with demo: true for this.",
    ),
    "CLOCK_BACKWARDS": Kind(
        409, "时钟不可倒退", "The clock only moves forward", "设为更晚的时间。", "Set a later time."
    ),
    "REQUEST_MALFORMED": Kind(
        400,
        "不是合法的 HTTP 请求",
        "Not a well-formed HTTP request",
        "按 RFC 9112 发送请求。",
        "Send the request as RFC 9112 says.",
    ),
    "REQUEST_TIMEOUT": Kind(
        408,
        "请求未按时到齐",
        "The request did not come in time",
        "重新发送;一次提交最长 60 秒。",
        "Send it again; it must be there within 60 seconds.",
        retryable=True,
    ),
    "URL_TOO_LONG": Kind(
        414, "地址过长", "The address is too long", "缩短查询条件。", "Ask with fewer or shorter parameters."
    ),
    "HEADERS_TOO_LARGE": Kind(
        431, "请求头过多或过长", "Too many or too long header fields", "减少请求头。", "Send fewer header fields."
    ),
    "NOT_READY": Kind(
        503,
        "账本未就绪",
        "The ledger is not ready",
        "请运维查看 detail 与 state。",
        "The operator looks at detail and state; what is sent meanwhile is answered on its own.",
        retryable=True,
    ),
    "DATABASE_AWAY": Kind(
        503,
        "数据库暂不可用",
        "The database does not answer",
        "按 Retry-After 稍后重试;提交可原样重发。",
        "Try again after Retry-After; a submission may be sent again as it is.",
        retryable=True,
    ),
    "INTERNAL": Kind(
        500, "内部错误", "Internal error", "请把 request_id 告知运维。", "Give the operator the request_id."
    ),
}

_LAW = {
    "SIGNER_UNAUTHORISED": "85号令§30",
    "PARTY_UNKNOWN": "85号令§2",
    "SAME_ORGAN": "85号令§3",
    "WRONG_PROVIDER_LEVEL": "85号令§14",
    "STATUTE_MISSING": "85号令§13",
    "CONTENT_FORBIDDEN": "85号令§18",
}
_NEW_ID = (
    "换一个新的记录号;更正请用 event.corrected。",
    "Use a new id; to correct a record send event.corrected.",
)

# Admission's codes are the law's (domain/reasons/refusals.py holds their titles); nothing of a refused submission is
# recorded.
_OF_ADMISSION = {
    code: Kind(409, title.zh, title.en, *_NEW_ID)
    if code == "ID_REUSED"
    else Kind(422, title.zh, title.en, *_FIX_LINE, law=_LAW.get(code, ""))
    for code, title in CODES.items()
}

SUBMISSION_CODES = (*_OF_SUBMISSIONS, *_OF_ADMISSION)
CATALOGUE: dict[str, Kind] = _OF_SUBMISSIONS | _OF_ADMISSION | _OF_QUESTIONS
