"""Checks of every act: its key and posts at the time of recording (A30), its claimed time, the organs it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from domain.admission.context import AdmissionContext, AdmissionSettings
from domain.admission.member_paths import Path, paths, values
from domain.admission.refusal_texts import ahead_of_clock, describe
from domain.codec.schema import object_schema
from domain.events import EVENTS, Event, LedgerFounded, TwoPostEvent
from domain.families.party.state import PartyKey
from domain.state import PartyState
from domain.vocabulary.values import Form
from formats.refusal import Refusal

ASK_AUTHORITY = "Have the authority of its division register it first."


def signed(context: AdmissionContext) -> Iterator[Refusal]:
    """Yield a refusal unless key and posts were valid when the ledger recorded the act.

    ``recorded_at`` decides, because ``time`` is a claim of the signer.
    """
    act = context.act
    party = context.party(act.by)
    if party is None:
        yield Refusal("SIGNER_UNAUTHORISED", "/source", f"{act.by} is not registered here", ASK_AUTHORITY)
        return
    if not party.may_act:
        detail = f"{act.by} is registered as {party.category} of level {party.level} and not confirmed"
        next_step = "Have the provincial government record party.confirmed."
        yield Refusal("SIGNER_UNAUTHORISED", "/source", detail, next_step)
    key, event = party.keys.get(act.kid), act.event
    if key is None or not key.valid_at(act.recorded_at):
        yield _key_refused(act.by, key, act.recorded_at)
    elif not key.signs:
        detail = f"the key that signed for {act.by} is for reading"
        yield Refusal("SIGNER_UNAUTHORISED", "/source", detail, "Sign with a key that may sign.")
    elif not key.is_for(event.post):
        detail = f"the key that signed for {act.by} is that of the post {key.officer}"
        yield Refusal("SIGNER_UNAUTHORISED", "/data/post", detail, "State that post, or sign with another key.")
    if party.holds(event.post, act.recorded_at) is None:
        yield _post_refused(party, event.post, "/data/post")
    if isinstance(event, TwoPostEvent):
        yield from _second_post(party, event, act.recorded_at)


def _second_post(party: PartyState, event: TwoPostEvent, recorded_at: datetime) -> Iterator[Refusal]:
    if event.second_post == event.post:
        detail = f"post and second_post are both {event.post}"
        yield Refusal("SECOND_POST_MISSING", "/data/second_post", detail, "Name another post of the organ.")
    elif party.holds(event.second_post, recorded_at) is None:
        yield _post_refused(party, event.second_post, "/data/second_post")


def _post_refused(party: PartyState, post: str, pointer: str) -> Refusal:
    detail = f"{party.uscc} does not hold the post {post} now"
    return Refusal("SIGNER_UNAUTHORISED", pointer, detail, "Appoint the post, or let one that is held act.")


def _key_refused(party: str, key: PartyKey | None, recorded_at: datetime) -> Refusal:
    next_step = "Sign with a key that is authorised for the organ now."
    if key is None:
        why = "is not authorised for it"
    elif key.compromised is not None:
        why = f"was reported compromised by {describe(key.compromised)}"
    elif key.ended_at is not None and key.ended_at <= recorded_at and key.rotated is not None:
        why = f"was rotated out by {describe(key.rotated)}"
    elif recorded_at < key.valid_from:
        why = f"is not valid before {key.valid_from.isoformat()}"
    else:
        why = "has expired"
    return Refusal("SIGNER_UNAUTHORISED", "/source", f"the key that signed for {party} {why}", next_step)


def future_dated(
    instant: datetime, recorded_at: datetime, settings: AdmissionSettings, pointer: str = "/time"
) -> Iterator[Refusal]:
    """Yield FUTURE_DATED if a claimed instant is later than the ledger's clock allows (design.md §6).

    The submission's ``iat`` is checked by this function too.
    """
    ahead = instant - recorded_at
    if ahead > settings.ahead:
        yield ahead_of_clock(pointer, ahead.total_seconds(), settings.ahead.total_seconds())


def parties_known(context: AdmissionContext) -> Iterator[Refusal]:
    """Yield a refusal for each organ in the event that is not registered.

    Issuers and recipients outside the ledger need no registration.
    """
    event = context.act.event
    for path in NAMED[type(event)]:
        for pointer, uscc in values(event, path, "/data"):
            if context.party(uscc) is None:
                yield Refusal("PARTY_UNKNOWN", pointer, f"{uscc} is not registered here", ASK_AUTHORITY)


# The founding record makes the parties that it names, so none of them can be registered before it.
NAMED: Mapping[type[Event], tuple[Path, ...]] = {
    cls: () if cls is LedgerFounded else tuple(paths(object_schema(cls), {Form.USCC})) for cls in EVENTS.values()
}
