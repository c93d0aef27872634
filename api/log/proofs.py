"""Proofs for everybody: an entry is in the tree of a size; a tree begins with an earlier one (RFC 6962 §2.1)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as InQuery
from pydantic import Field
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import Demo, Hash, Model, Whole
from api.http.parameters import Query, number
from api.http.problems import Problem
from api.http.responses import IMMUTABLE, JSON, REVALIDATE, marked
from api.http.routes import public
from api.http.validation import refuse_repeated
from api.server.reception import context_of
from formats.base64std import encode_base64
from ledger.tree import merkle

router = APIRouter()

CODES = ("PARAMETER_INVALID", "PARAMETER_UNKNOWN", "AS_OF_BEYOND")


class InclusionQuery(Query):
    """Which entry, in which tree."""

    index: Annotated[int, number("index"), Field(description="The entry's place in the log, from 0.", examples=[41])]
    size: Annotated[
        int | None,
        number("size", least=1),
        Field(description="The tree size to prove it in; absent: the log's size now.", examples=[42]),
    ] = None


class ConsistencyQuery(Query):
    """Which trees."""

    from_: Annotated[
        int, number("from", least=1), Field(alias="from", description="The smaller tree size.", examples=[20])
    ]
    to: Annotated[
        int | None,
        number("to", least=1),
        Field(description="The larger tree size; absent: the log's size now.", examples=[42]),
    ] = None


class InclusionProof(Model):
    """An entry is in a tree."""

    index: Whole
    size: Whole
    leaf_hash: Hash
    root: Hash
    proof: list[Hash]
    demo: Demo = None


class ConsistencyProof(Model):
    """A tree begins with an earlier one."""

    from_: Whole = Field(alias="from")
    to: Whole
    from_root: Hash
    to_root: Hash
    proof: list[Hash]
    demo: Demo = None


@public(
    router,
    "/v1/proofs/inclusion",
    id="proveInclusion",
    tag="proofs",
    about="The entry at `index` is in the tree of `size`.",
    answer=InclusionProof,
    finds="The path, from the leaf's sibling to the root's child.",
    codes=CODES,
)
def prove_inclusion(request: Request, query: Annotated[InclusionQuery, InQuery()]) -> Response:
    """Leaf's sibling first, root's child last."""
    refuse_repeated(request)
    head = _head(request, query.size)
    index, size = query.index, head if query.size is None else query.size
    if not index < size <= head:
        raise Problem("AS_OF_BEYOND", f"index < size ≤ {head} does not hold for index={index}, size={size}.")
    read = context_of(request).tiles.reader(size, index)
    path = merkle.prove_inclusion(index, size, read)
    proof = InclusionProof(
        index=index,
        size=size,
        leaf_hash=encode_base64(read(0, index)),
        root=encode_base64(merkle.tree_root(size, read)),
        proof=[encode_base64(each) for each in path],
        demo=marked(context_of(request).clock.demo),
    )
    return _proof(proof, fixed=query.size is not None)


@public(
    router,
    "/v1/proofs/consistency",
    id="proveConsistency",
    tag="proofs",
    about="The tree of size `to` begins with the tree of size `from`.",
    answer=ConsistencyProof,
    finds="The path of RFC 6962 §2.1.2.",
    codes=CODES,
)
def prove_consistency(request: Request, query: Annotated[ConsistencyQuery, InQuery()]) -> Response:
    """The tree of `to` begins with the tree of `from`."""
    refuse_repeated(request)
    head = _head(request, query.to)
    old, new = query.from_, head if query.to is None else query.to
    if not old <= new <= head:
        raise Problem("AS_OF_BEYOND", f"from ≤ to ≤ {head} does not hold for from={old}, to={new}.")
    read = context_of(request).tiles.reader(new, old - 1)
    path = merkle.prove_consistency(old, new, read)
    proof = ConsistencyProof(
        from_=old,
        to=new,
        from_root=encode_base64(merkle.tree_root(old, read)),
        to_root=encode_base64(merkle.tree_root(new, read)),
        proof=[encode_base64(each) for each in path],
        demo=marked(context_of(request).clock.demo),
    )
    return _proof(proof, fixed=query.to is not None)


def _head(request: Request, wanted: int | None) -> int:
    """The log's size, which is not asked again where it is known to have come to the wanted one: a log only grows."""
    context = context_of(request)
    tiles = context.tiles
    if wanted is None or wanted > tiles.reached:
        tiles.reached = context.store.head().size
    return tiles.reached


def _proof(proof: Model, *, fixed: bool) -> Response:
    """``fixed``: the question named its tree size, so that the answer never changes."""
    return Response(to_json(proof), 200, IMMUTABLE if fixed else REVALIDATE, JSON)
