"""What ``make demo`` prints, and what it leaves: the scenario's numbers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="module")
def rows(demo: Path, address: str) -> list[dict[str, Any]]:
    """The whole access trail as the authority sees it."""
    command = ("ask", "access", "--as", AUTHORITY, "--data", str(demo), "--to", address, "--limit", "500", "-o", "json")
    done = shareledger(*command)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout)["rows"])


@pytest.mark.parametrize(
    ("kind", "verdict", "count"),
    [
        ("use", "AUTHORIZED", 241),
        ("use", "UNAUTHORIZED", 1),
        ("release", "AUTHORIZED", 2),
        ("release", "UNAUTHORIZED", 1),
        ("delivery", "AUTHORIZED", 5),
        ("refusal", "UNLAWFUL", 1),
    ],
)
def test_the_trail_holds_the_scenarios_numbers(rows: list[dict[str, Any]], kind: str, verdict: str, count: int) -> None:
    assert sum(row["kind"] == kind and row["verdict"] == verdict for row in rows) == count


def test_six_findings_rest_on_the_limbs_of_article_33(rows: list[dict[str, Any]]) -> None:
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


def test_the_demo_makes_itself_anew_but_never_over_a_ledger_that_is_no_demo(copy: Path) -> None:
    facts = json.loads((copy / "ledger.json").read_text())
    (copy / "ledger.json").write_text(json.dumps(facts | {"demo": False}))
    done = shareledger("demo", "run", "--data", str(copy))
    assert done.returncode == 2
    assert "no demo" in done.stderr
    assert (copy / "ledger.sqlite").exists()
