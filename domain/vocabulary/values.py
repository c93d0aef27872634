"""The value types of events, named as on the wire (``from`` is ``from_`` here).

The string types carry the name of their wire form, because the codec and the reference are built from the classes. A
member without default is required, and ``X | None`` then means "present, may be null". A member with default is
optional. A required text is ``""`` only where the stub rule kept it out of the ledger.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, TypeVar

from domain.vocabulary.codes import DataType, DutyKind, Network, Way


class Form(StrEnum):
    """The written form of a single value."""

    TEXT = "text"
    ID = "id"
    POST = "post"
    ITEM = "item"
    STREAM = "stream"
    USCC = "uscc"
    SOURCE = "source"
    DIV = "div"
    DIGEST = "digest"
    KEY_BYTES = "base64url"
    DATE = "date"
    TS = "ts"
    DECIMAL = "decimal"
    INT = "int"
    BOOL = "bool"


class Filled(StrEnum):
    """The mark of a list that may not be empty."""

    YES = "filled"


Text = Annotated[str, Form.TEXT]
Id = Annotated[str, Form.ID]
Post = Annotated[str, Form.POST]
Item = Annotated[str, Form.ITEM]
StreamName = Annotated[str, Form.STREAM]
Uscc = Annotated[str, Form.USCC]
Source = Annotated[str, Form.SOURCE]
Div = Annotated[str, Form.DIV]
Digest = Annotated[str, Form.DIGEST]
KeyBytes = Annotated[str, Form.KEY_BYTES]

T = TypeVar("T")
Some = Annotated[tuple[T, ...], Filled.YES]  # at least one; tuple[T, ...] may be empty

URN = "urn:uscc:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Another event, by its record's ``source`` (urn:uscc:…) and ``id``."""

    source: Source
    id: Id

    @property
    def by(self) -> str:
        """Return the code of the organ that signed the record, without urn:uscc:."""
        return self.source[len(URN) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A provision. Its members are short identifiers, so a stub may keep it."""

    law: Id
    article: Id
    paragraph: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsccOrText:
    """An organ by code, or one without a code by its name: exactly one of the two."""

    exactly_one: ClassVar[tuple[str, ...]] = ("uscc", "text")

    uscc: Uscc | None = None
    text: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """A document outside the ledger, by number, issuer, date and digest."""

    no: Id
    issuer: UsccOrText
    date: dt.date
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CiteOrDoc:
    """A provision or a document: exactly one of the two."""

    exactly_one: ClassVar[tuple[str, ...]] = ("cite", "doc")

    cite: Cite | None = None
    doc: Doc | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty basis (Art. 3): its kind and exactly one of a provision, a document, a matter code."""

    exactly_one: ClassVar[tuple[str, ...]] = ("cite", "doc", "matter_code")

    kind: DutyKind
    cite: Cite | None = None
    doc: Doc | None = None
    matter_code: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    code: Id
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """The subjects of the data: divisions (each covers those below it), and the part of the population in words."""

    divisions: Some[Div]
    population: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """The permitted users: units, and posts within them (none named: all)."""

    units: Some[Id]
    posts: Some[Post] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From a day to a day, both included."""

    from_: dt.date
    to: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The requested, granted or agreed scope."""

    items: Some[Item] | None = None  # in agreements only
    fields: Some[Id]
    subjects: Subjects
    purposes: Some[Purpose]
    duty_bases: Some[Duty]
    users: Users
    network: Network
    way: Way
    frequency: Text | None = None
    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of a report, both ends included."""

    from_: dt.date
    to: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationItem:
    """One 信息项 of a catalogue entry: its name as in scopes and uses, and its data type."""

    name: Id
    data_type: DataType


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwk:
    """A public key (RFC 7517), public members only."""

    kty: Id
    crv: Id
    x: KeyBytes
    y: KeyBytes | None = None

    def thumbprint(self) -> str:
        """Return the key's ``kid`` (RFC 7638 §3).

        It is SHA-256 over the required members in order, as base64url without padding.
        """
        members = {"crv": self.crv, "kty": self.kty, "x": self.x} | ({"y": self.y} if self.y is not None else {})
        digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
