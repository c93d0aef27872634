"""Another question is never answered: an address that is no percent-encoded UTF-8 is refused, and says where."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from api.http.percent_encoding import require_utf8
from api.http.problems import Problem

GBK = quote("公安".encode("gbk"))


def scope(path: str, query: str) -> dict[str, Any]:
    return {"raw_path": path.encode(), "query_string": query.encode()}


@pytest.mark.parametrize(
    ("path", "query", "code", "words"),
    [
        ("/v1/access", f"item={GBK}", "PARAMETER_INVALID", "item is not UTF-8 (it reads as GBK)"),
        ("/v1/access", "purpose=100%", "PARAMETER_INVALID", "purpose has a %"),
        ("/v1/access", "limit=1&item=%zz", "PARAMETER_INVALID", "item has a %"),
        ("/v1/access", f"{GBK}=1", "PARAMETER_INVALID", "is not UTF-8"),
        (f"/v1/cases/{GBK}", "", "NOT_FOUND", "The path is not UTF-8"),
        ("/v1/cases/50%", "", "NOT_FOUND", "The path has a %"),
    ],
)
def test_what_is_no_utf8_is_refused(path: str, query: str, code: str, words: str) -> None:
    with pytest.raises(Problem) as refused:
        require_utf8(scope(path, query))
    assert refused.value.code == code
    assert words in refused.value.detail


def test_what_is_utf8_is_read() -> None:
    read = [
        scope(f"/v1/cases/{quote('2026-1/公安')}", f"item={quote('公安 100%')}&q=a+b%2B"),
        scope("/v1/access", "item=C01"),
    ]
    assert [require_utf8(each) for each in read] == [None, None]
