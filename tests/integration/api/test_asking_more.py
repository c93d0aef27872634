"""``ask catalogue|item|disputes|dispute|reconciliation``, run as a script would, on a ledger that is served."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

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
