"""``ask access|case|agreement``: the officer's questions, over the same routes and filters as those of any caller."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from api.server.data_dir import DataDir
from cli.options import AsParty, Data, Language, Output
from cli.output import Format, Lang, print_json
from cli.signing import checked, token_for
from cli.telling import render_access, render_agreement, render_case

ask = typer.Typer(help="提问。Ask the ledger.", no_args_is_help=True)
Url = Annotated[str, typer.Option("--to", help="账本地址。The ledger's URL.")]
PurposeOption = Annotated[str, typer.Option(help="查询目的。Why you ask.")]
LOCAL = "http://127.0.0.1:8085"
PURPOSE = "监督检查"


def add_to(app: typer.Typer) -> None:
    app.add_typer(ask, name="ask")


@ask.command("access")
def access(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    item: Annotated[str | None, typer.Option(help="目录条目。Catalogue item.")] = None,
    requester: Annotated[str | None, typer.Option(help="使用机关。Who used it.")] = None,
    provider: Annotated[str | None, typer.Option(help="提供机关。Whose information.")] = None,
    post: Annotated[str | None, typer.Option(help="岗位。Officer post.")] = None,
    purpose_code: Annotated[str | None, typer.Option("--for", help="用途代码。Purpose code.")] = None,
    verdict: Annotated[str | None, typer.Option(help="授权状态。AUTHORIZED, UNAUTHORIZED, …")] = None,
    reason: Annotated[str | None, typer.Option(help="理由代码。Reason code.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="起。RFC 3339 or a day.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="止。RFC 3339 or a day.")] = None,
    as_of: Annotated[str | None, typer.Option(help="树大小或时刻。Tree size or time.")] = None,
    limit: Annotated[int, typer.Option(help="行数。Rows.", min=1, max=500)] = 50,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """谁访问了什么、为何、是否有授权。Who accessed what, for what purpose, and was it authorized."""
    filters = {
        "item": item,
        "requester": requester,
        "provider": provider,
        "post": post,
        "purpose": purpose_code,
        "verdict": verdict,
        "reason": reason,
        "from": from_,
        "to": until,
        "as_of": as_of,
        "limit": str(limit),
    }
    params = {name: value for name, value in filters.items() if value is not None}
    answer = get(to, "/v1/access", params, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_access(answer, lang, title="访问检索" if lang is Lang.zh else "Access trail")


@ask.command("case")
def case(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="案件编号,如 2026-0001。The case.")],
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """一个案件的时间线。One case: what happened, when it was recorded, how it is judged."""
    answer = _whole_case(to, case_id, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_case(answer, lang)


@ask.command("agreement")
def agreement(
    agreement_id: Annotated[str, typer.Argument(metavar="ID", help="协议编号,如 A-0001。The agreement.")],
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """一份协议及其各版本。One agreement and its versions."""
    answer = get(to, f"/v1/agreements/{agreement_id}", {}, token_for(DataDir(data), as_, purpose=purpose))
    if output is Format.json:
        print_json(answer)
    else:
        render_agreement(answer, lang)


def _whole_case(to: str, case_id: str, token: str) -> dict[str, Any]:
    """Reads all pages of its timeline at the tree size of the first one, which the cursor fixes."""
    path, longest = f"/v1/cases/{case_id}", {"limit": "500"}
    answer = get(to, path, longest, token)
    while answer["next"] is not None:
        page = get(to, path, {**longest, "cursor": answer["next"]}, token)
        answer["timeline"] += page["timeline"]
        answer["next"] = page["next"]
    return answer


def get(to: str, path: str, params: dict[str, str], token: str) -> dict[str, Any]:
    with httpx.Client(base_url=to, timeout=60) as client:
        answer = checked(client.get(path, params=params, headers={"Authorization": f"Bearer {token}"}))
    return dict(answer.json())
