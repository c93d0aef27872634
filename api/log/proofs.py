"""Proofs for everybody: an entry is in the tree of a size; a tree begins with an earlier one (RFC 6962 §2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import number, read_query
from api.http.problems import Problem
from api.http.responses import IMMUTABLE, JSON, REVALIDATE, demo_mark
from api.server.reception import reception_of
from formats.base64std import encode_base64
from ledger.tree import merkle

_INCLUSION = (
    number("index", "The entry's place in the log, from 0.", example=41, required=True),
    number("size", "The tree size to prove it in; absent: the log's size now.", least=1, example=42),
)
_CONSISTENCY = (
    number("from", "The smaller tree size.", least=1, example=20, required=True),
    number("to", "The larger tree size; absent: the log's size now.", least=1, example=42),
)


def inclusion(request: Request) -> Response:
    """Leaf's sibling first, root's child last."""
    asked = read_query(request, _INCLUSION)
    head = _head(request, asked.get("size"))
    index, size = asked.get("index"), asked.get("size", head)
    if not index < size <= head:
        raise Problem("AS_OF_BEYOND", f"index < size ≤ {head} does not hold for index={index}, size={size}.")
    read = reception_of(request).tiles.reader(size, index)
    path = merkle.prove_inclusion(index, size, read)
    leaf, root = encode_base64(read(0, index)), encode_base64(merkle.tree_root(size, read))
    stands = {"index": index, "size": size, "leaf_hash": leaf, "root": root}
    return _proof(request, stands, path, fixed="size" in asked.values)


def consistency(request: Request) -> Response:
    """The tree of ``to`` begins with the tree of ``from``."""
    asked = read_query(request, _CONSISTENCY)
    head = _head(request, asked.get("to"))
    old, new = asked.get("from"), asked.get("to", head)
    if not old <= new <= head:
        raise Problem("AS_OF_BEYOND", f"from ≤ to ≤ {head} does not hold for from={old}, to={new}.")
    read = reception_of(request).tiles.reader(new, old - 1)
    roots = {name: encode_base64(merkle.tree_root(size, read)) for name, size in (("from_root", old), ("to_root", new))}
    path = merkle.prove_consistency(old, new, read)
    return _proof(request, {"from": old, "to": new, **roots}, path, fixed="to" in asked.values)


def _head(request: Request, wanted: int | None) -> int:
    """The log's size, which is not asked again where it is known to have come to the wanted one: a log only grows."""
    reception = reception_of(request)
    tiles = reception.tiles
    if wanted is None or wanted > tiles.reached:
        tiles.reached = reception.store.head().size
    return tiles.reached


def _proof(request: Request, stands: dict[str, Any], path: Sequence[bytes], *, fixed: bool) -> Response:
    """``fixed``: the question named its tree size, so that the answer never changes."""
    body = {**stands, "proof": [encode_base64(each) for each in path], **demo_mark(reception_of(request).clock.demo)}
    return Response(orjson.dumps(body), 200, IMMUTABLE if fixed else REVALIDATE, JSON)


OPERATIONS = (
    Operation(
        id="proveInclusion",
        method="GET",
        path="/v1/proofs/inclusion",
        tag="proofs",
        about="The entry at `index` is in the tree of `size`.",
        endpoint=inclusion,
        parameters=_INCLUSION,
        answers=(
            Answer(
                200,
                "The path, from the leaf's sibling to the root's child.",
                {JSON: examples.INCLUSION},
                "InclusionProof",
            ),
        ),
        codes=("PARAMETER_INVALID", "PARAMETER_UNKNOWN", "AS_OF_BEYOND"),
    ),
    Operation(
        id="proveConsistency",
        method="GET",
        path="/v1/proofs/consistency",
        tag="proofs",
        about="The tree of size `to` begins with the tree of size `from`.",
        endpoint=consistency,
        parameters=_CONSISTENCY,
        answers=(Answer(200, "The path of RFC 6962 §2.1.2.", {JSON: examples.CONSISTENCY}, "ConsistencyProof"),),
        codes=("PARAMETER_INVALID", "PARAMETER_UNKNOWN", "AS_OF_BEYOND"),
    ),
)
