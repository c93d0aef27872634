"""Scenarios of refused requests: on lawful grounds, without ground, in part, late, never answered; and the remedies."""

from __future__ import annotations

from demo.population.answered import share_of
from demo.population.matters import Actions, Matter
from demo.population.records import ref
from demo.population.sharing import Sharing
from demo.population.supervising import File


def ground_of(matter: Matter) -> str:
    """Return the ground that fits the class of the information."""
    return "TRADE_SECRET" if "trade_secret" in matter.item.classes else "PRIVACY"


def partly(matter: Matter) -> Actions:
    yield from matter.asked()
    yield matter.taken_up()
    yield matter.partly_approved(ground_of(matter))
    yield from matter.filed("request.partly_approved")
    share = Sharing(matter, matter.item.fields[:3])
    yield from share.protected()
    yield from share.delivered()


def lawfully(matter: Matter) -> Actions:
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused(ground_of(matter))
    yield from matter.filed("request.refused")


def by_statute(matter: Matter) -> Actions:
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused("STATUTORY", statute=True)
    yield from matter.filed("request.refused")


def without_citation(matter: Matter) -> Actions:
    """Refused on a statutory ground without naming the statute (A13 ¶2)."""
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused("STATUTORY")
    yield from matter.filed("request.refused")


def unfiled(matter: Matter) -> Actions:
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused(ground_of(matter))


def too_late(matter: Matter) -> Actions:
    yield from matter.asked()
    matter.pace.next(18, 26)
    yield matter.refused(ground_of(matter))
    yield from matter.filed("request.refused")


def without_ground(matter: Matter) -> Actions:
    """Found to be a violation, ordered to be corrected, and then granted."""
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused("NONE", reasons=False)
    evidence = matter.cites(matter.provider, "request.refused")
    file = File(matter.world, f"V{matter.number:07d}", matter.provider, "a", evidence, matter.pace)
    yield from file.ordered()
    yield matter.approved(2, 5, reopened_by=ref(file.authority, "correction.ordered", file.stream))
    yield from file.corrected(at_once=matter.number % 2 == 0)
    yield file.closed()
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered()


def on_another_ground(matter: Matter) -> Actions:
    """Refused for inconvenience, which is no ground. The file on it is still open."""
    yield from matter.asked()
    matter.pace.next(3, 9)
    yield matter.refused("OTHER")
    yield from matter.filed("request.refused")
    evidence = matter.cites(matter.provider, "request.refused")
    yield from File(matter.world, f"V{matter.number:07d}", matter.provider, "a", evidence, matter.pace).ordered()


def withdrawn(matter: Matter) -> Actions:
    yield from matter.asked()
    yield matter.withdrawn()


def unanswered(matter: Matter) -> Actions:
    """Never answered. Silence is no approval."""
    yield from matter.asked()
    yield matter.taken_up()
