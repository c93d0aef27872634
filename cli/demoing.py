"""``demo run|clock|tamper|restore``: the story, its scripted clock, and one byte changed outside the ledger."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from api.server.data_dir import DataDir
from api.server.opening import open_store
from api.server.settings import Settings
from cli.exits import Exit, Stop
from cli.generating import generate
from cli.identity import ledger_now
from cli.keeping import render_verification, verification
from cli.ledger_client import checked, ledger_client
from cli.options import Data, Language
from cli.output import Lang, out, progress
from cli.tell_deadlines import render_deadlines
from cli.tell_findings import render_findings
from cli.tell_reconciliation import render_reconciliation
from cli.telling import render_access, render_cases
from demo.acting import DemoClient
from demo.serving import server
from demo.signing import Signers
from demo.stage import ORIGIN, clear, set_stage
from demo.story.cases import OUT_OF_PURPOSE
from demo.story.cast import uscc
from demo.story.opening import AUTHORITY
from demo.story.year import FROZEN, year
from demo.tampering import Tampering
from domain.rules.bundled import load_calendar
from formats import rfc3339


class DemoQuestion(NamedTuple):
    """A question that the authority asks of the finished year, and the form of its answer."""

    zh: str
    en: str
    path: str
    filters: Mapping[str, str]
    tell: Callable[..., None] = render_access


QUESTIONS: Final = (
    DemoQuestion(
        "谁在授权之外访问或发布了信息?",
        "Who accessed or released without authorization?",
        "/v1/access",
        {"verdict": "UNAUTHORIZED"},
    ),
    DemoQuestion("哪些拒绝依据不足?", "Which refusals were unlawful?", "/v1/access", {"verdict": "UNLAWFUL"}),
    DemoQuestion("哪些拒绝符合规定?", "Which refusals were lawful?", "/v1/access", {"verdict": "LAWFUL"}),
    DemoQuestion("哪些申请逾期未答复?", "Which requests are overdue?", "/v1/cases", {"overdue": "true"}, render_cases),
    DemoQuestion("哪些期限逾期、将到期?", "What is overdue, what is due?", "/v1/deadlines", {}, render_deadlines),
    DemoQuestion("机器怀疑什么,办到哪一步?", "What does the machine suspect?", "/v1/findings", {}, render_findings),
    DemoQuestion(
        "哪次提供与签收不符,为什么?",
        "Which delivery was not what was received?",
        "/v1/reconciliation",
        {"state": "REJECTED"},
        render_reconciliation,
    ),
    DemoQuestion("谁发布了信息,依据是什么?", "Who released, on what basis?", "/v1/access", {"kind": "release"}),
    DemoQuestion("企业年报最近被谁访问?", "Who accessed C04 lately?", "/v1/access", {"item": "C04", "limit": "8"}),
)

demo = typer.Typer(help="演示账本。The demo ledger.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    demo.command("generate")(generate)
    app.add_typer(demo, name="demo")


@demo.command("run")
def run(data: Data = Path("var/demo"), lang: Language = Lang.zh) -> None:
    """从头演示:创建、提交全年记录、回答、核验、篡改、恢复。Found, act, answer, verify, tamper, restore."""
    began = time.monotonic()
    settings = Settings(data=data)
    clear(data)
    directory = set_stage(settings)
    _say(lang, f"演示数据: 账本 {ORIGIN} 已创建于 {data}", f"Demo data: ledger {ORIGIN} founded in {data}")
    act_out(directory, lang, then=_answers)
    _verify_and_tamper(settings, directory, lang)
    _say(lang, f"用时 {time.monotonic() - began:.0f} 秒。", f"Took {time.monotonic() - began:.0f} s.")
    hint = f".venv/bin/shareledger ask access --as {uscc(AUTHORITY)} --data {data}"
    _say(lang, f"接下来: make serve,再在另一终端运行 {hint}", f"Next: make serve, then in another terminal {hint}")


def act_out(directory: DataDir, lang: Lang, *, then: Callable[[DemoClient, Lang], None] | None = None) -> None:
    """Sends the whole year to a server of its own. ``then``: what is asked of the server afterwards."""
    with server(directory.path) as address, ledger_client(address) as client:
        demo_client = DemoClient(client, Signers(directory), ledger_now(client))
        _act(demo_client, lang)
        if then is not None:
            then(demo_client, lang)


def _act(client: DemoClient, lang: Lang) -> None:
    signers = client.signers
    steps = year(signers.first_keys(), signers.successor(), load_calendar())
    with progress() as bar:
        task = bar.add_task("提交 submitting" if lang is Lang.zh else "submitting", total=len(steps))
        for step in steps:
            client.act(step)
            bar.advance(task)
    client.set_clock(FROZEN)
    tally = client.tally
    _say(
        lang,
        f"{tally.submissions} 次签名提交,{tally.records} 条记录登记,{tally.replayed} 次重发得到原回执,"
        f"{tally.refused} 次提交因密钥已更换被拒收。",
        f"{tally.submissions} signed submissions, {tally.records} records, {tally.replayed} replays answered, "
        f"{tally.refused} refused, signed with a replaced key.",
    )


def _answers(client: DemoClient, lang: Lang) -> None:
    """Asks the authority's questions, in the order of the officer's questions."""
    for each in QUESTIONS:
        query = {**each.filters, "at_least": str(client.tally.newest)}
        headers = client.bearer("数据局", purpose="演示: 监督检查")
        answer = checked(client.client.get(each.path, params=query, headers=headers)).json()
        each.tell(answer, lang, title=each.zh if lang is Lang.zh else each.en)


def _verify_and_tamper(settings: Settings, directory: DataDir, lang: Lang) -> None:
    render_verification(verification(settings, directory), lang)
    tampering = _tampering(settings, directory)
    try:
        index = tampering.tamper()
        _say(
            lang,
            f"篡改: 第 {index} 条的用途 P9 改为 P1(一个字节)。",
            f"Tampered: entry {index}, purpose P9 → P1, one byte.",
        )
        report = verification(settings, directory)
        render_verification(report, lang)
        if report["verdict"] != "fail":
            raise Stop(Exit.VERIFICATION_FAILED, "the changed byte was not found: this must not happen")
        tampering.restore()
    finally:
        tampering.store.close()
        tampering.store.engine.dispose()
    _say(lang, "已恢复原字节。", "The byte is restored.")
    render_verification(verification(settings, directory), lang)


@demo.command("tamper")
def tamper(data: Data = Path("var/demo")) -> None:
    """改动一个已登记的字节。Change one stored byte: purpose P9 becomes P1 in one use."""
    index = _tampering(Settings(data=data), DataDir(data)).tamper()
    typer.echo(f"已篡改 tampered: entry {index}; shareledger verify --data {data}")


@demo.command("restore")
def restore(data: Data = Path("var/demo")) -> None:
    """恢复该字节。Put the byte back."""
    index = _tampering(Settings(data=data), DataDir(data)).restore()
    typer.echo(f"已恢复 restored: entry {index}")


@demo.command("clock")
def clock(
    to: Annotated[str, typer.Argument(help="RFC 3339, 带时区。A time with offset.")],
    url: Annotated[str, typer.Option("--to", help="账本地址。The ledger's URL.")] = "http://127.0.0.1:8085",
    data: Data = Path("var/demo"),
) -> None:
    """把演示时钟拨到某时刻(只能向前)。Move the scripted clock forward."""
    moment: dt.datetime = rfc3339.parse(to)
    with ledger_client(url) as client:
        demo_client = DemoClient(client, Signers(DataDir(data)), ledger_now(client))
        demo_client.set_clock(moment)
    typer.echo(moment.isoformat())


def _tampering(settings: Settings, directory: DataDir) -> Tampering:
    if not directory.facts()["demo"]:
        raise Stop(Exit.USAGE, f"{directory.path} holds no demo ledger; only a demo may be tampered with.")
    return Tampering(open_store(settings, directory.origin), OUT_OF_PURPOSE)


def _say(lang: Lang, zh: str, en: str) -> None:
    out.print(zh if lang is Lang.zh else en, soft_wrap=True)
