"""Golden answers: an HTTP answer as JSON that is the same in every run, and the files that such answers are kept in.

Keys, signatures, hashes and request ids are random. A placeholder takes the place of a value of the right form; a value
of another form stays as it is, and differs from the file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson

from formats import base64url

PLACE = Path(__file__).parents[1] / "golden"
WRITE = "LEDGER_TEST_WRITE_GOLDEN"
_WIDTH = 118  # characters of a line before a value is broken into its members
_WRITTEN_ONCE = 160  # characters of a value that stands where it came first, and is named wherever it comes again

_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_HASH, _DIGEST = r"[A-Za-z0-9+/]{43}=", r"[0-9a-f]{64}"
_ORIGIN = r"(?P<origin>[a-z0-9./-]+)"
_NOTE = rf"{_ORIGIN}\n(?P<size>[0-9]+)\n{_HASH}\n\n(?:— (?P=origin) {_BASE64}\n)+"
_PROOF = rf"c2sp\.org/tlog-proof@v1\nindex (?P<index>[0-9]+)\n(?:{_HASH}\n)*\n{_NOTE}"
# By the member's name: the form of what varies, and what stands in its place.
_FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "root": ((_HASH, "<hash>"),),
    "from_root": ((_HASH, "<hash>"),),
    "to_root": ((_HASH, "<hash>"),),
    "leaf_hash": ((_HASH, "<hash>"), (_DIGEST, "<hex hash>")),
    "proof": ((_HASH, "<hash>"),),
    "previous": (("0{64}", "<none>"), (_DIGEST, "<hex hash>")),
    "submission": ((_DIGEST, "<hex digest>"),),
    "kid": ((r"[A-Za-z0-9_-]{43}", "<kid>"),),
    "x": ((r"[A-Za-z0-9_-]{43}", "<coordinate>"),),
    "y": ((r"[A-Za-z0-9_-]{43}", "<coordinate>"),),
    "checkpoint_keys": ((rf"{_ORIGIN}\+[0-9a-f]{{8}}\+{_BASE64}", r"<vkey of \g<origin>>"),),
    "note": ((_NOTE, r"<note of \g<origin>>"),),
    "checkpoint": ((_NOTE, r"<note of \g<origin>, size \g<size>>"),),
    "request_id": ((r"[0-9a-f]{32}", "<request id>"),),
}
_KEY_NAMED = re.compile(r"(?<=the signature is not that of key )[A-Za-z0-9_-]{43}(?= over these bytes)")
_CURSOR = re.compile(r"Wz[A-Za-z0-9_-]{16,}")
_SHARE = re.compile(r'"(?:reads|addresses|records)";r=[0-9]+;t=[0-9]+')
_TAG = re.compile(r'(W/)?"[0-9a-f]{32}"')
_AS_OF = re.compile(rf"(size=[0-9]+; root=){_HASH}")
_UNTOLD = frozenset({"date", "server", "content-length", "transfer-encoding"})


def answer_of(answer: httpx.Response) -> dict[str, Any]:
    """Status, headers and body, each in the form in which it is kept."""
    media = answer.headers.get("content-type", "").partition(";")[0]
    kept: dict[str, Any] = {"status": answer.status_code, "headers": _headers(answer.headers, answer.status_code)}
    if not answer.content:
        return kept
    if media.endswith("json"):
        return {**kept, "body": masked(orjson.loads(answer.content))}
    if media.startswith("text/"):
        whole = next((found for form in (_NOTE, _PROOF) if (found := re.fullmatch(form, answer.text))), None)
        return {**kept, "body": answer.text if whole is None else {"note or proof": whole.groupdict()}}
    return {**kept, "body": {"bytes": len(answer.content)}}


def _headers(headers: httpx.Headers, status: int) -> dict[str, str]:
    told = {name: value for name, value in headers.items() if name not in _UNTOLD}
    if re.fullmatch("[0-9a-f]{32}", told.get("request-id", "")):
        del told["request-id"]  # every answer has one
    if _SHARE.fullmatch(told.get("ratelimit", "")):
        told["ratelimit"] = told["ratelimit"].partition(";")[0]
    for name, form, place in (("etag", _TAG, r'\1"<tag>"'), ("ledger-as-of", _AS_OF, r"\1<hash>")):
        if name in told and form.fullmatch(told[name]):
            told[name] = form.sub(place, told[name])
    if "allow" in told:  # a set, whose order is another in each process
        told["allow"] = ", ".join(sorted(told["allow"].split(", ")))
    if status == 429 and re.fullmatch("[1-9]|[1-5][0-9]|60", told.get("retry-after", "")):
        told["retry-after"] = "<seconds>"
    if "link" in told:
        told["link"] = re.sub(r"(?<=cursor=)[A-Za-z0-9_-]+", lambda found: cursor(found[0]), told["link"])
    return dict(sorted(told.items()))


def masked(value: Any, name: str = "") -> Any:
    """The value with placeholders; ``name`` is the member that it stands in."""
    if isinstance(value, dict):
        return {each: masked(inner, f"{name}.waiting" if each == "waiting" else each) for each, inner in value.items()}
    if isinstance(value, list):
        return [masked(each, name) for each in value]
    if name == "hand.waiting" and isinstance(value, int):
        return "<number>"
    if not isinstance(value, str):
        return value
    if name == "detail":
        return _KEY_NAMED.sub("<kid>", value)
    if name in ("entry", "record") and value.startswith("{"):
        return masked(orjson.loads(value))
    if name == "next" and _CURSOR.fullmatch(value):
        return cursor(value)
    for form, place in _FORMS.get(name, ()):
        if found := re.fullmatch(form, value):
            return found.expand(place)
    return value


def cursor(text: str) -> str:
    """What a cursor says, without the fingerprint of its question."""
    parts = orjson.loads(base64url.decode(text, what="the cursor"))
    assert re.fullmatch("[0-9a-f]{12}", parts[2])
    return orjson.dumps([*parts[:2], "<question>", *parts[3:]]).decode()


# --- files


def writes() -> bool:
    """Whether the files are to be written anew instead of compared with."""
    return bool(os.environ.get(WRITE))


def read(name: str) -> dict[str, Any]:
    """What is kept under the name; nothing where there is no such file."""
    file = PLACE / f"{name}.json"
    kept: dict[str, Any] = orjson.loads(file.read_bytes()) if file.is_file() else {}
    return kept


def held_against(name: str, found: Mapping[str, Any]) -> None:
    """Fails with each difference between what is kept under the name and what was found; or writes it."""
    found = written_once(found)
    if writes():
        (PLACE / f"{name}.json").parent.mkdir(exist_ok=True)
        (PLACE / f"{name}.json").write_text(_text(found) + "\n", encoding="utf-8")
        return
    differences = list(_differences(read(name), found, ""))
    shown = "\n".join(differences[:40])
    hint = f"If they are meant, write the files anew ({WRITE}=1) and review the difference."
    assert not differences, f"{len(differences)} differences to tests/golden/{name}.json. {hint}\n{shown}"


def written_once(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with ``= <place>`` for a value that came before: most answers of a route have rows in common."""
    places: dict[str, str] = {}

    def walked(value: Any, place: str) -> Any:
        if not isinstance(value, dict | list):
            return value
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        if len(text) >= _WRITTEN_ONCE and places.setdefault(text, place) != place:
            return f"= {places[text]}"
        if isinstance(value, dict):
            return {name: walked(each, f"{place}/{name}") for name, each in value.items()}
        return [walked(each, f"{place}/{number}") for number, each in enumerate(value)]

    return {name: walked(each, name) for name, each in found.items()}


