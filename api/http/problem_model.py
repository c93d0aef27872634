"""The shape of every error, for the description; ``api.http.problems`` writes it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.http.model import Absent, Model, Whole


class StoppedProjection(Model):
    """A projection that could not apply an entry."""

    projection: str
    entry: Whole
    why: str | None


class Fault(Model):
    """One fault of one line."""

    code: str
    title: str
    detail: str
    next: str
    law: Absent[str] = None
    line: Absent[Whole] = Field(None, description="From 1.")
    pointer: Absent[str] = Field(None, description="RFC 6901, within the line.")


class NearestName(Model):
    """A name that the caller may have meant."""

    code: str
    name: str | None


class RecordedLine(Model):
    """A line of the submission whose record is in the log."""

    line: Whole
    source: str
    id: str
    index: Whole


class Problem(Model):
    """RFC 9457, and what to do about it."""

    type: str = Field(description="The page that explains it, on this server.")
    title: str = Field(description="zh-CN; English by Accept-Language.")
    status: Whole
    detail: str
    instance: str
    code: str = Field(description="A stable word.")
    next: str = Field(description="One sentence that says what to do.")
    retryable: bool = Field(description="Sending the same again can help.")
    request_id: str
    law: Absent[str] = Field(None, description="The article it rests on.")
    errors: Absent[list[Fault]] = None
    recorded: Absent[list[RecordedLine]] = Field(None, description="The lines that are recorded already.")
    parameter: Absent[str] = Field(None, description="The parameter whose value nothing has.")
    nearest: Absent[list[NearestName]] = Field(None, description="Names that are like it, the likest first.")
    stopped: Absent[list[StoppedProjection]] = None
    state: Absent[dict[str, Any]] = Field(None, description="What `/readyz` says where it is ready.")
