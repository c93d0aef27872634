"""``sandbox``: a served demo ledger, an agency with a key, and commands that work when they are pasted."""

from __future__ import annotations

import shlex
import uuid
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from api.server.data_dir import DataDir
from api.server.settings import Settings
from cli.demoing import act_out
from cli.identity import Identity
from cli.options import Data
from cli.output import Lang
from cli.serving import serve
from demo.stage import clear, set_stage
from demo.story.cast import RESPONSIBLE, uscc
from demo.story.year import FROZEN
from ledger.records.submission_signature import sign_submission

AGENCY = "民政厅"


def add_to(app: typer.Typer) -> None:
    app.command("sandbox")(sandbox)


def sandbox(
    data: Data = Path("var/sandbox"),
    port: Annotated[int, typer.Option(help="端口。Port.", min=1, max=65_535)] = 8085,
) -> None:
    """试用: 演示账本、一个有密钥的机关、可直接粘贴的命令。A demo ledger to try: served, with commands to paste."""
    if not (data / "ledger.json").exists():
        clear(data)
        set_stage(Settings(data=data))
        act_out(DataDir(data), Lang.zh)
    _print_commands(DataDir(data), f"http://127.0.0.1:{port}")
    serve(data=data, port=port)


def _print_commands(directory: DataDir, address: str) -> None:
    code = uscc(AGENCY)
    who = Identity(code, RESPONSIBLE, directory.key(code), directory.origin)
    line = orjson.dumps(_demand(code))
    jws = sign_submission([line], key=who.key, iss=code, aud=who.origin, iat=int(FROZEN.timestamp()))
    submit = ["curl", "-sS", f"{address}/v1/submissions", "-H", "Content-Type: application/x-ndjson"]
    submit += ["-H", f"Submission-Signature: {jws}", "--data-binary", line.decode()]
    ask = ["curl", "-sS", f"{address}/v1/access?limit=3", "-H", f"Authorization: Bearer {who.token('试用')}"]
    typer.echo(f"账本地址 URL: {address}  (API: {address}/docs)")
    typer.echo(f"试用机关 agency: {code} 江苏省{AGENCY}, {directory.key_file(code)}")
    typer.echo("\n# 提交一条记录 record an act\n" + shlex.join(submit))
    typer.echo("\n# 提问(令牌五分钟有效) ask; the token lives for five minutes\n" + shlex.join(ask))
    again = ["shareledger", "token", "--as", code, "--purpose", "试用", "--data", str(directory.path)]
    typer.echo("\n# 新令牌 another token\n" + shlex.join(again) + "\n")


def _demand(code: str) -> dict[str, Any]:
    number = uuid.uuid4().hex[:8]
    return {
        "specversion": "1.0",
        "id": f"sandbox-{number}",
        "source": f"urn:uscc:{code}",
        "type": "sharing.demand.stated.v1",
        "subject": f"demand/SANDBOX-{number}",
        "time": FROZEN.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "post": RESPONSIBLE,
            "wanted": "企业用水量",
            "duty": {"kind": "MATTER_CODE", "matter_code": "SX-3201"},
        },
    }
