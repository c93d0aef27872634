"""What the golden answers are answers to: requests, by the ledger that they are asked of and by operation.

A request is a line: who asks, the method, the target, then after bars headers, and a body that begins with ``{``.
``{next}`` and ``{etag}`` are those of the last answer of the same operation that had one, ``{long}`` is a value that no
parameter takes. ``-`` asks without a token; the others of ``UNPROVED`` with one that proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

AUTHORITY, MONITOR, REQUESTER, PROVIDER = "数据局", "监察", "民政厅", "市监局"
# Who oversees, who stands in a case on either side, a city's organ and its authority, who stands in nothing.
CALLERS = (
    AUTHORITY, MONITOR, REQUESTER, PROVIDER, "生态环境厅", "南京民政", "南京数据", "省政府", "保密局", "大数据中心",
    "财政厅",
)  # fmt: skip
AUDITOR = "auditor"
UNPROVED = ("-", "basic", "garbled", "expired", "foreign")

# Parameters of every question, and of every page: what is understood, and what is refused.
STANDING = (
    "as_of=200",
    "as_of=2026-06-30",
    "as_of=2026-06-30T12:00:00%2B08:00",
    "as_of=2026-09-10T03:00:00Z",
    "as_of=260&at=2026-12-31",
    "at=2026-07-01T00:00:00Z",
    "at=2026-07-01T08:00:00+08:00",
    "at_least=200",
    "inspection=I-1",
)
NO_STANDING = ("as_of=99999", "as_of=soon", "at=yesterday", "at_least=99999", "at_least=1.0", "inspection=I-404")
PAGES = ("limit=1", "cursor={next}&limit=1", "cursor={next}&limit=2&include=count")
NO_PAGE = ("limit=0", "include=total", "cursor=x", "cursor=WzEsMiwiMDAwMDAwMDAwMDAwIiwzXQ")


def standing(path: str, who: str = AUTHORITY, *, and_: str = "") -> list[str]:
    """What every question takes and refuses."""
    more = f"&{and_}" if and_ else ""
    asked = [f"{who} GET {path}?{each}{more}" for each in STANDING]
    refused = [f"{who} GET {path}?{each}" for each in NO_STANDING]
    proved = [f"{each} GET {path}" for each in (*UNPROVED[:1], UNPROVED[3], AUDITOR)]
    wrong = [f"{who} GET {path}?states=x", f"{who} GET {path}?as_of=200&as_of=200", f"{who} HEAD {path}"]
    return [*asked, *refused, *proved, *wrong, f"{who} GET {path} | If-None-Match: {{etag}}", f"{who} POST {path}"]


def page(path: str, filters: Sequence[str], refused: Sequence[str], *, who: str = AUTHORITY) -> list[str]:
    """A list: for every caller, each filter, each page, and each value that is refused."""
    return [
        *(f"{each} GET {path}?limit=3&include=count" for each in CALLERS),
        *(f"{who} GET {path}?{each}&limit=1&include=count" for each in filters),
        *(f"{who} GET {path}?{each}" for each in PAGES),
        *(f"{who} GET {path}?{each}" for each in (*refused, *NO_PAGE)),
        *standing(path, who, and_="limit=1"),
    ]


def one(paths: Sequence[str], nothing: Sequence[str], *, who: str = AUTHORITY) -> list[str]:
    """A thing: the first for every caller, the others for some, what there is not, and every parameter."""
    first = paths[0]
    seen = [f"{each} GET {first}" for each in CALLERS]
    others = [f"{each} GET {path}" for path in paths[1:] for each in (who, REQUESTER, MONITOR)]
    return [*seen, *others, *(f"{who} GET {path}" for path in nothing), *standing(first, who)]


PERIOD = ("from=2026-04-01", "to=2026-06-30", "from=2026-04-01T09:30:00%2B08:00&to=2026-05-01T00:00:00Z")
NO_PERIOD = ("from=2026-02-30", "from=2026-04-01T09:30:00", "to=yesterday")
SIDES = ("requester=113200000000000195", "provider=113200000000000270", "item=C04")
NO_SIDES = ("requester=", "provider=%00", "item={long}", "requester=113200000000000196", "item=C99")

# Every way in which a value can be wrong, once for all.
SPELLINGS = (
    "limit=501", "limit=05", "limit=+5", "limit=-1", "limit=1.0", "limit=٣", "limit=", "limit", "limit=1&limit=1",
    "item=a%01b", "item=a%C2%85b", "item=%FF", "sensitive=1", "sensitive=True", "sensitive=", "verdict=authorized",
    "as_of=-1", "as_of=007", "as_of=٣", "as_of=2026-02-30", "as_of=2999-01-01", "as_of=9223372036854775808",
    "as_of=2026-06-30T24:00:00Z", "as_of=2026-06-30T12:00:60Z", "as_of=2026-06-30t12:00:00z", "at=20260630",
    "at=2026-06-30T12:00:00%2B24:00", "at_least=9223372036854775807", "at_least=9007199254740993", "at_least=-1",
    "inspection=I-1&inspection=I-1", "cursor=", "foo=1&limit=0", "limit=0&foo=1", "Limit=1", "limit%20=1", "=x",
    "from=2026-06-30&to=2026-04-01", "kind=use&reason=PURPOSE_MISMATCH",
)  # fmt: skip


def lists() -> dict[str, list[str]]:
    """Questions that the demo's year answers with rows."""
    access = (
        "kind=use", "kind=release", "kind=delivery", "kind=refusal", "kind=other", *SIDES, "post=经办岗-03",
        "unit=社会救助处", "system=业务系统-01", "purpose=P1", "case=2026-0001", "agreement=A-0001",
        "verdict=AUTHORIZED", "verdict=UNAUTHORIZED", "verdict=LAWFUL", "verdict=UNLAWFUL", "reason=PURPOSE_MISMATCH",
        "reason=NO_CONSENT", "reason=REASONS_MISSING", "sensitive=true", "sensitive=false", *PERIOD,
    )  # fmt: skip
    no_access = (
        "kind=read", *NO_SIDES, "post=", "unit=%1F", "system={long}", "purpose=", "case=", "case=2026-9999",
        "agreement=", "agreement=A-9999", "verdict=GOOD", "reason=NONE", "sensitive=yes", *NO_PERIOD,
    )  # fmt: skip
    cases = (
        "status=APPROVED", "status=RECEIVED", "status=REFUSAL_FILED", "status=PARTLY_APPROVED", *SIDES,
        "sensitive=true", "overdue=true", "overdue=false", "answer=IN_TIME", "answer=LATE", "answer=OVERDUE",
        "answer=DUE", "answer=UNANSWERED", *PERIOD,
    )  # fmt: skip
    findings = (
        "status=OPEN", "status=CORRECTED", "status=CRITICISED", "limb=a", "limb=b", "limb=c1", "limb=e",
        "reason=LATE_RESPONSE", "kind=act", "kind=silence", "accused=113200000000000195", *SIDES, "case=2026-0001",
        *PERIOD,
    )  # fmt: skip
    deadlines = (
        "state=running", "state=overdue", "state=due_soon", "state=age_only", "state=met", "state=late", "state=any",
        "within=3", "within=10", "clock=RESPONSE", "clock=UPDATE", "clock=FILING&state=any",
        "clock=CORRECTION&state=any",
        "clock=RULING&state=any", "responsible=113200000000000270&state=any", *(f"{each}&state=any" for each in SIDES),
        "case=2026-0005", "provisional=true&state=any", "provisional=false", *(f"{each}&state=any" for each in PERIOD),
    )  # fmt: skip
    no_deadlines = ("state=late%20", "within=251", "clock=LUNCH", "responsible=", *NO_SIDES, "case=", "provisional=0")
    violations = (
        "status=CORRECTED", "status=CRITICISED", "limb=c1", "limb=e", "accused=113200000000000195",
        "correction=IN_TIME",
        "correction=DUE", "correction=NOT_ORDERED", "finding=d215408aad85531142a7", *PERIOD,
    )  # fmt: skip
    scorecards = ("organ=113200000000000195", "division=320000", "division=320100", *PERIOD)
    return {
        "listAccess": page("/v1/access", access, (*no_access, *SPELLINGS)),
        "listCases": page(
            "/v1/cases", cases, ("status=DONE", *NO_SIDES, "sensitive=1", "overdue=", "answer=NO", *NO_PERIOD)
        ),
        "listAgreements": page(
            "/v1/agreements", ("case=2026-0001", "party=113200000000000195"), ("case=", "party=%7F")
        ),
        "listFindings": page(
            "/v1/findings",
            findings,
            ("status=NEW", "limb=z", "reason=IN_TIME", "kind=use", "accused=", *NO_SIDES, "case=", *NO_PERIOD),
        ),
        "listDeadlines": page("/v1/deadlines", deadlines, (*no_deadlines, *NO_PERIOD)),
        "listViolations": page(
            "/v1/violations",
            violations,
            ("status=NEW", "limb=z", "accused=", "correction=NO", "finding={long}", *NO_PERIOD),
        ),
        "listScorecards": page("/v1/scorecards", scorecards, ("organ=", "division=32", *NO_PERIOD)),
        "listParties": page(
            "/v1/parties",
            ("division=320000", "division=320100", "category=ORGAN", "category=GOVERNMENT", "category=OPERATOR"),
            ("division=x", "category=FIRM"),
        ),
    }


