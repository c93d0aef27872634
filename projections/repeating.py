"""What a use says, save what is new each time: one key for all that say the same (``domain.repeating``)."""

from __future__ import annotations

from typing import Any

import orjson

from domain.repeating import NEW_EACH_TIME

_MATTER, _COUNT, _SUBJECTS = NEW_EACH_TIME


def said(data: dict[str, Any]) -> bytes:
    """Equal for two uses' ``data`` that have the same members in the same order, and the same in them. JSON has one
    spelling here for each value: 1, 1.0 and true are told apart.
    """
    rest = data.copy()
    rest.pop(_MATTER, None)
    rest.pop(_COUNT, None)
    rest.pop(_SUBJECTS, None)
    return orjson.dumps(rest)
