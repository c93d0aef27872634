"""The log as anyone checks it: checkpoint and tiles (c2sp.org/tlog-checkpoint, tlog-tiles).

Checkpoint and tiles disclose hashes only and are public; bundles of entries go to auditors that the settings admit.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import BEARER, Answer, Operation
from api.http.parameters import read_query, word
from api.http.problems import Problem
from api.http.responses import IMMUTABLE, REVALIDATE, TEXT, tagged
from api.server.reception import Reception, reception_of
from formats.errors import Malformed
from ledger.tree.merkle import HASH_SIZE
from ledger.tree.tiles import TILE_WIDTH, TileId, encode_bundle, parse_tile_path

BINARY = "application/octet-stream"


def checkpoint(request: Request) -> Response:
    """The newest published one, signed with every key of the log."""
    read_query(request, ())
    note = reception_of(request).store.published()
    if note is None:
        raise Problem("NOT_FOUND", "No checkpoint has been published yet.")
    return tagged(request, note, TEXT, REVALIDATE)


def tile(request: Request) -> Response:
    """A tile of hashes, or a bundle of entries. A partial tile is a prefix of the row as it stands: rows only grow."""
    read_query(request, ())
    reception = reception_of(request)
    try:
        wanted = parse_tile_path(f"tile/{request.path_params['path']}")
    except Malformed as fault:
        raise Problem("NOT_FOUND", fault.detail, fault.next_step) from fault
    if wanted.level is None:
        return Response(_bundle(request, reception, wanted), 200, {"Cache-Control": "private, no-store"}, BINARY)
    hashes = reception.store.tile(wanted.level, wanted.n) or b""
    width = HASH_SIZE * wanted.width
    if len(hashes) < width:
        raise Problem("NOT_FOUND", "The log has not grown to this tile yet.")
    return Response(hashes[:width], 200, IMMUTABLE, BINARY)


def _bundle(request: Request, reception: Reception, wanted: TileId) -> bytes:
    if not reception.caller(request).auditor:
        raise Problem("CALLER_FORBIDDEN", "Bundles of entries are for auditors that the settings admit.")
    entries = reception.store.entries(wanted.n * TILE_WIDTH, wanted.width)
    if len(entries) < wanted.width:
        raise Problem("NOT_FOUND", "The log has not grown to this bundle yet.")
    return encode_bundle([entry.line for entry in entries])


_PATH = word(
    "path",
    "`<L>/<N>[.p/<W>]`: level, index in groups of three digits, width of a partial tile; or `entries/<N>[.p/<W>]`.",
    example="0/000.p/41",
)

OPERATIONS = (
    Operation(
        id="getCheckpoint",
        method="GET",
        path="/checkpoint",
        tag="log",
        about="The newest published checkpoint, signed with Ed25519 and ML-DSA-44 (c2sp.org/tlog-checkpoint).",
        endpoint=checkpoint,
        answers=(Answer(200, "A signed note.", {"text/plain": examples.CHECKPOINT}),),
        codes=("NOT_FOUND", "PARAMETER_UNKNOWN"),
    ),
    Operation(
        id="getTile",
        method="GET",
        path="/tile/{path:path}",
        tag="log",
        about="A tile of hashes, public; under `entries/` a bundle of entries, for auditors (c2sp.org/tlog-tiles).",
        endpoint=tile,
        path_parameters={"path": _PATH},
        answers=(
            Answer(200, "Up to 256 hashes of 32 bytes; or entries, each after its length in two bytes.", {BINARY: ""}),
        ),
        codes=("NOT_FOUND", "PARAMETER_UNKNOWN", "CALLER_FORBIDDEN", *BEARER),
    ),
)