def _differences(kept: Any, found: Any, place: str) -> Iterator[str]:
    if isinstance(kept, dict) and isinstance(found, Mapping):
        for name in sorted({*kept, *found}):
            if name not in found:
                yield f"{place}/{name}: missing; kept {_short(kept[name])}"
            elif name not in kept:
                yield f"{place}/{name}: new: {_short(found[name])}"
            else:
                yield from _differences(kept[name], found[name], f"{place}/{name}")
    elif isinstance(kept, list) and isinstance(found, list) and len(kept) == len(found):
        for number, (one, other) in enumerate(zip(kept, found, strict=True)):
            yield from _differences(one, other, f"{place}/{number}")
    elif kept != found or type(kept) is not type(found):
        yield f"{place}: kept {_short(kept)}, found {_short(found)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 400 else text[:400] + "…"


def _text(value: Any, margin: str = "") -> str:
    """JSON that breaks only what does not fit into a line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(margin) + len(line) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = margin + " "
    if isinstance(value, dict):
        told = [f"{json.dumps(name, ensure_ascii=False)}: {_text(each, inner)}" for name, each in value.items()]
        return "{\n" + ",\n".join(inner + each for each in told) + "\n" + margin + "}"
    return "[\n" + ",\n".join(inner + _text(each, inner) for each in value) + "\n" + margin + "]"
