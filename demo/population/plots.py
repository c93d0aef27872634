"""The scenarios with their proportions, and for each matter its organs, item, purpose and day."""

from __future__ import annotations

from collections.abc import Callable

from demo.population import answered, disputed, outside, refused, released
from demo.population.holdings import PopulationItem
from demo.population.matters import PURPOSES, Actions, Matter
from demo.population.world import PopulationState

Scenario = Callable[[Matter], Actions]
SENSITIVE, PLAIN, ANY = True, False, None

# The longest scenarios come first, because with few matters the first ones start early.
SCENARIOS: tuple[tuple[Scenario, bool | None, int], ...] = (
    (disputed.trade_secret, ANY, 1),
    (disputed.state_secret, ANY, 1),
    (disputed.no_state_secret, ANY, 1),
    (disputed.while_in_use, ANY, 1),
    (released.without_basis, SENSITIVE, 1),
    (refused.without_ground, SENSITIVE, 2),
    (outside.ruled_to_share, ANY, 1),
    (outside.ruled_not_to_share, ANY, 1),
    (outside.ruled_and_ignored, ANY, 1),
    (outside.agreed, ANY, 2),
    (released.misused, ANY, 3),
    (answered.amended, SENSITIVE, 3),
    (answered.terminated, SENSITIVE, 2),
    (answered.agreement_suspended, SENSITIVE, 1),
    (answered.narrowed, ANY, 2),
    (answered.suspended, ANY, 1),
    (answered.revoked, SENSITIVE, 1),
    (answered.revoked_without_ground, ANY, 1),
    (answered.recalled, ANY, 1),
    (answered.charged, ANY, 1),
    (answered.premature, SENSITIVE, 1),
    (answered.rejected, ANY, 1),
    (answered.off_platform, ANY, 1),
    (answered.off_platform_unreported, ANY, 1),
    (answered.unacknowledged, ANY, 1),
    (answered.supplemented, ANY, 2),
    (answered.late, SENSITIVE, 2),
    (released.with_consent, PLAIN, 2),
    (released.against_a_refusal, PLAIN, 1),
    (released.as_disclosure, PLAIN, 2),
    (released.passed_on, ANY, 1),
    (refused.partly, SENSITIVE, 3),
    (refused.lawfully, SENSITIVE, 4),
    (refused.by_statute, SENSITIVE, 1),
    (refused.without_citation, SENSITIVE, 1),
    (refused.unfiled, SENSITIVE, 1),
    (refused.too_late, SENSITIVE, 1),
    (refused.on_another_ground, SENSITIVE, 1),
    (refused.withdrawn, ANY, 2),
    (refused.unanswered, SENSITIVE, 2),
    (answered.plainly, ANY, 16),
)
SCENARIO_BY_MATTER: tuple[tuple[Scenario, bool | None], ...] = tuple(
    (plot, of) for plot, of, times in SCENARIOS for _ in range(times)
)


def matter_of(world: PopulationState, number: int, start: int) -> tuple[Matter, Scenario]:
    """Return the matter with that number. It begins on the ``start``-th working day."""
    plot, sensitive = SCENARIO_BY_MATTER[number % len(SCENARIO_BY_MATTER)]
    pace = world.pace(start, "matter", number)
    chance = pace.chance
    item = _suitable(world, sensitive, chance.randrange(1 << 20))
    others = [organ for organ in world.register.organs if organ != item.provider]
    requester = others[chance.randrange(len(others))]
    purpose = PURPOSES[chance.randrange(len(PURPOSES))]
    term = (180, 240, 360)[chance.randrange(3)]
    return Matter(world, number, requester, item, pace, purpose, term), plot


def _suitable(world: PopulationState, sensitive: bool | None, draw: int) -> PopulationItem:
    fitting = [item for item in world.items if sensitive is None or item.sensitive is sensitive]
    return fitting[draw % len(fitting)]
