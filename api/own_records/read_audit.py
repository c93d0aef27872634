"""Oversight leaves a trace: each read of the access trail by an authority or by monitoring is noted before it is
answered.

The note is durable in the ledger's database when the answer leaves. The own-record submitter makes ``supervision.read``
of it (law 4.13, A32): one record for the questions of one caller, in one post, for one purpose, within one minute.
"""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from sqlalchemy.exc import SQLAlchemyError

from api.authz.tokens import Caller
from api.http.problems import Problem
from api.own_records.submitter import OwnRecordSubmitter
from api.server.machine_clock import Clock, machine_clock
from domain.codec.scalars import FieldErrors, scalar_decoder
from domain.events import SupervisionRead
from domain.vocabulary import uscc
from domain.vocabulary.values import Form
from formats import rfc3339
from ledger.store.outbox import Outbox
from ledger.store.rows import OutboxMessage

TOPIC = SupervisionRead.event_name
MINUTE = dt.timedelta(minutes=1)
HIDDEN = "…"
# Parameters that are no part of the question: where a page begins, and how long it is.
_PAGING = frozenset({"cursor", "limit", "include"})
_FREE = frozenset({"q"})  # the caller's own words, no identifier
# 公民身份号码 and telephone numbers. An organ's code has eighteen characters too, and its own check.
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
_SEPARATORS = re.compile(r"[%&=#?;\s]")
_LONGEST_VALUE = 128  # characters of a value that is recorded; no identifier is longer
LONGEST = 3_000  # characters of a question: it must always fit into a text, which has at most 4 000


@dataclass(frozen=True, slots=True)
class ReadAudit:
    """Called by every route that shows more than the caller's own rows. ``keep``: note reads also while the server can
    sign nothing, and record them when it can.
    """

    outbox: Outbox
    submitter: OwnRecordSubmitter
    clock: Clock  # the ledger's
    keep: bool
    most: int  # notes that may wait
    machine: Clock = machine_clock

    def admit(self, caller: Caller) -> None:
        """Before any look-up: None if the read of this caller can be recorded, or the problem that says why not."""
        for name, value, form in (("sub", caller.post, Form.POST), ("purpose", caller.purpose, Form.TEXT)):
            read = scalar_decoder(form)(value)
            if isinstance(read, FieldErrors):
                detail = f"The read has to be recorded, and {name} of the token cannot stand in a record"
                raise Problem("TOKEN_INVALID", f"{detail}: {read[0].detail}.", read[0].next_step)
        why_not = self.submitter.unavailable_because()
        if why_not is not None and not self.keep:
            raise _unrecordable(f"Reads by who oversees are recorded, and {why_not}.")
        if self.submitter.waiting >= self.most:
            raise _unrecordable(f"{self.most} reads wait to be recorded already.")

    def note(self, caller: Caller, question: str, *, inspection: str | None, tree_size: int) -> None:
        """Notes the read. The note is durable on return; when this raises, the answer must not leave."""
        now = self.machine()
        details = {
            "caller": caller.uscc,
            "post": caller.post,
            "purpose": caller.purpose,
            "inspection": inspection,
            "question": question,
            "tree_size": tree_size,
            "at": rfc3339.format_milliseconds(self.clock()),
        }
        due = now.replace(second=0, microsecond=0) + MINUTE
        try:
            self.outbox.add(OutboxMessage(_new_id(), TOPIC, due, orjson.dumps(details).decode()))
        except SQLAlchemyError as failure:
            raise _unrecordable("The read could not be noted, so it is not answered.") from failure


def _new_id() -> str:
    """A unique id that sorts by its time, so that a record lists the questions in their order."""
    return f"{time.time_ns():016x}{uuid.uuid4().hex[:16]}"


def question_text(path: str, params: Iterable[tuple[str, str]]) -> str:
    """The path with its filters, so that the question can be repeated: without paging, and without values that may name
    a person.
    """
    details = [f"{name}={_value_text(name, value)}" for name, value in params if name not in _PAGING]
    question = _PERSONAL.sub(HIDDEN, path) + (f"?{'&'.join(details)}" if details else "")
    return question if len(question) <= LONGEST else question[: LONGEST - 1] + HIDDEN


def _value_text(name: str, value: str) -> str:
    if name in _FREE or len(value) > _LONGEST_VALUE or not value.isprintable():
        return HIDDEN
    text = value if uscc.fault(value) is None else _PERSONAL.sub(HIDDEN, value)
    return _SEPARATORS.sub(lambda found: quote(found.group()), text)


def _unrecordable(detail: str) -> Problem:
    return Problem("READ_NOT_RECORDABLE", detail, headers={"Retry-After": "2"})
