"""authority/: the holder of the role, and the catalogue that it published (A5, A9)."""

from __future__ import annotations

from dataclasses import replace

from domain.act import Act
from domain.events import AuthorityAppointed, AuthoritySucceeded, CataloguePublished
from domain.families.authority.state import CatalogueEdition, Holder
from domain.state import AuthorityState, fact_of


def evolve_authority(state: AuthorityState | None, act: Act) -> AuthorityState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event, fact = act.event, fact_of(act)
    match event:
        case AuthorityAppointed():
            holder = Holder(event.party, event.rule_set, event.from_, fact)
            if state is None:
                return AuthorityState(division=act.stream.partition("/")[2], holders=(holder,))
            return replace(state, holders=(*state.holders, holder))
        case AuthoritySucceeded() if state is not None:
            holder = Holder(event.successor, state.holders[-1].rule_set, event.from_, fact)
            return replace(state, holders=(*state.holders, holder))
        case CataloguePublished() if state is not None:
            entries = tuple((each.item, each.version) for each in event.entries)
            edition = CatalogueEdition(event.version, event.digest, event.audience, entries, fact)
            return replace(state, catalogue=edition)
        case _:
            return state
