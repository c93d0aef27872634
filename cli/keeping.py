"""``verify``, ``rebuild``, ``doctor``: the checks of an operator, or of anyone with a copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.server.data_dir import DataDir
from api.server.doctor import examine
from api.server.opening import open_store
from api.server.process_tuning import tune_for_batches
from api.server.settings import Settings
from api.server.verification import as_json, verified
from cli.exits import Exit, Stop
from cli.options import Data, Language, Output
from cli.output import Format, Lang, out, print_json, print_table, progress
from ledger.store.store import Store
from projections import KINDS
from projections.engine.runner import Runner

_VERDICTS = {
    "pass": ("通过", "pass"),
    "fail": ("失败", "fail"),
    "inconclusive": ("无法判定", "inconclusive"),
    "unchecked": ("未检查", "unchecked"),
}
_EXITS = {"pass": Exit.OK, "fail": Exit.VERIFICATION_FAILED}
_STEPS = {
    "head": ("账本头部", "head of the log"),
    "entries": ("每条记录", "entries"),
    "chains": ("案件链", "chain of each stream"),
    "times": ("登记时间", "times of recording"),
    "submissions": ("签名提交", "submissions"),
    "signatures": ("机关签名", "signatures of the organs"),
    "leaves": ("叶哈希", "leaf hashes"),
    "tiles": ("哈希树", "tiles up to the root"),
    "checkpoints": ("检查点签名", "checkpoints"),
}
# What a verdict is about: one copy by itself (what-is-proven.md). A log that was cut off together with its checkpoints
# is whole in itself, so the verdict says what it leaves to the reader.
_COVERS = (
    "范围: 本库的每条记录、链、签名、哈希树和检查点; 与他人所持的检查点和回执未作比对",
    "covers each entry, chain, signature, tile and checkpoint of this database; not compared with what others hold",
)


def add_to(app: typer.Typer) -> None:
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)
    app.command("doctor")(doctor)


def verify(
    data: Data = Path("var/demo"),
    pin: Annotated[
        list[str] | None, typer.Option("--vkey", help="检查点验证密钥(带外获得)。Verifier keys, pinned from outside.")
    ] = None,
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """核验整个账本。Re-check every hash, chain and signature: 0 pass, 10 fail, 11 inconclusive, 12 no keys."""
    settings, directory = Settings(data=data), DataDir(data)
    report = verification(settings, directory, pin)
    if output is Format.json:
        print_json(report)
    else:
        render_verification(report, lang)
    raise typer.Exit(_EXITS.get(report["verdict"], Exit.INCONCLUSIVE))


def verification(settings: Settings, directory: DataDir, pin: list[str] | None = None) -> dict[str, Any]:
    """The report on a ledger under the pinned keys, by default those that its directory noted at the founding."""
    vkeys = pin or directory.vkeys
    if not vkeys:
        raise Stop(Exit.TRUST_ROOT_MISSING, "没有检查点验证密钥。No verifier key is pinned: give --vkey.")
    with _store(settings, directory, read_only=True) as store, progress() as bar:
        task = bar.add_task("核验 verifying", total=None)  # the audit names a damaged head
        return as_json(verified(store, vkeys, lambda done, total: bar.update(task, completed=done, total=total)))


def render_verification(report: dict[str, Any], lang: Lang) -> None:
    """Prints the verdict in the first line, then each step, then the places of the faults."""
    word = _VERDICTS[report["verdict"]][_column(lang)]
    head = (
        f"核验{word}: {report['size']} 条记录" if lang is Lang.zh else f"Verification: {word}, {report['size']} entries"
    )
    out.print(f"{head}, root {report['root'][:16]}…; {_COVERS[_column(lang)]}", soft_wrap=True)
    if report["verdict"] == "pass":
        return
    rows = [
        (
            str(step["number"]),
            _STEPS[step["name"]][_column(lang)],
            _VERDICTS[step["verdict"]][_column(lang)],
            _why(step),
        )
        for step in report["steps"]
    ]
    heads = ("#", "步骤", "结论", "") if lang is Lang.zh else ("#", "step", "verdict", "")
    print_table("", heads, rows, texts=(3,))
    first = report["first_fault"]
    if first is not None:
        place = f"首个错误: 第 {first['entry']} 条" if lang is Lang.zh else f"First fault: entry {first['entry']}"
        out.print(f"{place} ({first['where']}): {first['detail']}", soft_wrap=True)


def _why(step: dict[str, Any]) -> str:
    faults = "; ".join(f"{fault['where']}: {fault['code']}" for fault in step["faults"][:3])
    return faults or step["note"] or (str(step["checked"]) if step["checked"] else "")


def _column(lang: Lang) -> int:
    return 0 if lang is Lang.zh else 1


def rebuild(data: Data = Path("var/demo")) -> None:
    """从第 0 条记录重建全部查询投影。Rebuild every projection from entry 0; the old ones answer until then."""
    settings, directory = Settings(data=data), DataDir(data)
    with _store(settings, directory) as store, progress() as bar:
        size = store.head().size
        task = bar.add_task("重建 rebuilding", total=size)
        tune_for_batches()
        runner = Runner(store, KINDS)
        try:
            runner.rebuild()
            runner.catch_up(lambda builds: bar.update(task, completed=min(build.position for build in builds)))
        finally:
            runner.stop()
    typer.echo(f"已重建 rebuilt: {size} entries, {len(KINDS)} projections")


def doctor(data: Data = Path("var/demo"), output: Output = Format.table) -> None:
    """检查目录、密钥、数据库与日历。Check keys, database, calendar; each ✖ comes with the command that mends it."""

    findings = examine(Settings(data=data), DataDir(data))
    if output is Format.json:
        print_json([finding.as_json() for finding in findings])
    else:
        rows = [("✔" if each.good else "✖", each.what, each.detail, each.mend) for each in findings]
        print_table("", ("", "项目 check", "情况 state", "处理 to do"), rows, texts=(2, 3))
    raise typer.Exit(Exit.OK if all(each.good for each in findings) else Exit.PARTIAL)


@contextmanager
def _store(settings: Settings, directory: DataDir, *, read_only: bool = False) -> Iterator[Store]:
    store = open_store(settings, directory.origin, read_only=read_only)
    try:
        yield store
    finally:
        store.close()
        store.engine.dispose()
