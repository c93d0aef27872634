"""Whose key signs: one of a directory, by its party's code, or one's own key file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from api.authz.token_signing import AUDITOR, PARTY, new_token
from api.server.data_dir import DataDir
from api.server.machine_clock import machine_clock
from cli.ledger_client import checked, json_of
from demo.story.cast import RESPONSIBLE
from ledger.keys.jwk import PrivateKey
from ledger.keys.key_file import load_key

OwnKey = Annotated[Path | None, typer.Option("--key", help="本机关的密钥文件(不用 --data)。Your own key file.")]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who acts on which ledger: ``name`` is a party's code or ``auditor``."""

    name: str
    post: str
    key: PrivateKey
    origin: str

    @classmethod
    def of(
        cls, as_: str, client: httpx.Client, *, data: Path, key: Path | None, passphrase: str | None = None
    ) -> Identity:
        """``as_`` is ``auditor`` or ``<uscc>[/<post>]``; without a post the responsible one acts. With a key file of
        one's own the ledger is asked for its origin.
        """
        name, _, post = as_.partition("/")
        if key is None:
            directory = DataDir(data)
            return cls(name, post or RESPONSIBLE, directory.key(name), directory.origin)
        return cls(name, post or RESPONSIBLE, load_key(key, passphrase).key, str(_state_of(client)["origin"]))

    def token(self, purpose: str, *, life: int = 300) -> str:
        """A bearer token for ``life`` seconds."""
        issuer = AUDITOR + self.key.kid if self.name == "auditor" else PARTY + self.name
        now = machine_clock()
        return new_token(
            self.key, issuer=issuer, audience=self.origin, post=self.post, purpose=purpose, now=now, life=life
        )


def token_for(directory: DataDir, as_: str, *, purpose: str, life: int = 300) -> str:
    """A token signed with a key of the directory; ``as_`` as in `Identity.of`."""
    name, _, post = as_.partition("/")
    return Identity(name, post or RESPONSIBLE, directory.key(name), directory.origin).token(purpose, life=life)


def ledger_now(client: httpx.Client) -> dt.datetime:
    """The time of the clock that ``iat`` must not be ahead of: the ledger's own if it is a demo, else this
    machine's.
    """
    state = _state_of(client)
    return dt.datetime.fromisoformat(state["time"]) if state["demo"] else machine_clock()


def _state_of(client: httpx.Client) -> dict[str, Any]:
    """What the ledger says of itself, also where it is not ready: it may answer and record all the same."""
    answer = client.get("/readyz")
    said: dict[str, Any] = json_of(answer)
    if said.get("code") == "NOT_READY":
        return dict(said["state"])
    checked(answer)
    return said
