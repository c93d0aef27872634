"""Random cases of all that silence is made of: clocks, catalogue, discrepancies, collections, and other rules."""

from __future__ import annotations

from domain import events as e
from tests.support.random_catalogue_case import ITEMS, RandomCatalogueCase
from tests.support.random_rule_change_case import RandomRuleChangeCase
from tests.support.story import DIGEST, DUTY, PROVIDER, REQUESTER, STATUTE, THIRD


class RandomDeadlineCase(RandomRuleChangeCase, RandomCatalogueCase):
    """The same seed gives the same acts."""

    def may_collect(self) -> None:
        declared = e.CollectionDeclared(
            post="岗-01",
            declaration_id=f"N{len(self.acts)}",
            datum="年报",
            item=self.random.choice(ITEMS),
            duty=DUTY,
            catalogue_version=DIGEST,
            from_=self.day(),
        )
        organ = self.random.choice((REQUESTER, THIRD))
        self.note(f"party/{organ}", organ, declared)

    def may_be_exempted(self) -> None:
        if act := self.of(e.CollectionDeclared):
            name = act.event.declaration_id  # type: ignore[attr-defined]
            self.note(act.stream, act.by, e.CollectionExempted(post="岗-01", declaration_id=name, statute=STATUTE))

    def may_change_and_carry(self) -> None:
        """An update names one change, or carries all; either may come late."""
        changes = [act for act in self.acts if isinstance(act.event, e.InformationChanged)]
        named = self.random.choice(changes).event.change_id if changes else None  # type: ignore[attr-defined]
        event = e.InformationUpdated(
            post="岗-01", change_id=self.random.choice((None, named)), version=2, digest=DIGEST
        )
        self.note(f"item/{self.random.choice(ITEMS)}", PROVIDER, event)

    def may_change_another(self) -> None:
        event = e.InformationChanged(post="岗-01", change_id=f"o{len(self.acts)}", how_known="巡查")
        self.note(f"item/{self.random.choice(ITEMS)}", PROVIDER, event)
