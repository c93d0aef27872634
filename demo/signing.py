"""The keys of all departments, before and after a key is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.server.data_dir import DataDir
from demo.story.cast import PARTIES, ROTATING, uscc
from demo.story.steps import StoryStep
from ledger.keys.jwk import PrivateKey
from ledger.keys.possession import as_first_key
from ledger.records.submission_signature import sign_submission

NEXT, RETIRED = "next", "retired"  # ``<uscc>-next`` becomes ``<uscc>``, which becomes ``<uscc>-retired``


@dataclass(slots=True)
class Signers:
    """The private keys of a demo directory, each read once."""

    directory: DataDir
    _keys: dict[str, PrivateKey] = field(default_factory=dict)

    def key(self, party: str) -> PrivateKey:
        """Return a department's present key."""
        return self._key(uscc(party))

    def first_keys(self) -> Mapping[str, Mapping[str, Any]]:
        """Return short name → ``key`` and ``possession`` of every department, as ``key.authorised`` takes them."""
        origin = self.directory.origin
        return {party: as_first_key(self.key(party), origin=origin, uscc=uscc(party)) for party in PARTIES}

    def successor(self) -> Mapping[str, str]:
        """Return the public key that will replace the rotating department's."""
        return self._key(f"{uscc(ROTATING)}-{NEXT}").public.jwk

    def sealed(self, step: StoryStep) -> tuple[bytes, str]:
        """Return the body of the step's submission and the signature over it at the time of sending."""
        lines = [orjson.dumps(record) for record in step.records]
        iss = uscc(step.by)
        key = self._key(f"{iss}-{RETIRED}" if step.retired else iss)
        jws = sign_submission(lines, key=key, iss=iss, aud=self.directory.origin, iat=int(step.recorded_at.timestamp()))
        return b"\n".join(lines), jws

    def recorded(self, step: StoryStep) -> None:
        """Note that the step is in the log. After a rotation the next key signs."""
        if step.rotates:
            name = uscc(step.by)
            self.directory.replace_key(name, by=f"{name}-{NEXT}", retired=f"{name}-{RETIRED}")
            self._keys.clear()

    def _key(self, name: str) -> PrivateKey:
        if name not in self._keys:
            self._keys[name] = self.directory.key(name)
        return self._keys[name]