def things() -> dict[str, list[str]]:
    """One thing each, of the demo's year."""
    return {
        "listJudgements": [
            *(f"{each} GET /v1/access/568?limit=2&include=count" for each in CALLERS),
            *(f"{each} GET /v1/access/521" for each in (AUTHORITY, REQUESTER, MONITOR)),
            *(f"{AUTHORITY} GET /v1/access/568?{each}" for each in (*PAGES[:2], *NO_PAGE)),
            *(f"{AUTHORITY} GET /v1/access/{each}" for each in ("0", "99999", "05", "x", "-1", "1e3", "x?states=x")),
            *standing("/v1/access/538", and_="limit=1"),
            f"{AUTHORITY} GET /v1/access/538?as_of=602",
        ],
        "getCase": [
            *(f"{each} GET /v1/cases/2026-0001?limit=3" for each in CALLERS),
            *(
                f"{each} GET /v1/cases/2026-{case}?limit=3"
                for case in ("0003", "0008", "0011", "0012")
                for each in (AUTHORITY, MONITOR, "交通厅", "保密局")
            ),
            *(f"{AUTHORITY} GET /v1/cases/{each}" for each in ("2026-9999", "%00", "{long}", "x?states=x")),
            *(
                f"{AUTHORITY} GET /v1/cases/2026-0001?{each}"
                for each in (
                    "limit=2",
                    "cursor={next}&limit=2",
                    "uses=false&limit=50",
                    "uses=true&limit=1",
                    "uses=0",
                    "limit=0",
                    "cursor=x",
                    "include=count",
                )
            ),
            *standing("/v1/cases/2026-0001", and_="limit=1"),
        ],
        "getAgreement": one(
            ["/v1/agreements/A-0001", "/v1/agreements/A-0012"], ["/v1/agreements/A-9", "/v1/agreements/%01"]
        ),
        "getFinding": one(
            [
                f"/v1/findings/{each}"
                for each in (
                    "d215408aad85531142a7",
                    "7f9a5c72a9a565bc9e8f",
                    "21640888b47606e42aad",
                    "7bdc7dda0d79e042ba6c",
                )
            ],
            ["/v1/findings/00000000000000000000", "/v1/findings/{long}"],
        ),
        "getDeadline": [
            *one(
                ["/v1/deadlines/584", "/v1/deadlines/567"], ["/v1/deadlines/3", "/v1/deadlines/x", "/v1/deadlines/05"]
            ),
            f"{AUTHORITY} GET /v1/deadlines/584?as_of=602",
            f"{AUTHORITY} GET /v1/deadlines/584?clock=RESPONSE",
            f"{AUTHORITY} GET /v1/deadlines/584?clock=UPDATE",
            f"{AUTHORITY} GET /v1/deadlines/584?clock=LUNCH",
        ],
        "getViolation": one(["/v1/violations/0001", "/v1/violations/0005"], ["/v1/violations/9999"]),
        "getParty": one(
            [f"/v1/parties/{each}" for each in ("113200000000000195", "113200000000001239", "11320100000000303P")],
            ["/v1/parties/113200000000000196", "/v1/parties/%00"],
        ),
        "getCaseReconciliation": one(
            [f"/v1/reconciliation/cases/2026-00{each}" for each in ("01", "09")], ["/v1/reconciliation/cases/2026-0005"]
        ),
    }


