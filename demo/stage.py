"""Sets up a demo directory: the keys of all parties, and a ledger founded as a demo at the story's first minute."""

from __future__ import annotations

import shutil
from pathlib import Path

from api.server.data_dir import DataDir
from api.server.founding import Founder, establish
from api.server.settings import Settings
from demo.signing import NEXT
from demo.story.cast import PARTIES, ROTATING
from demo.story.opening import AUTHORITY, GOVERNMENT, registration
from demo.story.steps import at
from formats.errors import Malformed
from ledger.keys.key_file import save_key

ORIGIN = "ledger.js.gov.example/demo-2026"
OPERATOR = "大数据中心"
AUDITOR = "auditor"
# The operator, which moves the clock, is registered at this instant. Until then the clock shows it.
REGISTRATION = at("03-02", "09:11")


def clear(path: Path) -> None:
    """Remove an earlier demo. Raises Malformed (``NOT_A_DEMO``) for any other content and leaves it."""
    if not path.exists():
        return
    directory = DataDir(path)
    empty = path.is_dir() and not any(path.iterdir())
    if not empty and not directory.facts()["demo"]:
        next_step = "Choose another directory with --data."
        raise Malformed("NOT_A_DEMO", f"{path} holds a ledger that is no demo; it is not removed", next_step=next_step)
    shutil.rmtree(path)


def set_stage(settings: Settings) -> DataDir:
    """Make a key for every party, one to rotate to and an auditor's, and record entry 0.

    Half of the keys are ES256, half are Ed25519.
    """
    directory = DataDir(settings.data)
    settings.data.mkdir(mode=0o700, parents=True)
    for number, party in enumerate(PARTIES.values()):
        directory.new_key(party.uscc, alg="ES256" if number % 2 else "Ed25519")
    directory.new_key(f"{PARTIES[ROTATING].uscc}-{NEXT}")
    auditor = directory.new_key(AUDITOR)
    operator = PARTIES[OPERATOR].uscc
    save_key(directory.operator_key_file, directory.key(operator), {"holder": operator})
    founders = [
        Founder(PARTIES[key].uscc, directory.key(PARTIES[key].uscc), registration(PARTIES[key]))
        for key in (AUTHORITY, GOVERNMENT)
    ]
    establish(
        settings,
        ORIGIN,
        founders,
        operator=operator,
        auditors=[auditor.public.jwk],
        instant=at("03-02", "08:30"),
        scripted=REGISTRATION,
    )
    return directory
