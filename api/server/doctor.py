"""The checks that an operator needs before an installation is trusted: each finding with the command that mends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, inspect, text

from api.server.clock import LedgerClock
from api.server.data_dir import DataDir
from api.server.founding import CHECKPOINT_KEYS, load_checkpoint_signer, outbox_key
from api.server.machine_clock import machine_clock
from api.server.opening import open_store
from api.server.settings import Settings
from api.server.storage import storage_fault
from api.server.wiring import operator_signer_of
from formats.errors import Malformed
from ledger.store.outbox import Outbox
from ledger.store.store import Store
from projections import KINDS
from projections.engine.builds import Builds
from projections.engine.interval_table import builds
from replay.log_source import ActLog
from replay.party_registry import PartyRegistry
from replay.rulebook import Rulebook, bundled, rulebook_of

# What systemd-timesyncd and chrony leave where they keep the clock right.
NTP_STATES: Final = ("/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/var/lib/chrony/chrony.drift")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check. ``mend`` is empty when it is good."""

    what: str
    good: bool
    detail: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(settings: Settings, directory: DataDir) -> list[CheckResult]:
    """Keys, database, projections, and the rules of one ledger."""
    findings = [_checkpoint_keys(directory)]
    store = open_store(settings, directory.origin, read_only=True)
    try:
        findings += [
            _head(store),
            *rules(rulebook_of(ActLog(store).of_rules(store.head().size), bundled()), today=machine_clock().date()),
            _operator(settings, directory, store),
            *_durability(store.engine),
            *_projections(store),
            _storage(settings, store.engine),
            _clock(LedgerClock(store)),
        ]
    finally:
        store.close()
        store.engine.dispose()
    return findings


def _checkpoint_keys(directory: DataDir) -> CheckResult:
    what = "检查点密钥 checkpoint keys"
    try:
        signer = load_checkpoint_signer(directory.path)
    except (Malformed, OSError) as fault:
        return CheckResult(
            what, False, str(fault), f"restore {', '.join(CHECKPOINT_KEYS)} from their backup, mode 0600"
        )
    pinned = set(directory.vkeys) == set(signer.vkeys)
    return CheckResult(
        what, pinned, signer.origin, "" if pinned else "ledger.json names other vkeys than the key files hold"
    )


def rules(rulebook: Rulebook, *, today: date) -> Iterator[CheckResult]:
    """Checks the working days and the law that the ledger's records name, and whether this software has them."""
    years, lost = sorted(rulebook.calendar.years), rulebook.calendars.unknown
    detail = f"{years[0]}–{years[-1]}" if years else "no year"
    mend = "" if today.year in years else f"record calendar.published for {today.year}"
    if lost:
        named = ", ".join(f"{year} {digest[:16]}…" for year, digest in sorted(lost.items()))
        mend = f"install the version that comes with the working days of {named}"
    yield CheckResult("工作日历 calendar", not mend, detail, mend)
    versions = ", ".join(f"{each.id} v{each.version}" for each in rulebook.rule_sets.in_force(today))
    unread = ", ".join(f"{each.id} v{each.version} {each.digest[:16]}…" for each in rulebook.rule_sets.unknown)
    mend = f"install the version that comes with {unread}" if unread else "" if versions else "record ruleset.activated"
    yield CheckResult("规则集 rule sets", not mend, versions or "none in force", mend)


def _storage(settings: Settings, engine: Engine) -> CheckResult:
    """Checks that more can be stored."""
    what, fault = "存储 storage", storage_fault(settings, engine)
    free = shutil.disk_usage(settings.data).free // 1024**2
    mend = "" if fault is None else "free space on the disk, or let the server's user write to it"
    return CheckResult(what, fault is None, fault or f"{free} MiB left", mend)


def _clock(clock: LedgerClock) -> CheckResult:
    """Checks the machine's clock against the last entry, and whether a service keeps it right (NTP)."""
    what, wrong = "时钟 clock", clock.report
    if wrong is not None:
        return CheckResult(what, False, wrong, "set the clock right: timedatectl set-ntp true")
    kept = any(Path(each).exists() for each in NTP_STATES)
    return CheckResult(what, True, "kept by NTP" if kept else "not behind the last entry; no NTP service is known")


def _head(store: Store) -> CheckResult:
    head = store.head()
    detail = f"{head.size} entries, root {head.root.hex()[:16]}…"
    return CheckResult("账本 log", head.size > 0, detail, "" if head.size else "shareledger init")


def _operator(settings: Settings, directory: DataDir, store: Store) -> CheckResult:
    """Checks the operator's key. Without it no read of the access trail can be recorded, so no reader with oversight is
    answered (A32).
    """
    what = "平台运维单位密钥 operator's key"
    try:
        signatory = operator_signer_of(settings, directory, PartyRegistry(store))
    except Malformed as fault:
        return CheckResult(what, False, str(fault), fault.next_step)
    why_not = signatory.unavailable_because(LedgerClock(store)())
    if why_not is None:
        waiting = Outbox(store, outbox_key(settings.data)).count()
        return CheckResult(what, True, f"{signatory.uscc}, {waiting} reads wait to be recorded")
    mend = f"place its key file at {directory.operator_key_file}, and have the authority record party.registered"
    return CheckResult(what, False, why_not, f"{mend} and key.authorised for {signatory.uscc}")


def _durability(engine: Engine) -> Iterator[CheckResult]:
    """Checks that the database writes through. A receipt would otherwise not be durable."""
    postgres = engine.dialect.name == "postgresql"
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"} if postgres else {"synchronous": "2"}
    with engine.connect() as connection:
        for name, value in wanted.items():
            ask = text(f"SHOW {name}") if postgres else text(f"PRAGMA {name}")
            found = str(connection.execute(ask).scalar_one())
            mend = "" if found == value else f"set {name} = {value} in the database's configuration"
            yield CheckResult(f"数据库 {name}", found == value, found, mend)


def _projections(store: Store) -> Iterator[CheckResult]:
    """Checks that no projection has stopped. A ledger that was never served has none."""
    if not inspect(store.engine).has_table(builds.name):
        return
    registry, size = Builds(store.engine, store.ledger), store.head().size
    for kind in KINDS:
        for build in registry.all(kind.name):
            stopped = build.stopped_at is not None
            detail = f"{build.state} {build.position}/{size}"
            detail += f", stopped at entry {build.stopped_at}: {build.stopped_because}" if stopped else ""
            yield CheckResult(f"查询 {build.name}", not stopped, detail, "shareledger rebuild" if stopped else "")
