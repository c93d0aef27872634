"""Who takes part, and what becomes of a party (Arts 2, 17, 30). Stream party/<uscc>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import BasisKind, Category, Level, SuccessionMode
from domain.vocabulary.values import Cite, CiteOrDoc, Div, Doc, Duty, Id, Post, Text, Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """An heir of the old organ, and the duty bases that pass to it with the function."""

    party: Uscc
    duty_bases: tuple[Duty, ...]


@event(
    "party.registered",
    streams=("party",),
    law=("A2", "A30"),
    signed_by="authority of the division; while it has none, the provincial authority; the first two: founding record",
)
class PartyRegistered(Event):
    """A party enters the register, with its category, level, division and responsible post."""

    name: Text
    category: Category
    level: Level
    division: Div
    basis: Cite | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    unit: Id
    responsible_post: Post


@event("party.authority_basis_recorded", streams=("party",), law=("A2",), signed_by="authority")
class PartyAuthorityBasisRecorded(Event):
    """What authorises or entrusts an organisation to act as an organ of Art. 2."""

    kind: BasisKind
    basis: CiteOrDoc
    entrusted_by: Uscc | None = None
    functions: Text
    valid_from: dt.date
    valid_to: dt.date | None = None


@event("party.renamed", streams=("party",), law=("A2",), signed_by="organ, authority")
class PartyRenamed(Event):
    """The same party under another name, or in another division."""

    name: Text
    division: Div | None = None
    from_: dt.date
    instrument: Doc


@event("party.succeeded", streams=("party",), law=("A2", "A17"), signed_by="authority, government")
class PartySucceeded(Event):
    """The organ is merged, split, abolished or given another code; recorded in the stream of the old organ."""

    mode: SuccessionMode
    successors: tuple[Successor, ...]
    effective: dt.date
    instrument: Doc


@event("party.officer_appointed", streams=("party",), law=("A30",), signed_by="organ")
class PartyOfficerAppointed(Event):
    """A post of the organ, held from a date."""

    officer: Post
    unit: Id
    responsible: bool
    from_: dt.date
    to: dt.date | None = None


@event("party.officer_relieved", streams=("party",), law=("A30",), signed_by="organ")
class PartyOfficerRelieved(Event):
    """A post is no longer held."""

    officer: Post
    from_: dt.date
