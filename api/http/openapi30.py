"""The description as OpenAPI 3.0.3: the same operations and members, in the words of that version.

Spec: OpenAPI 3.0.3 "Schema Object"; 3.1 is JSON Schema 2020-12, of which 3.0 is an older dialect.
"""

from __future__ import annotations

from typing import Any, Final

# Words of 2020-12 that 3.0 does not have and that no generator needs.
_LEFT_OUT: Final = frozenset({"contentMediaType", "patternProperties", "$comment"})
_NAMED: Final = frozenset({"properties", "schemas", "responses", "paths", "headers", "content", "securitySchemes"})


def as_openapi_30(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of the 3.1 document as 3.0.3."""
    rendered: dict[str, Any] = _rendered(document)
    return {**rendered, "openapi": "3.0.3"}


def _rendered(value: Any, *, names: bool = False) -> Any:
    """``names``: the members are names, and not words of the description."""
    if isinstance(value, list):
        return [_rendered(each) for each in value]
    if not isinstance(value, dict):
        return value
    if names:
        return {name: _rendered(each) for name, each in value.items()}
    kept = {
        name: each if name in ("example", "examples", "default", "enum") else _rendered(each, names=name in _NAMED)
        for name, each in value.items()
        if name not in _LEFT_OUT
    }
    return _schema(kept)


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """One schema; what is none has none of these words."""
    kind = schema.get("type")
    if isinstance(kind, list):
        (first, *others) = (each for each in kind if each != "null")
        if others:  # 3.0 has one type: then it says none
            del schema["type"]
        else:
            schema |= {"type": first, "nullable": True}
    union = schema.pop("anyOf", None)
    if union is not None:
        schema |= {"allOf": [each for each in union if each != {"type": "null"}], "nullable": True}
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if isinstance(schema.get("examples"), list):
        schema["example"] = schema.pop("examples")[0]
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(word), int | float) and not isinstance(schema[word], bool):
            schema |= {bound: schema[word], word: True}
    if "$ref" in schema and len(schema) > 1:  # 3.0 ignores the members beside a reference
        schema = {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
    return schema