def of_the_log() -> dict[str, list[str]]:
    """Entries, receipts, proofs, tiles, and what a server says of itself."""
    wait, named = "Prefer: wait=1", "source=urn:uscc:113200000000000195&id=2026-0001:use.recorded:04-07-1"
    return {
        "getEntry": [
            *(f"{each} GET /v1/entries/200" for each in (*CALLERS, AUDITOR, *UNPROVED)),
            *(f"{each} GET /v1/entries/{index}" for index in (0, 521, 538) for each in (AUTHORITY, REQUESTER, AUDITOR)),
            *(f"{AUDITOR} GET /v1/entries/{index}" for index in ("99999", "x", "007", "-1", "9223372036854775808")),
            f"{AUDITOR} GET /v1/entries/200?index=1",
            f"{AUDITOR} GET /v1/entries/200 | If-None-Match: {{etag}}",
            f"{AUDITOR} HEAD /v1/entries/200",
            f"{AUDITOR} DELETE /v1/entries/200",
        ],
        "getReceipt": [
            *(f"{each} GET /v1/receipts?index=200" for each in (*CALLERS, AUDITOR, "-")),
            f"{REQUESTER} GET /v1/receipts?{named} | {wait}",
            *(
                f"{REQUESTER} GET /v1/receipts?{each}"
                for each in ("", "index=x", "index=99999", "source=x&id=y", "source=", "id=%00", "index=1&id=x", "in=1")
            ),
            *(
                f"{REQUESTER} GET /v1/receipts?index=200 | Accept: {each}"
                for each in (
                    "text/plain",
                    "text/*;q=0.5, application/json;q=0.4",
                    "image/png",
                    "text/plain;q=0",
                    "*/*",
                    "application/*",
                )
            ),
            f"{REQUESTER} GET /v1/receipts?index=200 | Prefer: wait=x",
            f"{REQUESTER} GET /v1/receipts?index=200 | If-None-Match: W/{{etag}}",
            f"{REQUESTER} HEAD /v1/receipts?index=200",
            f"{REQUESTER} PUT /v1/receipts",
        ],
        "proveInclusion": [
            *(
                f"- GET /v1/proofs/inclusion?{each}"
                for each in (
                    "index=5",
                    "index=5&size=8",
                    "index=0&size=1",
                    "",
                    "size=8",
                    "index=8&size=8",
                    "index=99999",
                    "size=0&index=0",
                    "index=x",
                    "index=05",
                    "index=5&size=99999",
                    "index=5&size=",
                    "index=5&index=5",
                    "index=5&at=1",
                )
            ),
            "- HEAD /v1/proofs/inclusion?index=5&size=8",
            "- POST /v1/proofs/inclusion",
        ],
        "proveConsistency": [
            *(
                f"- GET /v1/proofs/consistency?{each}"
                for each in (
                    "from=5",
                    "from=5&to=8",
                    "from=8&to=8",
                    "",
                    "to=8",
                    "from=9&to=8",
                    "from=0",
                    "from=99999",
                    "from=5&to=99999",
                    "from=x",
                    "from=5&to=0",
                    "from=5&from=5",
                    "from=5&at=1",
                )
            ),
            "- HEAD /v1/proofs/consistency?from=5&to=8",
            "- PATCH /v1/proofs/consistency",
        ],
        "getCheckpoint": [
            "- GET /checkpoint",
            "- HEAD /checkpoint",
            "- GET /checkpoint | If-None-Match: {etag}",
            "- GET /checkpoint?x=1",
            "- POST /checkpoint",
            "garbled GET /checkpoint",
        ],
        "getTile": [
            *(
                f"- GET /tile/{each}"
                for each in ("0/000", "0/000.p/5", "0/001.p/3", "1/000.p/2", "0/002.p/255", "8/000")
            ),
            *(
                f"- GET /tile/{each}"
                for each in ("", "0", "x/000", "0/0", "0/000.p/0", "0/000.p/256", "entries/000", "data/000")
            ),
            *(f"{each} GET /tile/entries/000.p/2" for each in (AUDITOR, AUTHORITY, *UNPROVED)),
            f"{AUDITOR} GET /tile/entries/009",
            "- GET /tile/0/000?x=1",
            "- HEAD /tile/0/000",
            "- DELETE /tile/0/000",
        ],
        "getLiveness": ["- GET /livez", "- HEAD /livez", "- GET /livez?verbose=1", "- POST /livez"],
        "getReadiness": ["- GET /readyz", "- HEAD /readyz", "- GET /readyz?verbose=1", "- PUT /readyz"],
        "getProblemPage": [
            "- GET /problems/TIME_WITHOUT_OFFSET",
            "- GET /problems/SAME_ORGAN",
            "- GET /problems/TOKEN_MISSING | If-None-Match: {etag}",
            "- GET /problems/SAME_ORGAN | If-None-Match: {etag}",
            "- HEAD /problems/NOT_FOUND",
            "- GET /problems/NOT_A_CODE",
            "- GET /problems/NOT_FOUND?x=1",
            "- POST /problems/NOT_FOUND",
        ],
        "listRecordSchemas": [
            "- GET /schemas",
            "- HEAD /schemas",
            "- GET /schemas | If-None-Match: {etag}",
            "- GET /schemas?x=1",
            "- POST /schemas",
            "garbled HEAD /schemas",
        ],
        "getRecordSchema": [
            "- GET /schemas/sharing.use.recorded.v1.json",
            "- HEAD /schemas/sharing.agreement.proposed.v1.json",
            "- GET /schemas/sharing.use.recorded.v1.json | If-None-Match: {etag}",
            "- GET /schemas/sharing.use.recorded.v2.json",
            "- GET /schemas/sharing.use.recorded.v1",
            "- GET /schemas/.json",
            "- GET /schemas/sharing.use.recorded.v1.json?x=1",
            "- DELETE /schemas/sharing.use.recorded.v1.json",
        ],
        "getDocsPage": [
            "- GET /docs",
            "- HEAD /docs",
            "- GET /docs | If-None-Match: {etag}",
            "- GET /docs?x=1",
            "- POST /docs",
        ],
        "getDocsFile": [
            "- GET /docs/start.js",
            "- GET /docs/start.js | If-None-Match: {etag}",
            "- HEAD /docs/swagger-ui-bundle.js",
            "- HEAD /docs/swagger-ui.css",
            "- GET /docs/NOTICE",
            "- GET /docs/lock.json",
            "- GET /docs/..%2F..%2F..%2Fpyproject.toml",
            "- GET /docs/start.js?x=1",
            "- PUT /docs/start.js",
        ],
        "getOlderDescription": [
            "- HEAD /openapi-3.0.json",
            "- GET /openapi-3.0.json?x=1",
            "- POST /openapi-3.0.json",
        ],
        "getDescription": ["- HEAD /openapi.json", "- GET /openapi.json?x=1", "- POST /openapi.json"],
    }


