"""Uses that say what one before them said, save what is new each time.

An agency's system records the same use by the same posts thousands of times a day, and each time another matter,
another number of subjects, other pseudonyms. Neither admission nor judgement looks at those; whoever has read one such
use whole need not read the rest of the next.
"""

from __future__ import annotations

from typing import Any, Final

from domain.codec.decode import member_reader
from domain.codec.scalars import Faults
from domain.codec.schema import object_shape
from domain.events import UseRecorded

NEW_EACH_TIME: Final = ("matter_no", "subject_count", "subjects")
_NEW: Final = tuple(
    (each.name, each.required, member_reader(each, stub=False))
    for each in object_shape(UseRecorded).members
    if each.name in NEW_EACH_TIME
)


def news_is_right(data: dict[str, Any]) -> bool:
    """Whether what is new each time is there in a use's ``data`` as it must be. If all the rest is that of a use which
    was found right, so is this one.
    """
    for name, required, read in _NEW:
        if name in data:
            value = data[name]
            if type(value) is list and any(type(read([each])) is Faults for each in value):
                return False  # at the first that is wrong: to say what is wrong with each takes long
            if type(read(value)) is Faults:
                return False
        elif required:
            return False
    return True
