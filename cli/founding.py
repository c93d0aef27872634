"""``init``: found a ledger in a directory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from api.server.data_dir import DataDir
from api.server.founding import Founder, establish
from api.server.machine_clock import machine_clock
from api.server.settings import Settings
from cli.exits import Exit, Stop
from cli.options import Data
from formats.errors import Malformed

_PARTY = ("uscc", "name", "category", "level", "division", "valid_from", "unit", "responsible_post")


def add_to(app: typer.Typer) -> None:
    app.command("init")(init)


def init(
    answers: Annotated[
        Path, typer.Option(help="JSON: origin, authority, government, operator。Who founds the ledger.")
    ],
    data: Data = Path("var/ledger"),
) -> None:
    """创建账本:检查点密钥、两个创始机关的密钥与第 0 条记录。Found a ledger: its keys and entry 0.

    The founding parties' private keys are written to DATA/keys; hand each to its organ and delete it here. The
    operator's, DATA/operator.json, stays: the server signs with it what it has to record itself.
    """
    stated = _read(answers)
    directory = DataDir(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    founders = [
        Founder(party["uscc"], directory.new_key(party["uscc"]), {k: v for k, v in party.items() if k != "uscc"})
        for party in (stated["authority"], stated["government"])
    ]
    try:
        signer = establish(
            Settings(data=data), stated["origin"], founders, operator=stated["operator"], instant=machine_clock()
        )
    except FileExistsError as exists:
        raise Stop(
            Exit.USAGE, f"{exists.filename} exists: {data} holds a ledger. Choose another directory."
        ) from exists
    key = directory.new_operator_key(stated["operator"])
    typer.echo(f"账本已创建 founded: {stated['origin']} in {data}")
    typer.echo(f"平台运维单位密钥 operator's key: {key.kid}, {data}/operator.public.json")
    for vkey in reversed(signer.vkeys):
        typer.echo(vkey)


def _read(answers: Path) -> dict[str, Any]:
    next_step = f'State {{"origin", "operator", "authority", "government"}}; a party has {", ".join(_PARTY)}.'
    try:
        stated = orjson.loads(answers.read_bytes())
        complete = isinstance(stated["origin"], str) and isinstance(stated["operator"], str)
        complete = complete and all(set(_PARTY) <= stated[party].keys() for party in ("authority", "government"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Malformed("ANSWERS_INVALID", f"{answers}: {fault!r}", next_step=next_step) from fault
    if not complete:
        raise Malformed("ANSWERS_INVALID", f"{answers} does not state everything", next_step=next_step)
    return dict(stated)
