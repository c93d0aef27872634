"""The log as anyone checks it: checkpoint and tiles (c2sp.org/tlog-checkpoint, tlog-tiles).

Checkpoint and tiles disclose hashes only and are public; bundles of entries go to auditors that the settings admit.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi import Query as InQuery
from starlette.requests import Request
from starlette.responses import Response

from api.http.parameters import PATH_TEXT, Query
from api.http.problems import Problem
from api.http.responses import IMMUTABLE, REVALIDATE, TEXT, tagged
from api.http.routes import BEARER, CALLER_OR_NOBODY, public
from api.server.reception import AppContext, context_of
from formats.errors import Malformed
from ledger.tree.merkle import HASH_SIZE
from ledger.tree.tiles import TILE_WIDTH, TileId, encode_bundle, parse_tile_path

router = APIRouter()

BINARY = "application/octet-stream"

TilePath = Annotated[
    str,
    PATH_TEXT,
    Path(
        description="`<L>/<N>[.p/<W>]`: level, index in groups of three digits, width of a partial tile; or "
        "`entries/<N>[.p/<W>]`.",
        examples=["0/000.p/41"],
    ),
]


@public(
    router,
    "/checkpoint",
    id="getCheckpoint",
    tag="log",
    about="The newest published checkpoint, signed with Ed25519 and ML-DSA-44 (c2sp.org/tlog-checkpoint).",
    finds="A signed note.",
    content={"text/plain": {"type": "string"}},
    codes=("NOT_FOUND",),
)
async def get_checkpoint(request: Request) -> Response:
    """The newest published one, signed with every key of the log. A query is ignored: monitors add one to get past
    caches. While the database does not answer it is the newest that this process has read.
    """
    context = context_of(request)
    note = await context.newest_checkpoint.read(context.workers)
    if note is None:
        raise Problem("NOT_FOUND", "No checkpoint has been published yet.")
    return tagged(request, note, TEXT, REVALIDATE)


@public(
    router,
    "/tile/{path:path}",
    CALLER_OR_NOBODY,
    id="getTile",
    tag="log",
    about="A tile of hashes, public; under `entries/` a bundle of entries, for auditors (c2sp.org/tlog-tiles).",
    finds="Up to 256 hashes of 32 bytes; or entries, each after its length in two bytes.",
    content={BINARY: {"type": "string", "format": "binary"}},
    codes=("NOT_FOUND", "PARAMETER_UNKNOWN", "CALLER_FORBIDDEN", *BEARER),
)
def get_tile(request: Request, path: TilePath, _: Annotated[Query, InQuery()]) -> Response:
    """A tile of hashes, or a bundle of entries. A partial tile is a prefix of the row: rows only grow."""
    context = context_of(request)
    try:
        tile_id = parse_tile_path(f"tile/{path}")
    except Malformed as fault:
        raise Problem("NOT_FOUND", fault.detail, fault.next_step) from fault
    if tile_id.level is None:
        return Response(_bundle(request, context, tile_id), 200, {"Cache-Control": "private, no-store"}, BINARY)
    hashes = context.store.tile(tile_id.level, tile_id.n) or b""
    width = HASH_SIZE * tile_id.width
    if len(hashes) < width:
        raise Problem("NOT_FOUND", "The log has not grown to this tile yet.")
    return Response(hashes[:width], 200, IMMUTABLE, BINARY)


def _bundle(request: Request, context: AppContext, tile_id: TileId) -> bytes:
    if not context.caller(request).auditor:
        raise Problem("CALLER_FORBIDDEN", "Bundles of entries are for auditors that the settings admit.")
    entries = context.store.entries(tile_id.n * TILE_WIDTH, tile_id.width)
    if len(entries) < tile_id.width:
        raise Problem("NOT_FOUND", "The log has not grown to this bundle yet.")
    return encode_bundle([entry.line for entry in entries])
