"""Bodies of requests, read up to a limit, and all of them together up to another."""

from __future__ import annotations

from typing import Final

from starlette.requests import ClientDisconnect, Request

from api.http.problems import Problem

ALL_BYTES: Final = 256 * 1024 * 1024  # of bodies that are being read, over all connections
DISCARDED_BYTES: Final = 64 * 1024 * 1024  # of one body that is too long


class BodyBudget:
    """The bytes of bodies that are being read at one time; used on the event loop."""

    def __init__(self, most: int = ALL_BYTES) -> None:
        self._left = most

    def take(self, count: int) -> None:
        """Raises Problem OVERLOADED where so many bytes would be too many."""
        if count > self._left:
            raise Problem("OVERLOADED", "Too many bytes of requests are being read.", headers={"Retry-After": "1"})
        self._left -= count

    def give_back(self, count: int) -> None:
        self._left += count


async def read_body(request: Request, limit: int, budget: BodyBudget) -> bytes:
    """Keeps no more than the limit, whatever Content-Length says. What comes beyond it is read and discarded, so that a
    client that writes all before it reads gets to see the refusal.
    """
    taken, beyond = bytearray(), 0
    try:
        async for chunk in request.stream():
            if len(taken) + len(chunk) > limit:
                beyond += len(chunk)
                if beyond > DISCARDED_BYTES:
                    break
                continue
            budget.take(len(chunk))
            taken += chunk
    except ClientDisconnect as gone:
        raise Problem("SUBMISSION_MALFORMED", "The connection ended before the body did.") from gone
    finally:
        budget.give_back(len(taken))
    if beyond:
        raise Problem("TOO_MANY_BYTES", f"More than {limit} bytes came.", headers={"Connection": "close"})
    return bytes(taken)
