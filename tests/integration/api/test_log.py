"""The log as a stranger checks it: with tiles and bundles alone he rebuilds the tree that the checkpoint signs."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from formats.base64std import decode_base64
from ledger.notes.checkpoint import SignedCheckpoint, open_checkpoint
from ledger.notes.cosignature import ML_DSA_44
from ledger.notes.log_keys import verifier_for
from ledger.notes.note import ED25519
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.tree import merkle
from ledger.tree.merkle import HASH_SIZE, leaf_hash
from ledger.tree.tiles import TILE_WIDTH, TileReader, decode_bundle, tile_path, width_at

BINARY = "application/octet-stream"


def hash_of(text: str) -> bytes:
    return decode_base64(text, code="X", what="hash")


@pytest.fixture
def signed(story_ledger: Any) -> SignedCheckpoint:
    note = story_ledger.get("/checkpoint")
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    return open_checkpoint(
        note.content, [verifier_for(vkey) for vkey in story_ledger.directory.vkeys], origin=story_ledger.origin
    )


def fetcher(story_ledger: Any, size: int) -> Callable[[int, int], bytes]:
    """Tiles by their public addresses, each as wide as the tree of that size has it."""

    def fetch(level: int, n: int) -> bytes:
        answer = story_ledger.get(f"/{tile_path(level, n, width_at(level, n, size))}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == BINARY
        return bytes(answer.content)

    return fetch


def test_the_published_checkpoint_carries_both_signatures(story_ledger: Any, signed: SignedCheckpoint) -> None:
    assert signed.checkpoint.origin == story_ledger.origin
    assert {verifier_for(vkey).key.type for vkey in story_ledger.directory.vkeys} == {ED25519, ML_DSA_44}
    assert len(signed.note.signatures) == 2


def test_public_tiles_give_the_root_that_is_signed(story_ledger: Any, signed: SignedCheckpoint) -> None:
    size = signed.checkpoint.size
    assert size > TILE_WIDTH
    assert merkle.tree_root(size, TileReader(fetcher(story_ledger, size))) == signed.checkpoint.root


def test_the_entries_of_the_bundles_hash_to_the_level_0_tiles(story_ledger: Any, signed: SignedCheckpoint) -> None:
    size = signed.checkpoint.size
    for n in range(-(-size // TILE_WIDTH)):
        width = width_at(0, n, size)
        bundle = story_ledger.get(f"/{tile_path(None, n, width)}", "auditor")
        assert bundle.headers["content-type"] == BINARY
        assert bundle.headers["cache-control"] == "private, no-store"
        hashes = b"".join(map(leaf_hash, decode_bundle(bundle.content)))
        assert hashes == fetcher(story_ledger, size)(0, n)


def test_a_partial_tile_is_served_in_every_width_that_it_had(story_ledger: Any) -> None:
    full = story_ledger.get("/tile/0/000").content
    assert len(full) == TILE_WIDTH * HASH_SIZE
    for width in (1, 2, 100, 255):
        assert story_ledger.get(f"/tile/0/000.p/{width}").content == full[: width * HASH_SIZE]


def test_tiles_are_kept_for_ever_and_the_checkpoint_is_asked_for_again(story_ledger: Any) -> None:
    assert story_ledger.get("/tile/0/000").headers["cache-control"] == "public, max-age=31536000, immutable"
    checkpoint = story_ledger.get("/checkpoint")
    assert checkpoint.headers["cache-control"] == "no-cache"
    again = story_ledger.get("/checkpoint", headers={"If-None-Match": checkpoint.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "0/999",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "00/000",
        "64/000",
        "0/0",
        "0/x000/000",
        "7/000",
        "entries",
        "-1/000",
    ],
)
def test_what_is_no_tile_or_not_there_yet_is_not_found(story_ledger: Any, path: str) -> None:
    answer = story_ledger.get(f"/tile/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_bundle_that_the_log_has_not_grown_to_is_not_found(story_ledger: Any) -> None:
    assert story_ledger.get("/tile/entries/999", "auditor").status_code == 404
    assert story_ledger.get("/tile/entries/000").json()["code"] == "TOKEN_MISSING"


def test_inclusion_proofs_of_any_entry_in_any_later_tree_hold(story_ledger: Any) -> None:
    size, seeded = story_ledger.size, random.Random(6962)
    for index in seeded.sample(range(size), 20):
        of = seeded.randint(index + 1, size)
        proof = story_ledger.get("/v1/proofs/inclusion", index=index, size=of).json()
        path = [hash_of(each) for each in proof["proof"]]
        merkle.check_inclusion(path, index, of, hash_of(proof["leaf_hash"]), hash_of(proof["root"]))
        line = story_ledger.runtime.store.entry(index)
        assert hash_of(proof["leaf_hash"]) == leaf_hash(line)


def test_consistency_proofs_between_any_two_trees_hold(story_ledger: Any) -> None:
    size, seeded = story_ledger.size, random.Random(9162)
    for _ in range(20):
        old = seeded.randint(1, size)
        new = seeded.randint(old, size)
        proof = story_ledger.get("/v1/proofs/consistency", from_=old, to=new).json()
        path = [hash_of(each) for each in proof["proof"]]
        merkle.check_consistency(path, old, new, hash_of(proof["from_root"]), hash_of(proof["to_root"]))


def test_how_far_the_log_has_come_is_not_asked_for_a_tree_that_it_is_known_to_have(
    story_ledger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, asked = story_ledger.size, list[Store]()
    story_ledger.get("/v1/proofs/inclusion", index=0)
    head = Store.head

    def counted(store: Store) -> Head:
        # The writer and the own-record submitter ask for the head by themselves, at any moment.
        if threading.current_thread().name.startswith("AnyIO worker"):
            asked.append(store)
        return head(store)

    monkeypatch.setattr(Store, "head", counted)
    assert story_ledger.get("/v1/proofs/inclusion", index=0, size=size).status_code == 200
    assert story_ledger.get("/v1/proofs/consistency", from_=1, to=size).status_code == 200
    assert not asked
    story_ledger.get("/v1/proofs/inclusion", index=0, size=size + 1)
    assert len(asked) == 1


def test_a_proof_is_kept_for_ever_only_if_the_question_names_its_size(story_ledger: Any) -> None:
    assert "immutable" in story_ledger.get("/v1/proofs/inclusion", index=0, size=5).headers["cache-control"]
    assert story_ledger.get("/v1/proofs/inclusion", index=0).headers["cache-control"] == "no-cache"
    assert story_ledger.get("/v1/proofs/consistency", from_=1).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("inclusion", {}, 400, "PARAMETER_INVALID"),
        ("inclusion", {"index": "x"}, 400, "PARAMETER_INVALID"),
        ("inclusion", {"index": 5, "size": 5}, 404, "AS_OF_BEYOND"),
        ("inclusion", {"index": 0, "size": 10**9}, 404, "AS_OF_BEYOND"),
        ("consistency", {}, 400, "PARAMETER_INVALID"),
        ("consistency", {"from_": 0}, 400, "PARAMETER_INVALID"),
        ("consistency", {"from_": 5, "to": 4}, 404, "AS_OF_BEYOND"),
        ("consistency", {"from_": 5, "to": 10**9}, 404, "AS_OF_BEYOND"),
    ],
)
def test_a_proof_of_what_cannot_be_is_refused(
    story_ledger: Any, path: str, params: dict[str, Any], status: int, code: str
) -> None:
    answer = story_ledger.get(f"/v1/proofs/{path}", **params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "path", ["/checkpoint", "/tile/0/000.p/1", "/tile/8/000", "/v1/proofs/inclusion?index=0", "/v1/proofs/inclusion"]
)
def test_a_page_of_any_origin_may_read_the_public_log_and_why_it_was_refused(story_ledger: Any, path: str) -> None:
    assert story_ledger.get(path).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/tile/entries/000.p/2", "/v1/access", "/v1/entries/0", "/readyz", "/nowhere"])
def test_nothing_else_is_for_pages_of_other_origins(story_ledger: Any, path: str) -> None:
    assert "access-control-allow-origin" not in story_ledger.get(path, "auditor").headers


def test_the_checkpoint_is_given_whatever_stands_in_the_query(story_ledger: Any) -> None:
    assert story_ledger.get("/checkpoint?t=1").content == story_ledger.get("/checkpoint").content
