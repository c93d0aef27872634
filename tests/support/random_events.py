"""Events of any class, drawn from few values so that they meet: same ids, same organs, same days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from domain.act import Act
from domain.codec.schema import Code, FreeObject, ListOf, ObjectSchema, Scalar, Shape, object_schema
from domain.events import EVENTS, FAMILIES, Event
from domain.vocabulary.values import Form, Jwk

ORGANS = ("113200000000000195", "113200000000000270", "113201000000000350")
KEY_BYTES = ("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "A" * 43)
NOON = dt.datetime(2026, 3, 25, 4, tzinfo=dt.UTC)
POOLS: dict[Form, tuple[Any, ...]] = {
    Form.TEXT: ("说明", "另一说明"),
    Form.ID: ("1", "2", *(Jwk(kty="OKP", crv="Ed25519", x=x).thumbprint() for x in KEY_BYTES)),
    Form.POST: ("经办岗-01", "负责岗"),
    Form.ITEM: ("C01", "C02"),
    Form.STREAM: ("request/1", "item/C01"),
    Form.USCC: ORGANS,
    Form.SOURCE: tuple(f"urn:uscc:{organ}" for organ in ORGANS),
    Form.DIV: ("320000", "320500"),
    Form.DIGEST: ("a" * 64, "b" * 64),
    Form.KEY_BYTES: KEY_BYTES,
    Form.DATE: (dt.date(1000, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 6, 1), dt.date(2999, 12, 31)),
    Form.TS: (NOON, NOON + dt.timedelta(days=1), NOON - dt.timedelta(days=400)),
    Form.DECIMAL: (Decimal(0), Decimal("1.50")),
    Form.INT: (0, 1, 2),
    Form.BOOL: (True, False),
}


def random_value(shape: Shape, rng: Random) -> Any:
    match shape:
        case Scalar(form=form):
            return rng.choice(POOLS[form])
        case Code(values=codes):
            return rng.choice(codes)
        case ListOf(element=of, filled=filled):
            return tuple(random_value(of, rng) for _ in range(rng.randint(int(filled), 2)))
        case FreeObject():
            return {"reason": "说明"}
        case ObjectSchema():
            return random_object(shape, rng)


def random_object(shape: ObjectSchema, rng: Random) -> Any:
    made: dict[str, Any] = {}
    one = rng.choice(shape.exactly_one) if shape.exactly_one else None
    for member in shape.members:
        if member.name in shape.exactly_one:
            left_out = one != member.name
        else:
            left_out = (member.nullable or not member.required) and rng.random() < 0.5
        made[member.attribute] = None if left_out else random_value(member.shape, rng)
    return shape.cls(**made)


def random_act(rng: Random, family: str, index: int) -> Act:
    """An act in one of two streams of the family, of a class that may stand there (one in twenty: of any class)."""
    own = [made for made in EVENTS.values() if family in made.families and made.families != FAMILIES]
    fitting = own if rng.random() < 0.95 else list(EVENTS.values())
    event: Event = random_object(object_schema(rng.choice(fitting)), rng)
    by = rng.choice(ORGANS)
    stream = f"{family}/{ORGANS[0] if family == 'party' else '1'}"
    time = NOON + dt.timedelta(hours=rng.randint(-48, 48))
    recorded_at = NOON + dt.timedelta(minutes=index)
    return Act(
        event=event,
        by=by,
        id=rng.choice("12"),
        stream=stream,
        time=time,
        recorded_at=recorded_at,
        index=index,
        position=index,
        kid="kid",
    )
