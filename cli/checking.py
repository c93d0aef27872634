"""``check``: a receipt by itself, with the log's verifier key and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import Exit, Stop
from cli.options import Language
from cli.output import Lang, shown
from formats.errors import Malformed, VerificationError
from ledger.notes.log_keys import verifier_for
from ledger.notes.note import Verifier
from ledger.records.receipt import ReceiptEvidence, verify_receipt


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    file: Annotated[Path, typer.Argument(help="JSON 回执。What `submit -o json` printed, or the API answered.")],
    vkey: Annotated[list[str], typer.Option(help="检查点验证密钥(带外获得)。The log's key, pinned from outside.")],
    lines: Annotated[Path | None, typer.Option(help="当时提交的记录行,逐字节比对。The lines that were sent.")] = None,
    lang: Language = Lang.zh,
) -> None:
    """离线核验回执。Check a receipt offline: 0 it holds, 10 it does not, 12 the key is none."""
    evidence = _evidence(file.read_bytes(), _verifiers(vkey))
    if lines is not None:
        _require_same(lines.read_bytes().removesuffix(b"\n").split(b"\n"), evidence)
    checkpoint = evidence.signed.checkpoint
    if lang is Lang.zh:
        typer.echo(f"核验通过: {len(evidence.entries)} 条记录在 {shown(checkpoint.origin)} 的前 {checkpoint.size} 条中")
    else:
        count = len(evidence.entries)
        typer.echo(f"Verification: pass, {count} records are among the first {checkpoint.size} of {checkpoint.origin}")
    for entry in evidence.entries:
        at = entry.recorded_at.astimezone().isoformat(timespec="seconds")
        typer.echo(f"  #{entry.index} {shown(entry.stream)}#{entry.position} {at}")


def _verifiers(vkeys: Iterable[str]) -> list[Verifier]:
    try:
        return [verifier_for(each) for each in vkeys]
    except Malformed as fault:
        raise Stop(Exit.TRUST_ROOT_MISSING, f"--vkey 不是验证密钥。It is no verifier key: {fault.detail}.") from None


def _evidence(data: bytes, verifiers: list[Verifier]) -> ReceiptEvidence:
    """The checkpoint's origin is the name of the key (C2SP tlog-checkpoint), so that one key is one log's."""
    try:
        return verify_receipt(data, verifiers, origin=verifiers[0].key.name)
    except (Malformed, VerificationError) as fault:
        raise Stop(Exit.VERIFICATION_FAILED, f"核验失败。Verification: fail. {fault}") from None


def _require_same(lines: list[bytes], evidence: ReceiptEvidence) -> None:
    recorded = [entry.record.encode() for entry in evidence.entries]
    if recorded != lines:
        differing = next((at for at, (one, other) in enumerate(zip(recorded, lines, strict=False)) if one != other), -1)
        place = f"line {differing + 1}" if differing >= 0 else f"{len(lines)} lines, {len(recorded)} records"
        raise Stop(Exit.VERIFICATION_FAILED, f"核验失败: 与提交的记录不同。Other than what was sent: {place}.")
