"""Writes docs/reference/api.md from the operations in `api`; a test fails when it is not current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from api.http.app import OPERATIONS
from api.http.openapi import TAGS
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter
from api.http.problem_catalogue import CATALOGUE
from api.read.endpoint import PAGE, STANDING

PAGE_FILE = Path(__file__).parent / "reference" / "api.md"

MARK = "<!-- From here on written by `python -m docs.generate_api` from the operations in api/. -->"

LONG = 60  # characters of an example that tells nobody anything
MANY = 20  # values of a set that has a page of its own
OF_ALL = (*STANDING, *PAGE)


def page() -> str:
    """What stands above the mark as it is, and below it what the code says."""
    by_hand = PAGE_FILE.read_text(encoding="utf-8").partition(MARK)[0]
    written = "\n".join([*_questions(), *_operations(), *_codes()]).rstrip()
    return f"{by_hand}{MARK}\n\n{written}\n"


def _questions() -> Iterator[str]:
    yield "## Parameters of questions"
    yield ""
    yield "An unknown parameter, or one that stands twice, is refused. Every question takes these, the last three where"
    yield 'the answer has pages; the next page is also named by `Link: <…>; rel="next"`.'
    yield ""
    yield from _parameters(OF_ALL)


def _operations() -> Iterator[str]:
    for tag, about in TAGS.items():
        yield f"## {about}"
        yield ""
        for operation in OPERATIONS:
            if operation.tag == tag:
                yield from _operation(operation)


def _operation(operation: Operation) -> Iterator[str]:
    yield f"### `{operation.method} {operation.address}`"
    yield ""
    yield f"{operation.about} `{operation.id}`; " + ("token needed." if operation.bearer else "no token needed.")
    yield ""
    own = [each for each in operation.parameters if each not in OF_ALL]
    yield from _parameters([*operation.path_parameters.values(), *operation.header_parameters, *own])
    if any(each in OF_ALL for each in operation.parameters):
        shared = ", ".join(f"`{each.name}`" for each in operation.parameters if each in OF_ALL)
        yield f"And {shared}."
        yield ""
    if operation.body is not None:
        yield f"Body `{operation.body.media_type}`: {operation.body.about}"
        yield ""
    yield from (_answer(each) for each in operation.answers)
    for status, codes in operation.codes_by_status().items():
        yield f"- {status}: {', '.join(codes)}"
    yield ""


def _answer(answer: Answer) -> str:
    media = ", ".join(f"`{each}`" for each in answer.media)
    shape = f" (`{answer.schema}`)" if answer.schema else ""
    headers = "".join(f" `{name}`: {about}" for name, about in answer.headers.items())
    return f"- {answer.status} {media}{shape}: {answer.about}{headers}"


def _parameters(parameters: Iterable[Parameter]) -> Iterator[str]:
    rows = [
        f"| `{each.name}` | {'yes' if each.required else ''} | {each.about} {_values(each)} |" for each in parameters
    ]
    if rows:
        yield "| parameter | required | |"
        yield "|---|---|---|"
        yield from rows
        yield ""


def _values(parameter: Parameter) -> str:
    """What can stand there, where that is not said already."""
    schema = parameter.schema
    if len(schema.get("enum", ())) > MANY:
        return "One of the [reasons](reasons.md)."
    if "enum" in schema:
        return "One of " + ", ".join(f"`{each}`" for each in schema["enum"]) + "."
    if schema["type"] == "boolean":
        return "`true` or `false`."
    shown = "" if parameter.example is None else str(parameter.example)
    return f"Example: `{shown}`." if 0 < len(shown) < LONG else ""


def _codes() -> Iterator[str]:
    yield "## Codes"
    yield ""
    yield "| code | status | 含义 · meaning | 怎么办 · what to do | law |"
    yield "|---|---|---|---|---|"
    for code, kind in CATALOGUE.items():
        yield f"| `{code}` | {kind.status} | {kind.zh} · {kind.en} | {kind.next_zh} {kind.next_en} | {kind.law} |"
    yield ""


if __name__ == "__main__":
    PAGE_FILE.write_text(page(), encoding="utf-8")
