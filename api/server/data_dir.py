"""A ledger's directory: its origin, its checkpoint keys, and on a demo the keys of every party.

``ledger.json`` holds the public facts (origin, verifier keys, the operator's code). The database is in this directory
(SQLite) or elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from formats.errors import Malformed
from ledger import ijson
from ledger.keys.jwk import PrivateKey, PublicKey, generate, parse_jwk
from ledger.keys.key_file import load_key, save_key
from ledger.keys.possession import prove_possession

_JWK_SET = 'Write {"keys": [<public JWK>, …]}, or leave LEDGER_AUDITOR_KEYS unset.'
_MEMBERS = {"origin", "vkeys", "demo", "operator", "auditors"}


@dataclass(frozen=True, slots=True)
class DataDir:
    """``keys/<uscc>.json`` are private keys of parties (demo and tests only), ``keys/auditor.json`` an auditor's."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "ledger.sqlite"

    def create(self, facts: Mapping[str, Any]) -> None:
        """Writes ``ledger.json``. An existing one is never replaced."""
        assert facts.keys() == _MEMBERS, "every member of ledger.json is stated"
        (self.path / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(self.path / "ledger.json", facts)

    def facts(self) -> dict[str, Any]:
        """The facts in ``ledger.json``. Raises ``Malformed`` when the file is missing or is not valid."""
        file = self.path / "ledger.json"
        next_step = f"Found a ledger there first: shareledger init --data {self.path}."
        try:
            facts = orjson.loads(file.read_bytes())
        except FileNotFoundError as absent:
            raise Malformed("LEDGER_MISSING", f"{file} does not exist", next_step=next_step) from absent
        except ValueError as fault:
            raise Malformed("LEDGER_MISSING", f"{file} is not JSON", next_step=next_step) from fault
        if not isinstance(facts, dict) or facts.keys() != _MEMBERS:
            raise Malformed("LEDGER_MISSING", f"{file} has not the members {sorted(_MEMBERS)}", next_step=next_step)
        return facts

    @property
    def origin(self) -> str:
        return str(self.facts()["origin"])

    @property
    def vkeys(self) -> list[str]:
        return list(self.facts()["vkeys"])

    def auditors(self, admitted: Path | None = None) -> dict[str, PublicKey]:
        """Auditors' keys by key id: those noted at the founding, and those in a JWK set (RFC 7517 §5) that the settings
        name.
        """
        jwks = [*self.facts()["auditors"], *([] if admitted is None else _jwk_set(admitted))]
        keys = [parse_jwk(jwk) for jwk in jwks]
        return {key.kid: key for key in keys}

    # --- the operator's key, with which the server signs its own records

    @property
    def operator_key_file(self) -> Path:
        return self.path / "operator.json"

    def new_operator_key(self, operator: str) -> PrivateKey:
        """A new key for the operator, by the operator's code. The private key stays in this directory;
        ``operator.public.json`` is the file that the authority needs to authorise the key.
        """
        key = generate("Ed25519")
        save_key(self.operator_key_file, key, {"holder": operator})
        public = {"holder": operator, "kid": key.kid, "alg": key.alg, "jwk": key.public.jwk}
        public |= {"possession": prove_possession(key, origin=self.origin, uscc=operator)}
        _write_new(self.path / "operator.public.json", public)
        return key

    def operator_key(self, named: Path | None = None) -> PrivateKey | None:
        """The operator's key from the file that the settings name, which must exist; else from this directory, if it
        has one.
        """
        file = self.operator_key_file if named is None else named
        return None if named is None and not file.exists() else load_key(file).key

    # --- private keys of a demo's parties

    def new_key(self, name: str, *, alg: str = "Ed25519") -> PrivateKey:
        (self.path / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        key = generate(alg)
        save_key(self.key_file(name), key, {"holder": name})
        return key

    def key_file(self, name: str) -> Path:
        return self.path / "keys" / f"{name}.json"

    def replace_key(self, name: str, *, by: str, retired: str) -> None:
        """Puts another key in the place of one, which is kept under a name of its own.

        If the process dies in between, the name has no key: both keys are in the two other files.
        """
        self.key_file(name).rename(self.key_file(retired))
        self.key_file(by).rename(self.key_file(name))

    def key(self, name: str, passphrase: str | None = None) -> PrivateKey:
        """The private key of a party by its code, or ``auditor``."""
        file = self.key_file(name)
        if not file.is_file():
            next_step = "Name a party whose key lies there, or sign with --key FILE."
            raise Malformed("KEY_FILE_MISSING", f"{file} does not exist", next_step=next_step)
        return load_key(file, passphrase).key


def _write_new(file: Path, content: Mapping[str, Any]) -> None:
    """Writes a file that only its owner can read. An existing one raises ``FileExistsError``."""
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
        opened.write(orjson.dumps(dict(content), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _jwk_set(file: Path) -> list[Any]:
    """The keys in the file. A key that cannot be read stops the start, so that no auditor is left out unnoticed."""
    try:
        keys = ijson.read_object(file.read_bytes())["keys"]
    except (OSError, KeyError) as fault:
        raise Malformed("AUDITOR_KEYS_INVALID", f"{file}: {fault!r}", next_step=_JWK_SET) from fault
    if not isinstance(keys, list):
        raise Malformed("AUDITOR_KEYS_INVALID", f"{file}: keys is no list", next_step=_JWK_SET)
    return keys
