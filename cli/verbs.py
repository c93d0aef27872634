"""The module of each verb. A verb is imported when it is run and not before: all of them together import the server,
the database's drivers and the law, and take ten times as long to start.
"""

from __future__ import annotations

import gc
from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Verb(NamedTuple):
    """``help``: the first paragraph of the verb's own help, so that the list of verbs imports none."""

    modules: tuple[str, ...]
    help: str


VERBS: Final[Mapping[str, Verb]] = {
    "init": Verb(
        ("cli.founding",),
        "创建账本:检查点密钥、两个创始机关的密钥与第 0 条记录。Found a ledger: its keys and entry 0.",
    ),
    "keys": Verb(("cli.signing",), "密钥。Keys of agencies."),
    "parties": Verb(("cli.registering",), "机关登记。Registering parties."),
    "token": Verb(
        ("cli.signing",),
        "签发查询令牌(仅演示目录)。A bearer token, signed with a key that lies in the directory; the last line.",
    ),
    "vkey": Verb(
        ("cli.signing",),
        "打印检查点验证密钥。Print the checkpoint's verifier keys; the Ed25519 one is the last line.",
    ),
    "sign": Verb(
        ("cli.signing",),
        "离线签名,打印 Submission-Signature。Sign record lines offline; prints the header's value.",
    ),
    "submit": Verb(
        ("cli.signing",),
        "签名并提交。Sign with --key, or with the party's key in the directory; send, and print the receipts.",
    ),
    "check": Verb(
        ("cli.checking",), "离线核验回执。Check a receipt offline: 0 it holds, 10 it does not, 12 the key is none."
    ),
    "serve": Verb(("cli.serving",), "提供 HTTP 服务。Serve the ledger; ready when /readyz answers 200."),
    "ask": Verb(("cli.asking",), "提问。Ask the ledger."),
    "verify": Verb(
        ("cli.keeping",),
        "核验整个账本。Re-check every hash, chain and signature: 0 pass, 10 fail, 11 inconclusive, 12 no keys.",
    ),
    "rebuild": Verb(
        ("cli.keeping",),
        "从第 0 条记录重建全部查询投影。Rebuild every projection from entry 0; the old ones answer until then.",
    ),
    "doctor": Verb(
        ("cli.keeping",),
        "检查目录、密钥、数据库与日历。Check keys, database, calendar; each ✖ comes with the command that mends it.",
    ),
    "sandbox": Verb(
        ("cli.sandboxing",),
        "试用: 演示账本、一个有密钥的机关、可直接粘贴的命令。A demo ledger to try: served, with commands to paste.",
    ),
    "demo": Verb(("cli.demoing",), "演示账本。The demo ledger."),
}


class Commands(UserDict[str, Any]):
    """The verbs by name, each imported when it is looked up."""

    def __init__(self) -> None:
        super().__init__(VERBS)

    def __getitem__(self, name: str) -> Any:
        found = self.data[name]
        if isinstance(found, Verb):
            found = self.data[name] = _load(name, found)
        return found


class Verbs(TyperGroup):
    """A group whose list of commands shows the texts of the table."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = Commands()

    def format_commands(self, _: Any, formatter: Any) -> None:
        limit = formatter.width - 6 - max(map(len, VERBS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, TyperCommand(name, help=verb.help).get_short_help_str(limit)) for name, verb in VERBS.items()]
            )


def _load(name: str, verb: Verb) -> Any:
    group = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    group.callback()(lambda: None)
    # Imported modules stay. A repeated search of them for cycles would take a fifth of the import time.
    gc.disable()
    try:
        for module in verb.modules:
            import_module(module).add_to(group)
    finally:
        gc.enable()
    loaded: Any = typer.main.get_group(group)
    return loaded.commands[name]
