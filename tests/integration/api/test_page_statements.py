"""How many statements a page of the access trail takes, where nothing was recorded since the page before."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import event

AT_MOST = {"民政厅": 13, "数据局": 14}  # who sees everything has the read noted, in one statement more


@pytest.mark.parametrize("who", AT_MOST)
def test_a_page_takes_few_statements(story_ledger: Any, who: str) -> None:
    story_ledger.ask("/v1/access", who, at_least=story_ledger.size - 1)
    story_ledger.ask("/v1/access", who)
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        of_question = threading.current_thread().name.startswith("AnyIO")  # others watch and project meanwhile
        if of_question and not statement.startswith("BEGIN"):
            statements.append(statement)

    engine = story_ledger.runtime.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        story_ledger.ask("/v1/access", who)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert statements
    assert len(statements) <= AT_MOST[who], "\n".join(statements)