ROUTER = [
    *(
        f"- GET {each}"
        for each in ("/", "/v1", "/v1/nothing", "/v1/access/", "/V1/access", "/tile", "/docs/", "/redoc")
    ),
    "- GET /v1/nothing | Accept-Language: en-GB,zh;q=0.5",
    "- GET /v1/access | Accept-Language: en",
    "- GET /v1/access | Accept-Language: zh-CN,en",
    f"{AUTHORITY} GET /v1/access?limit=0 | Accept-Language: en",
    *(f"{each} GET /v1/access" for each in UNPROVED),
    *(f"{each} GET /v1/access?limit=0" for each in ("-", AUDITOR)),
    *(f"{AUTHORITY} {method} /v1/access" for method in ("DELETE", "PATCH", "OPTIONS", "TRACE")),
    f"{AUTHORITY} GET /v1/submissions",
]

CLOCK = [
    "大数据中心 PUT /v1/demo/clock | " + body
    for body in (
        '{"time": "2026-11-02T09:13:00+08:00"}', '{"time": "2026-01-01T00:00:00+08:00"}', "{}", "{", '{"time": 3}',
        '{"time": "2026-12-01T00:00:00"}', '{"time": "soon"}', '{"time": "2026-12-01T00:00:00Z", "zone": 8}',
        '{"time":1,"time":2}',
    )
] + [
    '大数据中心 PUT /v1/demo/clock?x=1 | {"time": "2026-12-01T00:00:00Z"}',
    '数据局 PUT /v1/demo/clock | {"time": "2026-12-01T00:00:00Z"}',
    'auditor PUT /v1/demo/clock | {"time": "2026-12-01T00:00:00Z"}',
    '- PUT /v1/demo/clock | {"time": "2026-12-01T00:00:00Z"}',
    '大数据中心 PUT /v1/demo/clock | {"time": "{long}{long}{long}{long}"}',
    "大数据中心 GET /v1/demo/clock",
]  # fmt: skip


