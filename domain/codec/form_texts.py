"""The written form of each single value in words: the event reference and the JSON Schemas print these."""

from __future__ import annotations

from collections.abc import Mapping

from domain.codec import scalars
from domain.vocabulary.values import Form

FORM_TEXTS: Mapping[Form, str] = {
    Form.TEXT: f"free text, 1 to {scalars.TEXT_LENGTH} characters, not only white space; no control characters but tab "
    "and line ends, no bidirectional overrides",
    Form.ID: f"short identifier, 1 to {scalars.ID_LENGTH} characters: visible ASCII, Chinese characters (unified "
    "ideographs, `〇`, `々`) and `·《》「」【】〔〕`; single spaces, none at either end; no full-width form",
    Form.POST: "as `id`: an officer's post, never a name",
    Form.ITEM: "as `id`: a resource code; it may contain `/`",
    Form.STREAM: "`<family>/<id>`, split at the first `/`; no spaces",
    Form.USCC: "统一社会信用代码, 18 characters, check character verified (GB 32100-2015); never with `urn:uscc:`",
    Form.SOURCE: "`urn:uscc:` and a `uscc`, as in a record's `source`",
    Form.DIV: "six digits (GB/T 2260); covers the divisions below it",
    Form.DIGEST: "SHA-256, 64 lower-case hexadecimal digits; salted where the content could be guessed",
    Form.KEY_BYTES: "32 bytes, base64url without padding",
    Form.DATE: "`2026-03-25`, a real day, years 1000 to 2999",
    Form.TS: "`2026-03-25T09:12:00+08:00` or `…Z` (RFC 3339), seconds and offset required, `-00:00` refused",
    Form.DECIMAL: 'string, `"0"` or `"1200.50"`: no sign, at most two places',
    Form.INT: "JSON number without point or exponent, 0 to 2⁵³ − 1",
    Form.BOOL: "`true` or `false`",
}
