"""``ask``, run as a script would, on a ledger that is served."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import asking
from cli.ask_verbs import VERBS
from cli.main import app
from cli.questions import load
from tests.support.command import shareledger
from tests.support.dispute_story import DRAFT

pytestmark = pytest.mark.parametrize("back_end", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


def ask(ledger: Any, *question: str, who: str = "数据局") -> str:
    data = ledger.directory.path
    done = shareledger("ask", *question, "--as", ledger.uscc(who), "--data", str(data), "--to", ledger.url)
    assert done.returncode == 0, done.stderr
    return re.sub(r"[ │┃]+", " ", done.stdout)


def test_the_catalogue_is_told_in_words_and_a_state_secret_without(dispute_ledger: Any) -> None:
    told = ask(dispute_ledger, "catalogue")
    assert "C04 企业年报(未公示部分) 江苏省市场监督管理局 商业秘密 已发布 2" in told
    assert "C09 (涉密,不显示) 江苏省自然资源厅 国家秘密 已暂停" in told
    assert "应于 2026-10-10 前更新" in told
    assert "测绘" not in told


def test_the_catalogue_is_told_in_english_and_by_filter(dispute_ledger: Any) -> None:
    told = ask(dispute_ledger, "catalogue", "--class", "state_secret", "--lang", "en")
    assert "C09 (state secret, not shown)" in told
    assert "C04" not in told


def test_an_item_whose_code_holds_a_stroke_is_told_to_who_keeps_it(dispute_ledger: Any) -> None:
    assert ask(dispute_ledger, "item", DRAFT, who="住建厅").startswith(
        f"{DRAFT} 地下管线图 江苏省住房和城乡建设厅 草稿"
    )


def test_an_item_tells_what_changed_between_its_versions(dispute_ledger: Any) -> None:
    assert "v1 → v2 share_condition: 行政依据 → 行政依据、数据校核" in ask(dispute_ledger, "item", "C04")


def test_disputes_tell_how_many_days_they_took(dispute_ledger: Any) -> None:
    told = ask(dispute_ledger, "disputes", "--settled")
    assert re.search(r"DP-0111 A C09 \S+ \S+ 国家秘密 DETERMINED 48", told)
    assert re.search(r"DP-0110 B C07 \S+ \S+ 商业秘密 OUTCOME_RECORDED 78", told)
    assert "DP-" not in ask(dispute_ledger, "disputes", "--open")


def test_a_dispute_is_told_in_lanes_with_what_it_reopened(dispute_ledger: Any) -> None:
    told = ask(dispute_ledger, "dispute", "DP-0111")
    assert "提出方 江苏省交通运输厅 对方 江苏省自然资源厅 确定机关 江苏省国家保密局" in told
    assert "江苏省国家保密局 PROVINCE IS_STATE_SECRET" in told
    assert "据此重新答复: " in ask(dispute_ledger, "dispute", "DP-0110")


def test_reconciliation_tells_the_difference_and_what_explains_it(dispute_ledger: Any) -> None:
    told = ask(dispute_ledger, "reconciliation")
    assert "C03 1200000 1199412 588 ✖ 拒收" in told
    assert "另行提供 D-0109-2" in told
    assert "差异 2 项,未说明 1 项" in told
    assert "… 未签收" in told


def test_a_case_is_reconciled_with_its_uses(dispute_ledger: Any) -> None:
    told = ask(dispute_ledger, "reconciliation", "--case", "2026-0101")
    assert "使用 5 次" in told
    assert re.search(r"无提供的使用 1 #\d+", told)
    assert re.search(r"超出所提供信息项 1\n #\d+ 负债总额", told)


def test_a_case_goes_with_no_other_filter(dispute_ledger: Any) -> None:
    data = str(dispute_ledger.directory.path)
    asked = ("--as", dispute_ledger.uscc("数据局"), "--data", data, "--to", dispute_ledger.url)
    done = shareledger("ask", "reconciliation", "--case", "2026-0101", "--state", "MATCHED", *asked)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_program_reads_the_answer_as_it_came(dispute_ledger: Any) -> None:
    printed = json.loads(ask(dispute_ledger, "reconciliation", "--state", "DIFFERS", "-o", "json"))
    assert [row["id"] for row in printed["rows"]] == ["D-0114-2"]


def printed(ledger: Any, *question: str) -> str:
    """As it is printed, every byte of it."""
    asked = ("--as", ledger.uscc("数据局"), "--data", str(ledger.directory.path), "--to", ledger.url)
    done = subprocess.run([sys.executable, "-m", "cli", "ask", *question, *asked], capture_output=True, check=True)
    return done.stdout.decode()


def csv_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_all_follows_the_cursor_in_every_format(dispute_ledger: Any) -> None:
    query = ("parties", "--all")
    whole = json.loads(printed(dispute_ledger, *query, "-o", "json"))
    assert whole["next"] is None
    codes = [row["uscc"] for row in whole["rows"]]
    assert [json.loads(line)["uscc"] for line in printed(dispute_ledger, *query, "-o", "jsonl").splitlines()] == codes
    assert [row["uscc"] for row in csv_of(printed(dispute_ledger, *query, "-o", "csv"))] == codes
    assert len(printed(dispute_ledger, "parties", "--limit", "2", "-o", "jsonl").splitlines()) == 2 < len(codes)


def test_all_asks_for_the_pages_after_the_first(dispute_ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LARGEST", 2)
    data, who = str(dispute_ledger.directory.path), dispute_ledger.uscc("数据局")
    question = ["ask", "parties", "--all", "-o", "jsonl", "--as", who, "--data", data, "--to", dispute_ledger.url]
    told = CliRunner().invoke(app, question)
    assert told.exit_code == 0, told.output
    whole = json.loads(printed(dispute_ledger, "parties", "--limit", "500", "-o", "json"))["rows"]
    assert [json.loads(line) for line in told.stdout.splitlines()] == whole


def test_one_thing_is_one_line_and_one_row(dispute_ledger: Any) -> None:
    (line,) = printed(dispute_ledger, "item", "C04", "-o", "jsonl").splitlines()
    (row,) = csv_of(printed(dispute_ledger, "item", "C04", "-o", "csv"))
    assert json.loads(line)["item"]["code"] == row["item.code"] == "C04"
    assert json.loads(row["versions"]) == json.loads(line)["versions"]


def test_a_question_of_an_earlier_tree_size_is_answered_as_of_then(dispute_ledger: Any) -> None:
    then = json.loads(printed(dispute_ledger, "parties", "--as-of", "60", "--at", "2026-12-01", "-o", "json"))
    assert then["as_of"] == 60
    assert then["at"] == "2026-11-30T16:00:00.000Z"


@pytest.mark.parametrize("verb", [name for name in VERBS if load()[VERBS[name].operation].in_path is None])
def test_every_list_is_told_and_has_its_columns(dispute_ledger: Any, verb: str) -> None:
    assert "树大小" in printed(dispute_ledger, verb, "--include-count")
    head = printed(dispute_ledger, verb, "-o", "csv").partition("\r\n")[0]
    assert head.removeprefix("\ufeff").split(",") == list(load()[VERBS[verb].operation].columns)


def test_a_party_and_the_judgements_of_an_act_are_told(dispute_ledger: Any) -> None:
    code = dispute_ledger.uscc("住建厅")
    assert printed(dispute_ledger, "party", code).startswith(f"{code}  江苏省住房和城乡建设厅")
    act = json.loads(printed(dispute_ledger, "access", "--limit", "1", "-o", "json"))["rows"][0]["index"]
    assert f"#{act}" in printed(dispute_ledger, "judgements", str(act))
