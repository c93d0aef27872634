"""``ask catalogue|item|disputes|dispute|reconciliation``: resources, disputes and deliveries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from api.server.data_dir import DataDir
from cli.asking import LOCAL, PURPOSE, PurposeOption, Url, ask, get
from cli.options import AsParty, Data, Language, Output
from cli.output import Format, Lang, print_json
from cli.signing import token_for
from cli.tell_catalogue import render_catalogue, render_dispute, render_disputes, render_item
from cli.tell_reconciliation import render_case_reconciliation, render_reconciliation

AsOf = Annotated[str | None, typer.Option("--as-of", help="树大小或时刻。Tree size or time.")]
Asker = tuple[Path, str, str]  # the directory of the key, the caller, and the purpose
Rows = Annotated[int, typer.Option("--limit", help="行数。Rows.", min=1, max=500)]


def add_to(_app: typer.Typer) -> None:
    """Adds the verbs to ``ask``."""


@ask.command("catalogue")
def catalogue(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    provider: Annotated[str | None, typer.Option(help="提供机关。Who provides it.")] = None,
    class_: Annotated[str | None, typer.Option("--class", help="敏感类型。Class in force.")] = None,
    status: Annotated[str | None, typer.Option(help="条目状态。PUBLISHED, SUSPENDED, …")] = None,
    q: Annotated[str | None, typer.Option("--q", help="代码或名称的一部分。Part of code or name.")] = None,
    as_of: AsOf = None,
    limit: Rows = 50,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """共享目录。The catalogue: who offers what, of which class, and whether it is up to date."""
    params = {"provider": provider, "class": class_, "status": status, "q": q, "as_of": as_of, "limit": str(limit)}
    answer = _asked(to, "/v1/catalogue", params, (data, as_, purpose))
    _render(answer, output, lambda: render_catalogue(answer, lang))


@ask.command("item")
def item(
    code: Annotated[str, typer.Argument(metavar="CODE", help="目录条目代码,如 C04。Resource code.")],
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    as_of: AsOf = None,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """一个目录条目。One resource: its versions, classes, changes and their clocks."""
    answer = _asked(to, f"/v1/catalogue/{code}", {"as_of": as_of}, (data, as_, purpose))
    _render(answer, output, lambda: render_item(answer, lang))


@ask.command("disputes")
def disputes(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    route: Annotated[str | None, typer.Option(help="路径 A 或 B。A: state secret. B: the others.")] = None,
    item: Annotated[str | None, typer.Option(help="目录条目。Catalogue item.")] = None,
    party: Annotated[str | None, typer.Option(help="任一方机关。Organ on either side.")] = None,
    open_: Annotated[bool | None, typer.Option("--open/--settled", help="是否未了结。Open, or settled.")] = None,
    as_of: AsOf = None,
    limit: Rows = 50,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """性质争议。Disputes over what information is, and how many days they took."""
    unsettled = None if open_ is None else str(open_).lower()
    params = {"route": route, "item": item, "party": party, "open": unsettled, "as_of": as_of, "limit": str(limit)}
    answer = _asked(to, "/v1/disputes", params, (data, as_, purpose))
    _render(answer, output, lambda: render_disputes(answer, lang))


@ask.command("dispute")
def dispute(
    dispute_id: Annotated[str, typer.Argument(metavar="ID", help="争议编号。The dispute.")],
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    as_of: AsOf = None,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """一个争议的经过。One dispute: its steps side by side, its decision, and what it reopened."""
    answer = _asked(to, f"/v1/disputes/{dispute_id}", {"as_of": as_of}, (data, as_, purpose))
    _render(answer, output, lambda: render_dispute(answer, lang))


@ask.command("reconciliation")
def reconciliation(
    as_: AsParty,
    to: Url = LOCAL,
    data: Data = Path("var/demo"),
    case: Annotated[str | None, typer.Option(help="案件:连同使用。One case, with its uses.")] = None,
    provider: Annotated[str | None, typer.Option(help="提供机关。Who provided it.")] = None,
    requester: Annotated[str | None, typer.Option(help="使用机关。Who received it.")] = None,
    item: Annotated[str | None, typer.Option(help="目录条目。Catalogue item.")] = None,
    state: Annotated[str | None, typer.Option(help="对账状态。MATCHED, UNACKNOWLEDGED, …")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="起。RFC 3339 or a day.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="止。RFC 3339 or a day.")] = None,
    as_of: AsOf = None,
    limit: Rows = 50,
    purpose: PurposeOption = PURPOSE,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """对账。Deliveries against acknowledgements; with --case also its grant against its uses."""
    who = (data, as_, purpose)
    filters = {"provider": provider, "requester": requester, "item": item, "state": state, "from": from_, "to": until}
    if case is not None:
        if any(value is not None for value in filters.values()):
            raise typer.BadParameter("--case 不与其他条件同用。--case goes with no other filter.")
        answer = _asked(to, f"/v1/reconciliation/cases/{case}", {"as_of": as_of}, who)
        _render(answer, output, lambda: render_case_reconciliation(answer, lang))
        return
    answer = _asked(to, "/v1/reconciliation", {**filters, "as_of": as_of, "limit": str(limit)}, who)
    _render(answer, output, lambda: render_reconciliation(answer, lang))


def _asked(to: str, path: str, params: Mapping[str, str | None], asker: Asker) -> dict[str, Any]:
    data, as_, purpose = asker
    query = {name: value for name, value in params.items() if value is not None}
    return get(to, quote(path), query, token_for(DataDir(data), as_, purpose=purpose))


def _render(answer: dict[str, Any], output: Format, tell: Callable[[], None]) -> None:
    if output is Format.json:
        print_json(answer)
    else:
        tell()
