"""Options that several verbs share, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AnswerFormat, Format, Lang

Data = Annotated[Path, typer.Option("--data", envvar="LEDGER_DATA", help="账本目录。DataDir of the ledger.")]
Output = Annotated[Format, typer.Option("-o", "--output", help="输出格式。Format of the output.")]
AnswerOutput = Annotated[AnswerFormat, typer.Option("-o", "--output", help="输出格式。Format of the output.")]
Language = Annotated[Lang, typer.Option("--lang", help="语言。Language of the text.")]
AsParty = Annotated[str, typer.Option("--as", help="统一社会信用代码[/岗位] 或 auditor。Who acts.")]
Passphrase = Annotated[
    str | None, typer.Option("--passphrase", envvar="LEDGER_KEY_PASSPHRASE", help="密钥口令。Opens the key file.")
]
