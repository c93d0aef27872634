"""The shapes of scorecards, for the API description."""

from __future__ import annotations

from api.http.schemas import Schema, many, maybe, named, shape, text, whole
from api.read.answer_schemas import USCC, answer_shape

SCORECARDS: dict[str, Schema] = {
    "ScorecardPage": answer_shape(
        "Scorecards by organ code, and what each measure means.",
        {"rows": many(named("Scorecard")), "measures": many(named("Measure"))},
    ),
    "Scorecard": shape(
        "What was counted of one organ. Nothing is summed up and nobody is ranked.",
        {"organ": USCC, "name": maybe(), "division": text(), "figures": many(named("Figure"))},
    ),
    "Figure": shape(
        "`number` of `of`, and the addresses of the very rows, on the same tree and instant.",
        {
            "measure": text("A code of `measures`."),
            "number": whole(),
            "of": whole(),
            "value": {
                "type": ["number", "null"],
                "description": "Their quotient, four digits; null where there is nothing to be a part of.",
            },
            "rows": text("A question whose rows are those of `number`."),
            "of_rows": text("A question whose rows are those of `of`."),
        },
    ),
    "Measure": shape(
        "How a number is made.",
        {"code": text(), "zh": text(), "en": text(), "formula_zh": text(), "formula_en": text()},
    ),
}
