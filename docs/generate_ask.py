"""Writes cli/questions.json and the option tables of ``ask`` in docs/reference/cli.md, from the API's models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from api.http.routes import QUESTIONS
from api.read.endpoint import Answer
from cli.ask_verbs import VERBS, AskVerb, options_of
from cli.questions import FILE, Parameter, load
from docs.generate_api import DOCUMENT, MANY, OF_ALL

PAGE_FILE: Final = Path(__file__).parent / "reference" / "cli.md"
SCHEMAS: Final = DOCUMENT["components"]["schemas"]
REF: Final = "#/components/schemas/"
KINDS: Final = {"integer": "integer", "boolean": "flag", "string": "text"}


def table() -> str:
    """The text of cli/questions.json."""
    operations = [
        (path, each) for path, item in DOCUMENT["paths"].items() for each in item.values() if QUESTIONS in each["tags"]
    ]
    shared = {
        each["name"]: _parameter(each)
        for _, operation in operations
        for each in operation["parameters"]
        if each["name"] in OF_ALL
    }
    questions = {operation["operationId"]: _question(path, operation) for path, operation in operations}
    return _written({"shared": shared, "questions": questions}) + "\n"


def _written(value: Any, depth: int = 0) -> str:
    """JSON with one line for an object, unless it holds other objects."""
    if not isinstance(value, dict) or not any(isinstance(each, dict) for each in value.values()):
        return json.dumps(value, ensure_ascii=False)
    before = "\n" + " " * (depth + 1)
    members = [f"{before}{json.dumps(name)}: {_written(each, depth + 1)}" for name, each in value.items()]
    return "{" + ",".join(members) + before[:-1] + "}"


def _question(path: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    parameters = operation["parameters"]
    answer = _named(operation["responses"]["200"]["content"]["application/json"]["schema"])
    rows = answer["properties"].get("rows")
    told = _named(rows["items"]) if rows else answer
    columns = dict(_columns(told, skipped=() if rows else tuple(Answer.model_fields)))
    return {
        "path": path,
        "in_path": {each["name"]: _parameter(each) for each in parameters if each["in"] == "path"},
        "own": {
            each["name"]: _parameter(each)
            for each in parameters
            if each["in"] == "query" and each["name"] not in OF_ALL
        },
        "shared": [each["name"] for each in parameters if each["name"] in OF_ALL],
        "rows": rows is not None,
        "columns": list(columns),
        "as_json": [name for name, as_json in columns.items() if as_json],
    }


def _parameter(described: Mapping[str, Any]) -> dict[str, Any]:
    schema = described["schema"]
    told: dict[str, Any] = {"help": described["description"], "kind": KINDS[schema["type"]]}
    if "enum" in schema:
        told["choices"] = schema["enum"]
    if schema["type"] == "integer":
        told |= {"least": schema["minimum"], "most": schema["maximum"]}
        if "default" in schema:
            told["default"] = schema["default"]  # the command states it by itself
            told["help"] = told["help"].partition("; absent:")[0].rstrip(".") + "."
    return told


def _named(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference names, also where null is allowed."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if kinds:
        return _named(kinds[0])
    found: Mapping[str, Any] = SCHEMAS[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema
    return found


def _columns(schema: Mapping[str, Any], skipped: tuple[str, ...] = (), before: str = "") -> Iterator[tuple[str, bool]]:
    """Each member that is no object of a known shape, by its dotted name, and whether its cell is JSON."""
    for name, member in schema["properties"].items():
        if name in skipped:
            continue
        found = _named(member)
        if "properties" in found:
            yield from _columns(found, before=f"{before}{name}.")
        else:
            yield f"{before}{name}", _holds_objects(found)


def _holds_objects(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", "object")  # a free value may be an object
    if "array" in kinds:
        return _holds_objects(_named(schema["items"]))
    return "object" in kinds


# --- the page


def page() -> str:
    """The page with the option tables as the table of questions has them, and all else as it is."""
    text = PAGE_FILE.read_text(encoding="utf-8")
    for name, verb in VERBS.items():
        found = re.search(rf"^### ask {name}\n(.*?)(?=^##|\Z)", text, re.DOTALL | re.MULTILINE)
        assert found is not None, f"docs/reference/cli.md has no section: ### ask {name}"
        prose = re.split(r"^(?:\| option \||And the options of)", found[1], flags=re.MULTILINE)[0].strip()
        written = "\n".join(["", prose, "", *_rows(verb)])
        text = text[: found.start(1)] + written + text[found.end(1) :]
    return text


def _rows(verb: AskVerb) -> Iterator[str]:
    question = load()[verb.operation]
    own = [each for each in options_of(question) if each.name not in OF_ALL or each.name in verb.defaults]
    if own:
        yield "| option | default | |"
        yield "|---|---|---|"
        yield from (_row(each, verb) for each in own)
        yield ""
    yield "And the options of every question" + (", and of every list." if question.rows else ".")
    yield ""
    yield ""


def _row(parameter: Parameter, verb: AskVerb) -> str:
    default = "none" if parameter.name in verb.alone else "all"
    if parameter.name in verb.defaults:
        default = f"`{verb.defaults[parameter.name]}`"
    flag, what = verb.flag_of(parameter.name), parameter.help
    if parameter.kind == "flag":
        others = [flag.replace("--", "--no-", 1), *filter(None, [verb.off.get(parameter.name)])]
        what += f" {' or '.join(f'`{each}`' for each in others)}: the contrary."
        return f"| `{flag}` | {default} | {what} |"
    if 0 < len(parameter.choices) <= MANY:
        what += " One of " + ", ".join(f"`{each}`" for each in parameter.choices) + "."
    elif parameter.choices:
        what += " One of the [reasons](reasons.md)."
    metavar = "N" if parameter.kind == "integer" else "WORD" if parameter.choices else "TEXT"
    return f"| `{flag} {metavar}` | {default} | {what} |"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
    PAGE_FILE.write_text(page(), encoding="utf-8")