def quarrels() -> dict[str, list[str]]:
    """Questions about the catalogue, demands, disputes and reconciliation, of `tests.support.dispute_story`."""
    catalogue = (
        "provider=113200000000000270", "class=privacy", "class=state_secret", "class=trade_secret", "sensitive=true",
        "sensitive=false", "status=PUBLISHED", "status=DRAFT", "status=SUSPENDED", "share_type=1", "share_type=2",
        "share_type=3", "q=登记", "q=C0",
    )  # fmt: skip
    demands = (*(f"status={each}" for each in ("CONVERTED", "UNMET", "CHANGED", "CLOSED")), *SIDES[::2])
    disputes = (
        "route=A", "route=B", "status=DETERMINED", "status=OUTCOME_RECORDED", "item=C07", "case=2026-0110",
        "party=11320000000000166N", "claimed_class=trade_secret", "claimed_class=state_secret", "open=true",
        "open=false",
    )  # fmt: skip
    discrepancies = (
        "status=CLOSED", "status=UNASSIGNED", "item=C03", "source=113200000000000270", "reporter=113200000000000195"
    )  # fmt: skip
    states = ("UNACKNOWLEDGED", "MATCHED", "DIFFERS", "REJECTED", "RECALLED")
    deliveries = (
        *SIDES, "case=2026-0109", *(f"state={each}" for each in states), "differs=true", "differs=false",
        "explained=true", "explained=false", *PERIOD,
    )  # fmt: skip
    return {
        "listCatalogue": page(
            "/v1/catalogue",
            catalogue,
            ("provider=", "class=secret", "sensitive=2", "status=NEW", "share_type=4", "q=%00"),
        ),
        "getItem": one(
            [f"/v1/catalogue/{each}" for each in ("C04", "C03", "C09", "C13", "K01", "3-01/0007", "3-01%2F0007")],
            ["/v1/catalogue/C99", "/v1/catalogue/%00", "/v1/catalogue/a//b"],
        ),
        "listDemands": page("/v1/demands", demands, ("status=NEW", *NO_SIDES[::2])),
        "listDisputes": page(
            "/v1/disputes",
            disputes,
            ("route=C", "status=NEW", "item=", "case=", "party=", "claimed_class=work_secret", "open=maybe"),
        ),
        "getDispute": one(["/v1/disputes/DP-0110", "/v1/disputes/DP-0111"], ["/v1/disputes/DP-9", "/v1/disputes/%00"]),
        "listDiscrepancies": page(
            "/v1/discrepancies", discrepancies, ("status=NEW", "item=", "source=", "reporter={long}")
        ),
        "listDeliveries": page(
            "/v1/reconciliation", deliveries, (*NO_SIDES, "case=", "state=LOST", "differs=1", "explained=x", *NO_PERIOD)
        ),
        "listGrants": page("/v1/reconciliation/grants", (*SIDES, "used=true", "used=false"), (*NO_SIDES, "used=never")),
        "getCaseReconciliation": one(
            [f"/v1/reconciliation/cases/2026-01{each}" for each in ("01", "09", "10", "11")],
            ["/v1/reconciliation/cases/2026-0001"],
        ),
    }


YEAR: Mapping[str, Sequence[str]] = {**lists(), **things(), **of_the_log(), "router": ROUTER}
QUARRELS: Mapping[str, Sequence[str]] = quarrels()
