"""Fetches the files of `/docs` that are not ours and compares each with `api/http/docs_assets/lock.json`.

`make vendor-docs` restores the files of the lock. With a version as its argument, the module writes a new lock for that
version: review what changed before the commit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

ASSETS = Path(__file__).parents[1] / "api" / "http" / "docs_assets"
LOCK = ASSETS / "lock.json"


class HashMismatch(Exception):
    """A file is not the one that the lock names."""


def fetch(name: str, version: str, place: Path) -> Path:
    """The package's archive. `npm pack` runs no script of the package and installs none of its dependencies."""
    command = ["npm", "pack", "--silent", f"{name}@{version}"]
    done = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True)  # noqa: S603
    return place / done.stdout.strip().splitlines()[-1]


def members(archive: Path, names: list[str]) -> dict[str, bytes]:
    """The named files of the archive; `KeyError` where one is missing."""
    found = {}
    with tarfile.open(archive) as opened:
        for name in names:
            member = opened.extractfile(f"package/{name}")
            assert member is not None, f"{name} is no file"
            found[name] = member.read()
    return found


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: sha256(content).hexdigest() for name, content in files.items()}


def check(files: Mapping[str, bytes], expected: Mapping[str, str]) -> None:
    """Raises `HashMismatch` for the first file with another SHA-256."""
    for name, found in hashes(files).items():
        if found != expected[name]:
            raise HashMismatch(f"{name}: the lock has {expected[name]}, the package {found}; nothing was written")


def main(version: str | None) -> None:
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        files = members(fetch(lock["name"], version or lock["version"], Path(place)), list(lock["files"]))
    if version is None:
        check(files, lock["files"])
    else:
        lock |= {"version": version, "files": hashes(files)}
        LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
    for name, content in files.items():
        (ASSETS / name).write_bytes(content)
    print(f"{lock['name']} {lock['version']}: {', '.join(files)}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
