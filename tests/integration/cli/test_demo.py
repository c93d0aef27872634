"""What ``make demo`` prints, and what it leaves: the scenario's numbers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.server.data_dir import DataDir
from cli.identity import token_for
from tests.support.command import shareledger

AUTHORITY = "113200000000000863"
pytestmark = pytest.mark.journey


def test_the_demo_answers_in_chinese_and_shows_verification_failing_and_passing(demo_run: tuple[Path, str]) -> None:
    printed = demo_run[1]
    assert "演示数据" in printed
    assert "养老机构信用评级" in printed
    assert "未授权" in printed
    assert printed.count("核验通过") == 2
    assert printed.count("核验失败") == 1
    assert "2 次重发得到原回执" in printed
    assert "1 次提交因密钥已更换被拒收" in printed
    assert "2026-0005  江苏省医疗保障局 → 江苏省人力资源和社会保障厅  C05  RECEIVED  应于 2026-10-10 前答复" in printed


@pytest.fixture(scope="module")
def rows(demo: Path, address: str) -> list[dict[str, Any]]:
    """The whole access trail as the authority sees it."""
    command = ("ask", "access", "--as", AUTHORITY, "--data", str(demo), "--to", address, "--limit", "500", "-o", "json")
    done = shareledger(*command)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout)["rows"])


Get = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def get(demo: Path, address: str) -> Iterator[Get]:
    """The authority's questions over HTTP."""
    with httpx.Client(base_url=address, timeout=60) as client:

        def asked(path: str, **params: str) -> dict[str, Any]:
            token = token_for(DataDir(demo), AUTHORITY, purpose="核对")
            answer = client.get(path, params=params, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
            return dict(answer.json())

        yield asked


@pytest.fixture(scope="module")
def cases(get: Get) -> dict[str, dict[str, Any]]:
    """Every case by its number."""
    return {row["id"]: row for row in get("/v1/cases", limit="500")["rows"]}


VERDICTS = {
    ("use", "AUTHORIZED"): 241,
    ("use", "UNAUTHORIZED"): 1,
    ("release", "AUTHORIZED"): 2,
    ("release", "UNAUTHORIZED"): 1,
    ("delivery", "AUTHORIZED"): 9,
    ("refusal", "LAWFUL"): 3,
    ("refusal", "UNLAWFUL"): 1,
}


def test_the_trail_holds_the_scenarios_acts_with_the_scenarios_verdicts(rows: list[dict[str, Any]]) -> None:
    assert Counter((row["kind"], row["verdict"]) for row in rows) == VERDICTS


def test_the_same_numbers_are_answered_over_http(get: Get) -> None:
    for (kind, verdict), count in VERDICTS.items():
        assert len(get("/v1/access", kind=kind, verdict=verdict, limit="500")["rows"]) == count


@pytest.mark.parametrize(
    ("case", "kind", "row", "reasons"),
    [
        ("2026-0001", "use", "U4", ["PURPOSE_MISMATCH"]),
        ("2026-0003", "refusal", "F1", ["UNLAWFUL_REFUSAL_GROUND", "REASONS_MISSING", "REFUSAL_NOT_FILED"]),
        ("2026-0012", "release", "R2", ["NO_CONSENT", "SENSITIVE_RELEASE"]),
    ],
)
def test_each_unlawful_act_has_the_reasons_of_its_row(
    rows: list[dict[str, Any]], case: str, kind: str, row: str, reasons: list[str]
) -> None:
    unlawful = [each for each in rows if each["verdict"] in ("UNAUTHORIZED", "UNLAWFUL")]
    (act,) = [each for each in unlawful if (each["stream"], each["kind"]) == (f"request/{case}", kind)]
    assert (act["table_row"], [reason["code"] for reason in act["reasons"]]) == (row, reasons)


def test_findings_from_acts_rest_on_the_limbs_of_article_33(rows: list[dict[str, Any]]) -> None:
    limbs = Counter(reason["limb"] for row in rows for reason in row["reasons"] if reason["limb"])
    assert limbs == {"a": 1, "e": 2, "c1": 1, "c2": 1, "c3": 1}


def ask(demo: Path, address: str, *question: str) -> str:
    done = shareledger("ask", *question, "--as", AUTHORITY, "--data", str(demo), "--to", address)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_findings_are_listed_with_the_limb_and_where_the_authoritys_file_stands(demo: Path, address: str) -> None:
    printed = ask(demo, address, "findings", "--case", "2026-0012")
    assert "非违规认定" in printed
    assert "已整改" in printed
    assert "已通报批评" in printed
    listed = json.loads(ask(demo, address, "findings", "--limit", "500", "-o", "json"))["rows"]
    states = Counter(row["status"] for row in listed if row["kind"] == "act")
    assert states == {"CORRECTED": 5, "CRITICISED": 1}


def test_a_finding_is_told_as_facts_rule_and_conclusion(demo: Path, address: str) -> None:
    (row,) = json.loads(ask(demo, address, "findings", "--reason", "PURPOSE_MISMATCH", "-o", "json"))["rows"]
    chinese = ask(demo, address, "finding", row["id"])
    steps = [chinese.index(step) for step in ("一、事实", "二、规则", "三、结论", "主管部门核实")]
    assert steps == sorted(steps)
    assert f"#{row['index']}" in chinese
    assert "A17(据译文还原)" in chinese
    assert "由主管部门认定" in chinese
    english = ask(demo, address, "finding", row["id"], "--lang", "en")
    assert "1. Facts" in english
    assert "Whether it is a violation, the authority finds." in english


def test_a_disclosure_by_another_than_the_maker_is_warned_of_and_makes_no_finding(rows: list[dict[str, Any]]) -> None:
    warned = [row for row in rows if row["reasons"] and row["verdict"] == "AUTHORIZED"]
    reasons = [(reason["code"], reason["limb"]) for row in warned for reason in row["reasons"]]
    assert [row["stream"] for row in warned] == ["request/2026-0013"]
    assert reasons == [("DISCLOSER_NOT_ORIGINATOR", None)]


def test_only_the_retraction_recorded_after_the_line_was_down_is_late(get: Get, cases: dict[str, Any]) -> None:
    late = []
    for case in cases:
        for entry in get(f"/v1/cases/{case}", uses="false", limit="500")["timeline"]:
            reasons = (entry["judgement"] or {"reasons": []})["reasons"]
            late += [(case, entry["event"], reason["limb"]) for reason in reasons if reason["code"] == "LATE_RECORD"]
    assert late == [("2026-0012", "release.retracted", None)]


def test_a_scorecard_is_told_with_what_each_number_is_a_part_of_and_how_it_is_counted(demo: Path, address: str) -> None:
    organ = "113200000000000195"
    printed = ask(demo, address, "scorecard", "--organ", organ)
    row = next(line for line in printed.splitlines() if "本机关的使用:未授权" in line)
    assert "241" in row
    assert "判定为“未授权”的本机关的使用 ÷ 全部本机关的使用" in printed
    (card,) = json.loads(ask(demo, address, "scorecard", "--organ", organ, "-o", "json"))["rows"]
    counted = {figure["measure"]: (figure["number"], figure["of"]) for figure in card["figures"]}
    assert counted["USES_UNAUTHORIZED"] == (1, 241)


def test_two_hundred_uses_rest_on_the_first_version_of_the_agreement_and_forty_on_the_second(
    rows: list[dict[str, Any]],
) -> None:
    versions = Counter(
        row["agreement_version"]
        for row in rows
        if row["agreement"] == "A-0001" and row["verdict"] == "AUTHORIZED" and row["kind"] == "use"
    )
    assert versions == {1: 200, 2: 40}


def test_every_case_of_the_scenario_stands_where_it_must(cases: dict[str, dict[str, Any]]) -> None:
    assert {case: row["status"] for case, row in cases.items()} == {
        **{f"2026-{number:04}": "APPROVED" for number in (1, 2, 3, 4, 8, 9, 12, 13, 14)},
        **{f"2026-{number:04}": "RECEIVED" for number in (5, 6, 7)},
        "2026-0010": "PARTLY_APPROVED",
        "2026-0011": "REFUSAL_FILED",
        "2026-0011-2": "APPROVED",
    }


DUE = {
    "2026-0001": "2026-03-30",
    "2026-0002": "2026-05-07",  # counting Mondays to Fridays gives 05-04, and would accuse wrongly
    "2026-0003": "2026-06-30",
    "2026-0004": None,  # not sensitive: no number of days in Order 85
    "2026-0005": "2026-10-10",  # a Saturday, on which people work
    "2026-0006": "2026-11-02",
    "2026-0007": "2026-11-09",
    "2026-0008": None,
    "2026-0010": "2026-06-08",
    "2026-0011": "2026-07-27",
}


@pytest.mark.parametrize(("case", "due"), DUE.items())
def test_an_answer_is_due_on_the_day_that_the_working_calendar_gives(
    cases: dict[str, dict[str, Any]], case: str, due: str | None
) -> None:
    (clock,) = [each for each in cases[case]["clocks"] if each["clock"] == "RESPONSE"]
    assert clock["latest"] == due


def test_one_request_alone_is_overdue(get: Get) -> None:
    assert [row["id"] for row in get("/v1/cases", overdue="true")["rows"]] == ["2026-0005"]


def test_five_agreements_are_in_force_the_first_in_its_second_version(get: Get) -> None:
    agreements = get("/v1/agreements")["rows"]
    assert {(row["id"], row["version"]) for row in agreements if row["status"] == "IN_FORCE"} == {
        ("A-0001", 2),
        ("A-0002", 1),
        ("A-0003", 1),
        ("A-0010", 1),
        ("A-0012", 1),
    }


def test_nine_findings_stand_where_the_authority_has_taken_them(get: Get) -> None:
    findings = get("/v1/findings", limit="500")["rows"]
    assert Counter(row["limb"] for row in findings) == {"a": 2, "b": 2, "c1": 1, "c2": 1, "c3": 1, "e": 2}
    assert Counter(row["status"] for row in findings) == {"OPEN": 2, "CORRECTED": 6, "CRITICISED": 1}


def test_two_clocks_have_run_out_fifteen_working_days_ago_and_one_has_one_day_left(get: Get) -> None:
    clocks = get("/v1/deadlines")["rows"]
    late = {(row["stream"], row["days_late"]) for row in clocks if row["state"] == "overdue"}
    left = {(row["stream"], row["days_left"]) for row in clocks if row["state"] == "running"}
    assert late == {("item/C12", 15), ("request/2026-0005", 15)}
    assert left == {("request/2026-0006", 1), ("request/2026-0007", 6)}


def test_both_disputes_are_settled_each_by_its_route(get: Get) -> None:
    disputes = {(row["id"], row["route"], row["status"], row["days"]) for row in get("/v1/disputes")["rows"]}
    assert disputes == {("2026-0011", "A", "DETERMINED", 48), ("2026-0010", "B", "OUTCOME_RECORDED", 78)}


def test_one_difference_between_what_was_sent_and_received_is_explained(get: Get) -> None:
    different = [row for row in get("/v1/reconciliation")["rows"] if row["differs"]]
    assert [(row["request"], abs(row["difference"]), row["explained"]) for row in different] == [
        ("2026-0009", 588, True)
    ]


def test_the_demo_makes_itself_again_but_never_over_a_ledger_that_is_no_demo(copy: Path) -> None:
    facts = json.loads((copy / "ledger.json").read_text())
    (copy / "ledger.json").write_text(json.dumps(facts | {"demo": False}))
    done = shareledger("demo", "run", "--data", str(copy))
    assert done.returncode == 2
    assert "no demo" in done.stderr
    assert (copy / "ledger.sqlite").exists()


def test_the_demo_shows_the_deadline_board_the_findings_and_the_one_difference(demo_run: tuple[Path, str]) -> None:
    board = demo_run[1].split("哪些期限逾期、将到期?")[1].split("机器怀疑什么")[0]
    found = demo_run[1].split("机器怀疑什么,办到哪一步?")[1].split("哪次提供")[0]
    difference = demo_run[1].split("哪次提供与签收不符,为什么?")[1].split("谁发布了信息")[0]
    assert board.count("✖ 逾期 15") == 2
    assert len(re.findall(r"剩余 \d", board)) == 2  # clocks that still run
    assert [found.count(word) for word in ("待核实", "已整改", "已通报批评")] == [2, 6, 1]
    assert "差异 1 项,未说明 0 项" in difference
