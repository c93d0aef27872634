"""Release, disclosure, opening, passing on (Art. 17). Stream request/<id>, or use/<record id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, TwoPostEvent, event
from domain.vocabulary.codes import ReleaseBasis, ReleaseKind, ThirdParty
from domain.vocabulary.values import Cite, Digest, Doc, Id, Item, Some, Text, Uscc


@event("release.consent_requested", streams=("request",), law=("A17 ¶1",), signed_by="requester")
class ReleaseConsentRequested(Event):
    """The requester asks the provider's consent to a release."""

    release_id: Id
    fields: Some[Id]
    kind: ReleaseKind
    audience: Text
    why: Text


@event("release.consent_given", streams=("request",), law=("A17 ¶1",), signed_by="provider")
class ReleaseConsentGiven(Event):
    """The provider consents, for fields, kind and time."""

    release_id: Id
    fields: Some[Id]
    kind: ReleaseKind
    audience: Text
    conditions: Text | None = None
    expires: dt.date | None = None


@event("release.consent_refused", streams=("request",), law=("A17 ¶1",), signed_by="provider")
class ReleaseConsentRefused(Event):
    """The provider does not consent."""

    release_id: Id
    reasons: Text


@event("release.recorded", streams=("request", "use"), law=("A17",), signed_by="requester")
class ReleaseRecorded(TwoPostEvent):
    """Shared information was published, disclosed, opened or passed on, lawfully or not."""

    release_id: Id
    request_id: Id | None
    item: Item
    fields: Some[Id]
    kind: ReleaseKind
    basis: ReleaseBasis
    scope_article: Cite | None = None
    audience: Text
    recipient: Uscc | None = None
    medium: Text
    content: Digest
    attribution: Text | None = None
    third_party: ThirdParty
    third_party_doc: Doc | None = None


@event("release.retracted", streams=("request", "use"), law=("A17",), signed_by="requester")
class ReleaseRetracted(Event):
    """The organ withdrew the release."""

    release_id: Id
    cause: Text
