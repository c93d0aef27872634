"""The verbs of ``shareledger``, one module per group; every failure is a sentence and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, Final, NoReturn

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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding shows escapes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Stop as stop:
        _end(str(stop), stop.code)
    except Malformed as fault:
        zh = _DATABASES.get(fault.code)
        text = f"{fault.detail}\n{fault.next_step}"
        _end(text if zh is None else f"{zh}\n{text}", Exit.USAGE if zh is None else Exit[fault.code])
    except BrokenPipeError:  # the reader has what it wanted, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
    except OSError as failure:
        _end(_of_the_system(failure), Exit.ENVIRONMENT)
    except Exception as failure:
        _of_a_library(failure)
        raise


_DATABASES: Final = {
    "DATABASE_MISSING": "数据库缺失或为空,而账本已创建:请从备份恢复。",
    "DATABASE_NEWER": "数据库由更新的版本写成:请安装该版本。",
    "DATABASE_CORRUPT": "数据库文件已损坏:请从备份恢复。",
    "DATABASE_UNREADABLE": "数据库文件无法读取:请检查权限。",
}


def _of_the_system(failure: OSError) -> str:
    what = failure.filename or ""
    words = {
        errno.ENOENT: ("不存在", "does not exist"),
        errno.EACCES: ("无权访问", "may not be accessed"),
        errno.EISDIR: ("是目录", "is a directory"),
        errno.ENOTDIR: ("不是目录", "is no directory"),
        errno.ENOSPC: ("磁盘已满", "the disk is full"),
        errno.EROFS: ("只读", "is read-only"),
    }
    zh, en = words.get(failure.errno or 0, ("无法使用", failure.strerror or type(failure).__name__))
    return f"{what} {zh}。{what}: {en}."


def _of_a_library(failure: Exception) -> None:
    """Ends the command for the failures of libraries that are no faults of the software."""
    if _is(failure, "api.http.problems", "Problem"):
        _end(f"{vars(failure)['code']}: {vars(failure)['detail']}", Exit.REFUSED)
    if _is(failure, "httpx", "TransportError"):
        text = f"账本无法连接。The ledger cannot be reached: {failure}\nStart it with: shareledger serve"
        _end(text, Exit.NETWORK)
    if _is(failure, "pydantic", "ValidationError"):
        faults = (f"LEDGER_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in _faults_of(failure))
        _end("设置有误。A setting cannot be read:\n" + "\n".join(faults), Exit.USAGE)
    if _is(failure, "sqlalchemy.exc", "DBAPIError") or _is(failure, "sqlalchemy.exc", "TimeoutError"):
        cause = str(getattr(failure, "orig", failure)).strip().partition("\n")[0]
        _end(f"数据库不可用。The database cannot be used: {cause}\nCheck it with: shareledger doctor", Exit.DATABASE)


def _faults_of(failure: Any) -> list[dict[str, Any]]:
    """The faults that pydantic found in the settings."""
    return list(failure.errors(include_url=False, include_input=False))


def _is(failure: Exception, module: str, name: str) -> bool:
    """Whether the failure is of this kind. Only a module that the verb has imported can have raised it."""
    return module in sys.modules and isinstance(failure, vars(sys.modules[module])[name])


def _end(message: str, code: Exit) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)
