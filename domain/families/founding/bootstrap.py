"""The states that the founding record makes: two parties, and the keys that may sign (design.md §11)."""

from __future__ import annotations

from domain.families.founding.events import FoundingParty
from domain.families.party.state import Named, PartyKey, PostHeld
from domain.state import Fact, FoundingState, PartyState, State


def founding_party(party: FoundingParty, fact: Fact) -> PartyState:
    """Return the first state of a founding party's own stream, which has no ``party.registered``."""
    key = PartyKey(
        kid=party.key.thumbprint(),
        jwk=party.key,
        valid_from=min(fact.time, fact.recorded_at),
        valid_to=None,
        fact=fact,
    )
    post = PostHeld(post=party.responsible_post, unit=party.unit, responsible=True, from_=None, to=None, fact=fact)
    return PartyState(
        uscc=party.uscc,
        fact=fact,
        names=(Named(party.name, party.division, party.valid_from, fact),),
        category=party.category,
        level=party.level,
        registered_basis=party.basis,
        valid_from=party.valid_from,
        valid_to=party.valid_to,
        unit=party.unit,
        posts={post.post: (post,)},
        keys={key.kid: key},
        confirmed=fact,
    )


def begin(stream: str, founding: FoundingState | None) -> State | None:
    """Return the state from which a stream's fold starts: a founding party's state for its own stream, else None."""
    family, _, name = stream.partition("/")
    if founding is None or family != "party":
        return None
    return founding.parties.get(name)
