"""The verbs of ``shareledger``, one module per group; every failure is a sentence and an exit code."""

from __future__ import annotations

import sys

import httpx
import typer

from api.http.problems import Problem
from cli import (
    ask_catalogue,
    ask_deadlines,
    ask_findings,
    ask_scorecards,
    asking,
    demoing,
    founding,
    keeping,
    serving,
    signing,
)
from cli.exits import Exit, Stop
from cli.output import err
from formats.errors import Malformed

app = typer.Typer(
    name="shareledger",
    help="共享账本: 谁访问了什么、为何、是否有授权。An audit ledger for information sharing between agencies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
GROUPS = (
    founding,
    signing,
    serving,
    asking,
    ask_findings,
    ask_scorecards,
    ask_deadlines,
    ask_catalogue,
    keeping,
    demoing,
)
for group in GROUPS:
    group.add_to(app)


def main() -> None:
    """Run the command; what a person must know goes to stderr, what a program reads to stdout."""
    try:
        app()
    except Stop as stop:
        _tell(str(stop))
        sys.exit(stop.code)
    except Malformed as fault:
        _tell(f"{fault.detail}\n{fault.next_step}")
        sys.exit(Exit.USAGE)
    except Problem as problem:
        _tell(f"{problem.code}: {problem.detail}")
        sys.exit(Exit.REFUSED)
    except httpx.TransportError as failure:
        _tell(f"the ledger cannot be reached: {failure}\nStart it with: shareledger serve")
        sys.exit(Exit.NETWORK)


def _tell(message: str) -> None:
    err.print(message, markup=False, highlight=False, soft_wrap=True)
