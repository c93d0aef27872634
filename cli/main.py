"""The verbs of ``shareledger``, one module per group; every failure is a sentence and an exit code."""

from __future__ import annotations

import sys

import typer

from cli.exits import Exit, Stop
from cli.verbs import Verbs
from formats.errors import Malformed

app = typer.Typer(
    name="shareledger",
    cls=Verbs,
    help="共享账本: 谁访问了什么、为何、是否有授权。An audit ledger for information sharing between agencies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def shareledger() -> None:
    """Its verbs do everything."""


def main() -> None:
    """Runs the command. Texts for people go to stderr, texts for programs to stdout."""
    try:
        app()
    except Stop as stop:
        _end(str(stop), stop.code)
    except Malformed as fault:
        _end(f"{fault.detail}\n{fault.next_step}", Exit.USAGE)
    except Exception as failure:
        if _is(failure, "api.http.problems", "Problem"):
            _end(f"{vars(failure)['code']}: {vars(failure)['detail']}", Exit.REFUSED)
        if _is(failure, "httpx", "TransportError"):
            _end(f"the ledger cannot be reached: {failure}\nStart it with: shareledger serve", Exit.NETWORK)
        raise


def _is(failure: Exception, module: str, name: str) -> bool:
    """Whether the failure is of this kind. Only a module that the verb has imported can have raised it."""
    return module in sys.modules and isinstance(failure, vars(sys.modules[module])[name])


def _end(message: str, code: Exit) -> None:
    typer.echo(message, err=True)
    sys.exit(code)
