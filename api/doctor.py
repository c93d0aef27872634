"""What an operator should know before trusting an installation: each finding with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, text

from api.clock import LedgerClock, machine_clock
from api.directory import Directory
from api.founding import CHECKPOINT_KEYS, load_checkpoint_signer
from api.register import Register
from api.settings import Settings
from api.wiring import open_store, signatory_of
from domain.shipped import load_calendar
from ledger.errors import Malformed
from ledger.store import Owed, Store
from projections import KINDS
from projections.runner import Runner


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ``mend`` is empty when it is good."""

    what: str
    good: bool
    detail: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(settings: Settings, directory: Directory) -> list[Finding]:
    """Keys, database, projections and calendar of one ledger."""
    findings = [_checkpoint_keys(directory), _calendar()]
    store = open_store(settings, directory.origin)
    try:
        findings += [
            _head(store),
            _operator(settings, directory, store),
            *_durability(store.engine),
            *_projections(store),
        ]
    finally:
        store.close()
        store.engine.dispose()
    return findings


def _checkpoint_keys(directory: Directory) -> Finding:
    what = "检查点密钥 checkpoint keys"
    try:
        signer = load_checkpoint_signer(directory.path)
    except (Malformed, OSError) as fault:
        return Finding(what, False, str(fault), f"restore {', '.join(CHECKPOINT_KEYS)} from their backup, mode 0600")
    pinned = set(directory.vkeys) == set(signer.vkeys)
    return Finding(
        what, pinned, signer.origin, "" if pinned else "ledger.json names other vkeys than the key files hold"
    )


def _calendar() -> Finding:
    years = sorted(load_calendar().years)
    today = machine_clock().date().year
    detail = f"{years[0]}–{years[-1]}"
    good = today <= years[-1]
    return Finding("工作日历 calendar", good, detail, "" if good else f"record calendar.published for {today}")


def _head(store: Store) -> Finding:
    head = store.head()
    detail = f"{head.size} entries, root {head.root.hex()[:16]}…"
    return Finding("账本 log", head.size > 0, detail, "" if head.size else "shareledger init")


def _operator(settings: Settings, directory: Directory, store: Store) -> Finding:
    """Without it no read of the access trail can be recorded, and so none by who oversees is answered (A32)."""
    what = "平台运维单位密钥 operator's key"
    try:
        signatory = signatory_of(settings, directory, Register(store))
    except Malformed as fault:
        return Finding(what, False, str(fault), fault.next_step)
    why_not = signatory.why_not(LedgerClock(store)())
    if why_not is None:
        waiting = Owed(store).count()
        return Finding(what, True, f"{signatory.uscc}, {waiting} reads wait to be recorded")
    mend = f"place its key file at {directory.operator_key_file}, and have the authority record party.registered"
    return Finding(what, False, why_not, f"{mend} and key.authorised for {signatory.uscc}")


def _durability(engine: Engine) -> Iterator[Finding]:
    """A database that does not write through would make receipts into promises."""
    postgres = engine.dialect.name == "postgresql"
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"} if postgres else {"synchronous": "2"}
    with engine.connect() as connection:
        for name, value in wanted.items():
            ask = text(f"SHOW {name}") if postgres else text(f"PRAGMA {name}")
            found = str(connection.execute(ask).scalar_one())
            mend = "" if found == value else f"set {name} = {value} in the database's configuration"
            yield Finding(f"数据库 {name}", found == value, found, mend)


def _projections(store: Store) -> Iterator[Finding]:
    runner = Runner(store, KINDS)
    try:
        size = store.head().size
        for kind in KINDS:
            for build in runner.builds.all(kind.name):
                stopped = build.stopped_at is not None
                detail = f"{build.state} {build.position}/{size}"
                detail += f", stopped at entry {build.stopped_at}: {build.stopped_because}" if stopped else ""
                yield Finding(f"查询 {build.name}", not stopped, detail, "shareledger rebuild" if stopped else "")
    finally:
        runner.stop()
