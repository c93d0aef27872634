"""The HTTP client of the verbs: whom it may send a token to, and what it says of an answer that is none."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import httpx

from cli.exits import Exit, Stop, of_status
from cli.output import made_safe

SECONDS = 60.0


def ledger_client(url: str) -> httpx.Client:
    """A client of the ledger at this address. Raises Stop for an address that is none.

    A proxy of the environment is used for https only, where it forwards a tunnel and sees no token (RFC 9110 §9.3.6);
    this machine is never asked through one.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as fault:
        raise Stop(Exit.USAGE, f"这不是账本地址。{url!r} is no address of a ledger: {fault}") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise Stop(
            Exit.USAGE, f"账本地址应如 http://127.0.0.1:8085。{url!r} is no address as in http://127.0.0.1:8085."
        )
    through_proxy = address.scheme == "https" and not _is_this_machine(address.host)
    return httpx.Client(base_url=url, timeout=SECONDS, trust_env=through_proxy)


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def json_of(answer: httpx.Response) -> Any:
    """The JSON of an answer. Raises Stop where the answer is none of a ledger's."""
    try:
        return answer.json()
    except ValueError:
        kind = answer.headers.get("content-type", "no media type")
        raise Stop(
            Exit.NETWORK,
            f"应答不是 JSON,{answer.url} 不像账本。HTTP {answer.status_code} {kind}, not JSON: "
            f"is {answer.url} a ledger's address?",
        ) from None


def checked(answer: httpx.Response) -> httpx.Response:
    """Returns the answer, or ends the command with the exit code and the text of its problem."""
    if answer.is_success:
        return answer
    problem: dict[str, Any] = {}
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        problem = made_safe(json_of(answer))
    description = " ".join(str(problem.get(member, "")) for member in ("code", "title", "detail"))
    lines = [f"HTTP {answer.status_code} {description}"]
    for fault in problem.get("errors", []):
        lines.append(f"  line {fault.get('line', '-')} {fault.get('pointer', '')} {fault['code']}: {fault['detail']}")
    lines += [f"  {each['code']} {each['name'] or ''}" for each in problem.get("nearest", [])]
    lines.append(str(problem.get("next", "")))
    raise Stop(of_status(answer.status_code), "\n".join(lines))
