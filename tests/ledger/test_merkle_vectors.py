"""The probes of transparency-dev/merkle: 196 proofs made by others, 184 of them wrong on purpose."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from formats.errors import VerificationError
from ledger.tree import merkle

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors" / "merkle"

pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=f"the third-party vectors are not at {VECTORS}")


def probes(kind: str) -> list[Any]:
    files = sorted((VECTORS / kind).rglob("*.json"))
    return [
        pytest.param(json.loads(file.read_text()), id=str(file.relative_to(VECTORS).with_suffix(""))) for file in files
    ]


def digest(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def accepted(probe: dict[str, Any]) -> bool:
    """Our answer. Any exception but VerificationError fails the test."""
    path = [digest(step) for step in probe["proof"] or []]
    try:
        if "leafIdx" in probe:
            merkle.check_inclusion(
                path, probe["leafIdx"], probe["treeSize"], digest(probe["leafHash"]), digest(probe["root"])
            )
        else:
            merkle.check_consistency(
                path, probe["size1"], probe["size2"], digest(probe["root1"]), digest(probe["root2"])
            )
    except VerificationError:
        return False
    return True


@pytest.mark.parametrize("probe", probes("inclusion"))
def test_an_inclusion_probe_is_answered_as_its_authors_say(probe: dict[str, Any]) -> None:
    assert accepted(probe) is not probe["wantErr"], probe["desc"]


@pytest.mark.parametrize("probe", probes("consistency"))
def test_a_consistency_probe_is_answered_as_its_authors_say(probe: dict[str, Any]) -> None:
    assert accepted(probe) is not probe["wantErr"], probe["desc"]


def test_all_196_probes_are_there() -> None:
    assert (len(probes("inclusion")), len(probes("consistency"))) == (98, 98)
