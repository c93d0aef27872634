"""``keys new|show``, ``token``, ``vkey``, ``sign``, ``submit``: the uses of an agency's key."""

from __future__ import annotations

import codecs
import datetime as dt
from pathlib import Path
from typing import Annotated

import httpx
import typer

from api.server.data_dir import DataDir
from api.server.machine_clock import machine_clock
from cli.exits import Exit, Stop
from cli.identity import Identity, OwnKey, ledger_now, token_for
from cli.ledger_client import checked, json_of, ledger_client
from cli.options import AsParty, Data, Output, Passphrase
from cli.output import Format, print_json
from ledger.keys.jwk import PrivateKey, generate
from ledger.keys.key_file import load_key, save_key
from ledger.keys.possession import prove_possession
from ledger.records.submission_signature import sign_submission

keys = typer.Typer(help="密钥。Keys of agencies.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")
    app.command("token")(token)
    app.command("vkey")(vkey)
    app.command("sign")(sign)
    app.command("submit")(submit)


@keys.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="新密钥文件。Where to write it; never over an existing file.")],
    alg: Annotated[str, typer.Option(help="Ed25519 or ES256.")] = "Ed25519",
    holder: Annotated[str, typer.Option(help="统一社会信用代码。Whose it is; a note beside the key.")] = "",
    origin: Annotated[str, typer.Option(help="账本 origin;附持有证明。Adds the proof of possession.")] = "",
    passphrase: Passphrase = None,
) -> None:
    """新建密钥(权限 0600)。Make a key pair; prints the public half that the authority registers."""
    if alg not in {"Ed25519", "ES256"}:
        raise Stop(Exit.USAGE, f"{alg} is not an algorithm in use here; choose Ed25519 or ES256.")
    if origin and not holder:
        raise Stop(Exit.USAGE, "持有证明需要 --holder。The proof of possession names its --holder.")
    key = generate(alg)
    save_key(file, key, {"holder": holder}, passphrase)
    public = {"holder": holder, "kid": key.kid, "alg": key.alg, "jwk": key.public.jwk}
    if origin:
        public["possession"] = prove_possession(key, origin=origin, uscc=holder)
    print_json(public)


@keys.command("show")
def show(file: Path, passphrase: Passphrase = None) -> None:
    """显示公钥。Show the public half of a key file."""
    loaded = load_key(file, passphrase)
    print_json({"kid": loaded.key.kid, "alg": loaded.key.alg, "jwk": loaded.key.public.jwk, "meta": loaded.meta})


def token(
    as_: AsParty,
    purpose: Annotated[str, typer.Option(help="查询目的。Why you ask; it is logged.")],
    data: Data = Path("var/demo"),
    life: Annotated[int, typer.Option(help="秒。Seconds until it ends, 300 at most.")] = 300,
) -> None:
    """签发查询令牌(仅演示目录)。A bearer token, signed with a key that lies in the directory; the last line."""
    typer.echo(token_for(DataDir(data), as_, purpose=purpose, life=life))


def vkey(data: Data = Path("var/demo")) -> None:
    """打印检查点验证密钥。Print the checkpoint's verifier keys; the Ed25519 one is the last line."""
    for each in reversed(DataDir(data).vkeys):
        typer.echo(each)


def sign(
    file: Annotated[Path, typer.Argument(help="NDJSON 文件。Record lines.")],
    key: Annotated[Path, typer.Option(help="密钥文件。Key file.")],
    as_: AsParty,
    origin: Annotated[str, typer.Option(help="账本 origin。The ledger that it is for.")],
    passphrase: Passphrase = None,
) -> None:
    """离线签名,打印 Submission-Signature。Sign record lines offline; prints the header's value."""
    lines = _lines(file.read_bytes(), file)
    typer.echo(_seal(lines, load_key(key, passphrase).key, as_, origin, machine_clock()))


def submit(
    file: Annotated[Path, typer.Argument(help="NDJSON 文件。Record lines.")],
    as_: AsParty,
    to: Annotated[str, typer.Option(help="账本地址。The ledger's URL.")],
    key: OwnKey = None,
    passphrase: Passphrase = None,
    data: Data = Path("var/demo"),
    output: Output = Format.table,
) -> None:
    """签名并提交。Sign with --key, or with the party's key in the directory; send, and print the receipts."""
    body = file.read_bytes()  # once: it may be a pipe
    lines = _lines(body, file)
    with ledger_client(to) as client:
        who = Identity.of(as_, client, data=data, key=key, passphrase=passphrase)
        jws = _seal(lines, who.key, who.name, who.origin, ledger_now(client))
        receipts = json_of(send(client, body, jws))
    if output is Format.json:
        print_json(receipts)
        return
    for each in receipts["records"]:
        typer.echo(f"已登记 recorded: entry {each['index']}  {each['stream']}#{each['position']}  {each['leaf_hash']}")


def send(client: httpx.Client, body: bytes, jws: str) -> httpx.Response:
    """Posts one submission. An error answer ends the command with its problem."""
    headers = {"Content-Type": "application/x-ndjson", "Submission-Signature": jws}
    return checked(client.post("/v1/submissions", content=body, headers=headers))


def _lines(body: bytes, file: Path) -> list[bytes]:
    """The record lines. Raises Stop for what editors and other systems make of such a file."""
    if not body:
        raise Stop(Exit.USAGE, f"{file} 没有记录行。{file} holds no record line.")
    if body.startswith(codecs.BOM_UTF8):
        raise Stop(Exit.USAGE, f"{file} 以 BOM 开头,请存为无 BOM 的 UTF-8。It begins with a BOM: save it without.")
    if b"\r\n" in body:
        raise Stop(Exit.USAGE, f"{file} 用 CRLF 换行,请改为 LF。Its lines end with CRLF: save it with LF.")
    try:
        body.decode()
    except UnicodeDecodeError as fault:
        line = body.count(b"\n", 0, fault.start) + 1
        raise Stop(
            Exit.USAGE,
            f"{file} 第 {line} 行不是 UTF-8(像是 GBK),请转为 UTF-8。Line {line} is not UTF-8, perhaps GBK: "
            f"iconv -f GBK -t UTF-8 {file}",
        ) from None
    return body.removesuffix(b"\n").split(b"\n")


def _seal(lines: list[bytes], key: PrivateKey, as_: str, origin: str, now: dt.datetime) -> str:
    return sign_submission(lines, key=key, iss=as_.partition("/")[0], aud=origin, iat=int(now.timestamp()))
