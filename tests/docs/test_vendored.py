"""The files of `/docs` that others wrote are those of the lock, and no other can take their place unseen."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from api.http.docs_page import OURS
from docs import vendor_swagger_ui
from docs.vendor_swagger_ui import ASSETS, LOCK, HashMismatch, check, hashes, main, members

LOCKED = json.loads(LOCK.read_bytes())


def archive(place: Path, changed: str = "") -> Path:
    """The package as `npm pack` leaves it, with one byte more in the changed file."""
    path = place / "package.tgz"
    with tarfile.open(path, "w:gz") as made:
        for name in LOCKED["files"]:
            content = (ASSETS / name).read_bytes() + (b"x" if name == changed else b"")
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


def test_every_vendored_file_has_the_hash_of_the_lock() -> None:
    assert hashes({name: (ASSETS / name).read_bytes() for name in LOCKED["files"]}) == LOCKED["files"]


def test_nothing_else_lies_beside_them() -> None:
    assert {each.name for each in ASSETS.iterdir()} == {*LOCKED["files"], *OURS, "lock.json"}


def test_the_licence_and_the_notice_of_the_package_are_kept_with_it() -> None:
    assert LOCKED["licence"] == "Apache-2.0"
    assert "Apache License" in (ASSETS / "LICENSE").read_text(encoding="utf-8")
    assert "SmartBear" in (ASSETS / "NOTICE").read_text(encoding="utf-8")


def test_the_published_package_is_taken(tmp_path: Path) -> None:
    check(members(archive(tmp_path), list(LOCKED["files"])), LOCKED["files"])


@pytest.mark.parametrize("name", LOCKED["files"])
def test_a_file_with_another_hash_is_refused_and_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor_swagger_ui, "ASSETS", tmp_path)
    monkeypatch.setattr(vendor_swagger_ui, "fetch", lambda *_: archive(tmp_path, changed=name))
    with pytest.raises(HashMismatch, match=name):
        main(None)
    assert [each.name for each in tmp_path.iterdir()] == ["package.tgz"]
