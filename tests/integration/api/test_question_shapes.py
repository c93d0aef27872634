"""Answers about the catalogue, disputes and reconciliation have the shapes that the description promises."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.test_description import wrong
from tests.support.dispute_story import DRAFT

ASKED = {
    "/v1/catalogue": "CataloguePage",
    "/v1/catalogue/C03": "ItemFile",
    "/v1/catalogue/C04": "ItemFile",
    "/v1/catalogue/C09": "ItemFile",
    "/v1/catalogue/C13": "ItemFile",
    f"/v1/catalogue/{DRAFT}": "ItemFile",
    "/v1/demands": "DemandPage",
    "/v1/disputes": "DisputePage",
    "/v1/disputes/DP-0110": "DisputeFile",
    "/v1/disputes/DP-0111": "DisputeFile",
    "/v1/discrepancies": "DiscrepancyPage",
    "/v1/reconciliation": "ReconciliationPage",
    "/v1/reconciliation/grants": "GrantPage",
    "/v1/reconciliation/cases/2026-0101": "CaseReconciliation",
    "/v1/reconciliation/cases/2026-0110": "CaseReconciliation",
}


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("who", ["数据局", "监察"])
def test_an_answer_has_the_shape_that_is_promised(dispute_ledger: Any, path: str, who: str) -> None:
    assert wrong(ASKED[path], dispute_ledger.ask(path, who)) == []


@pytest.mark.parametrize("path", ASKED)
def test_an_unknown_parameter_is_refused_and_never_ignored(dispute_ledger: Any, path: str) -> None:
    assert dispute_ledger.get(path, "数据局", states="x").json()["code"] == "PARAMETER_UNKNOWN"


@pytest.mark.parametrize("path", ASKED)
def test_an_answer_can_be_had_again_by_its_tree_size_and_instant(dispute_ledger: Any, path: str) -> None:
    first = dispute_ledger.ask(path, "数据局")
    again = dispute_ledger.ask(path, "数据局", as_of=first["as_of"], at=first["at"])
    assert {**again, "checkpoint": None} == {**first, "checkpoint": None}


@pytest.mark.parametrize("path", [path for path, shape in ASKED.items() if shape.endswith("Page")])
def test_pages_join_to_the_whole(dispute_ledger: Any, path: str) -> None:
    whole, page, joined = (
        dispute_ledger.rows(path, "数据局"),
        dispute_ledger.ask(path, "数据局", limit=1, include="count"),
        [],
    )
    assert page["count"] == len(whole) > 1
    joined += page["rows"]
    while page["next"]:
        page = dispute_ledger.ask(path, "数据局", limit=1, cursor=page["next"])
        joined += page["rows"]
    assert joined == whole
