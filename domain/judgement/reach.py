"""The parts of an act beyond a scope, that of the grant or of the agreement (10.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.judgement.context import JudgementContext
from domain.judgement.memo import IdentityMemo
from domain.reasons.catalogue import Reason
from domain.state import PartyState
from domain.vocabulary.divisions import stem
from domain.vocabulary.values import Duty, Scope

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """A scope in the form in which acts are compared with it."""

    fields: frozenset[str]
    stems: tuple[str, ...]
    purposes: frozenset[str]
    duties: tuple[Duty, ...]
    units: frozenset[str]
    posts: frozenset[str] | None

    def fields_beyond(self, fields: tuple[str, ...]) -> frozenset[str]:
        """Return the fields beyond the scope."""
        return NOTHING if self.fields.issuperset(fields) else frozenset(fields) - self.fields

    def divisions_beyond(self, divisions: Iterable[str] | None) -> frozenset[str]:
        """Return the divisions beyond the scope. An act without divisions is not compared."""
        stems = self.stems
        beyond = [each for each in divisions if not each.startswith(stems)] if divisions else NOTHING
        return frozenset(beyond) if beyond else NOTHING

    def users_beyond(self, unit: str, post: str) -> frozenset[str]:
        """Return unit and post if they are beyond the scope."""
        posts = self.posts
        if unit in self.units and (posts is None or post in posts):
            return NOTHING
        beyond = {unit} - self.units
        return frozenset(beyond if posts is None else beyond | ({post} - posts))


_REACHES: IdentityMemo[Scope, Reach] = IdentityMemo(id)


def reach_of(scope: Scope) -> Reach:
    """Return the reach of a scope, computed once per scope, because many uses cite one grant."""
    return _REACHES.get(scope) or _REACHES.put(scope, _reach(scope))


def _reach(scope: Scope) -> Reach:
    return Reach(
        fields=frozenset(scope.fields),
        stems=tuple(map(stem, scope.subjects.divisions)),
        purposes=frozenset(purpose.code for purpose in scope.purposes),
        duties=scope.duty_bases,
        units=frozenset(scope.users.units),
        posts=None if scope.users.posts is None else frozenset(scope.users.posts),
    )


def check_data(
    context: JudgementContext, reach: Reach, fields: tuple[str, ...], divisions: tuple[str, ...] | None
) -> None:
    """OUT_OF_SCOPE_FIELDS, OUT_OF_SCOPE_SUBJECTS."""
    fields_beyond = reach.fields_beyond(fields)
    if fields_beyond:
        context.add(Reason.OUT_OF_SCOPE_FIELDS, {"fields": ", ".join(sorted(fields_beyond))})
    divisions_beyond = reach.divisions_beyond(divisions)
    if divisions_beyond:
        context.add(Reason.OUT_OF_SCOPE_SUBJECTS, {"divisions": ", ".join(sorted(divisions_beyond))})


def check_users(context: JudgementContext, reach: Reach, unit: str, post: str, *, organ: PartyState | None) -> None:
    """OUT_OF_SCOPE_USERS: unit or post is not covered, or the post was not held at the time (A30)."""
    beyond = reach.users_beyond(unit, post)
    held = organ is not None and organ.holds(post, context.instant) is not None
    if held and not beyond:
        return
    if not held:
        beyond |= {post}
    context.add(Reason.OUT_OF_SCOPE_USERS, {"users": ", ".join(sorted(beyond))})
