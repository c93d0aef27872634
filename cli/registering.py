"""``parties register|confirm``: the records by which a party enters the register, ready to be signed (Arts 2, 5)."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, get_args

import orjson
import typer

from api.server.machine_clock import machine_clock
from cli.exits import Exit, Stop
from demo.story.cast import RESPONSIBLE
from domain.vocabulary.codes import LEVELS, Category
from formats import rfc3339
from formats.errors import Malformed

_PUBLIC = ("holder", "jwk", "possession")
At = Annotated[str, typer.Option("--at", help="登记时间。When it happens, as in a record; now if not given.")]
Post = Annotated[str, typer.Option(help="签署岗位。The post of the signing organ.")]

parties = typer.Typer(help="机关登记。Registering parties.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(parties, name="parties")


@parties.command("register")
def register(
    file: Annotated[Path, typer.Argument(help="keys new 输出的公钥文件。What `keys new` printed.")],
    authority: Annotated[str, typer.Option(help="主管部门代码。The authority that registers the party.")],
    name: Annotated[str, typer.Option(help="机关名称。Name of the party.")],
    unit: Annotated[str, typer.Option(help="责任单位。The unit in charge (Art. 30).")],
    division: Annotated[str, typer.Option(help="行政区划代码。Division, six digits.")],
    level: Annotated[str, typer.Option(help="NATION, PROVINCE, CITY, COUNTY.")] = "PROVINCE",
    category: Annotated[str, typer.Option(help="ORGAN, AUTHORISED, ENTRUSTED, GOVERNMENT …")] = "ORGAN",
    responsible_post: Annotated[str, typer.Option(help="责任岗位。The responsible post.")] = RESPONSIBLE,
    from_: Annotated[str, typer.Option("--from", help="生效日。Valid from; today if not given.")] = "",
    at: At = "",
    post: Post = RESPONSIBLE,
) -> None:
    """生成登记记录(待主管部门签名)。Print the lines that register a party and its key; the authority signs them."""
    for given, known in ((category, get_args(Category)), (level, LEVELS)):
        if given not in known:
            raise Stop(Exit.USAGE, f"{given}: 应为 {', '.join(known)} 之一。Choose one of them.")
    public, now = _public(file), _instant(at)
    day = _day(from_) if from_ else now.date()
    party = public["holder"]
    registered = {"name": name, "category": category, "level": level, "division": division}
    registered |= {"valid_from": day.isoformat(), "unit": unit, "responsible_post": responsible_post}
    key = {"key": public["jwk"], "possession": public["possession"], "valid_from": now.isoformat()}
    for kind, data in (("party.registered", registered), ("key.authorised", key)):
        _print_record(authority, kind, party, now, {"post": post, **data})


@parties.command("confirm")
def confirm(
    party: Annotated[str, typer.Argument(help="待确认机关的代码。The party that is confirmed.")],
    government: Annotated[str, typer.Option(help="省级政府代码。The provincial government.")],
    no: Annotated[str, typer.Option(help="文号。Number of the instrument.")],
    document: Annotated[Path, typer.Option(help="文件正文;只记录其摘要。The instrument: only its digest is recorded.")],
    date: Annotated[str, typer.Option(help="成文日期。Date of the instrument; today if not given.")] = "",
    at: At = "",
    post: Post = RESPONSIBLE,
) -> None:
    """生成确认记录(待省级政府签名)。Print the line that confirms a party; the provincial government signs it."""
    now = _instant(at)
    instrument = {"no": no, "issuer": {"uscc": government}, "date": (_day(date) if date else now.date()).isoformat()}
    instrument |= {"digest": sha256(document.read_bytes()).hexdigest()}
    _print_record(government, "party.confirmed", party, now, {"post": post, "instrument": instrument})


def _public(file: Path) -> dict[str, Any]:
    try:
        public = orjson.loads(file.read_bytes())
        complete = all(public[member] for member in _PUBLIC)
    except (ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise Stop(
            Exit.USAGE,
            f"{file} 不是带持有证明的公钥文件。It holds no public key with its holder and proof: make it with "
            "`shareledger keys new FILE --holder USCC --origin ORIGIN > PUBLIC`.",
        )
    return dict(public)


def _instant(text: str) -> dt.datetime:
    if not text:
        return machine_clock().astimezone().replace(microsecond=0)
    try:
        return rfc3339.parse(text)
    except Malformed as fault:
        raise Stop(Exit.USAGE, f"{text} 不是带时区的时间。It is no time with offset: {fault.detail}.") from None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Stop(Exit.USAGE, f"{text} 不是日期 (YYYY-MM-DD)。It is no date.") from None


def _print_record(signer: str, kind: str, party: str, now: dt.datetime, data: dict[str, Any]) -> None:
    record = {
        "specversion": "1.0",
        "id": f"{kind}-{party}",
        "source": f"urn:uscc:{signer}",
        "type": f"sharing.{kind}.v1",
        "subject": f"party/{party}",
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    typer.echo(orjson.dumps(record))
