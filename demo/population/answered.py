"""Scenarios of granted requests: used as agreed, narrowed, suspended, ended, delivered in other ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from demo.population.matters import Actions, Matter
from demo.population.records import act
from demo.population.sharing import Sharing

After = Callable[[Sharing], Actions]


def granted(matter: Matter) -> Actions:
    """The usual way to an approval."""
    yield from matter.asked()
    yield matter.taken_up()
    yield matter.approved()


def share_of(matter: Matter, channel: str = "PLATFORM") -> Sharing:
    return Sharing(matter, matter.item.fields[:5], channel)


def plainly(matter: Matter) -> Actions:
    """Granted, protected, delivered, and delivered again at intervals."""
    yield from granted(matter)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered()
    for _ in range(matter.pace.chance.randint(0, 2)):
        matter.pace.next(10, 25)
        yield from share.delivered()


def supplemented(matter: Matter) -> Actions:
    yield from matter.asked()
    yield from matter.supplemented()
    yield matter.approved(1, 5)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered()


def _then(after: After) -> Callable[[Matter], Actions]:
    """Granted and delivered, then followed by ``after``."""

    def plot(matter: Matter) -> Actions:
        yield from granted(matter)
        share = share_of(matter)
        yield from share.protected()
        yield from share.delivered()
        yield from after(share)

    return plot


def _charged(share: Sharing) -> Actions:
    yield share.charged()


amended = _then(Sharing.amended)
terminated = _then(Sharing.terminated)
agreement_suspended = _then(Sharing.suspended_agreement)
narrowed = _then(Sharing.narrowed)
suspended = _then(Sharing.suspended)
recalled = _then(Sharing.recalled)
charged = _then(_charged)
revoked = _then(lambda share: share.revoked(ground="PRIVACY"))
revoked_without_ground = _then(lambda share: share.revoked(ground=None))


def off_platform(matter: Matter) -> Actions:
    """Delivered off the platform for a stated reason, with the statistics of the month."""
    yield from granted(matter)
    share = share_of(matter, "OFF_PLATFORM")
    yield from share.protected()
    yield from share.delivered(reason="专网未接入共享平台", media_no=f"M-{matter.id}")
    first = matter.pace.day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    yield from _filed(matter, first, last)


def _filed(matter: Matter, first: date, last: date) -> Actions:
    row = {
        "requester": matter.requester.uscc,
        "item": matter.item.code,
        "channel": "OFF_PLATFORM",
        "deliveries": 1,
        "records": 100,
    }
    data = {"period": {"from": first.isoformat(), "to": last.isoformat()}, "rows": [row]}
    stream = f"statistics/{matter.provider.uscc}"
    yield act(matter.provider, "statistics.filed", stream, matter.pace.soon(), data, tag=matter.id)


def off_platform_unreported(matter: Matter) -> Actions:
    """Delivered off the platform without a reason and without statistics (A14 ¶3)."""
    yield from granted(matter)
    share = share_of(matter, "OFF_PLATFORM")
    yield from share.protected()
    yield from share.delivered(media_no=f"M-{matter.id}")


def rejected(matter: Matter) -> Actions:
    """The two sides count differently: rejected, corrected, delivered again."""
    yield from granted(matter)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered(answer="rejected")
    corrected = {
        "event": matter.cites(matter.provider, "delivery.recorded", "1"),
        "changes": {"records": 93},
        "reason": "含重复记录",
    }
    yield matter.act(matter.provider, "event.corrected", matter.pace.next(2, 6), corrected)
    yield from share.delivered()


def unacknowledged(matter: Matter) -> Actions:
    yield from granted(matter)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered(answer="nothing")


def premature(matter: Matter) -> Actions:
    """Delivered before any organ signed the agreement (Art. 19 ¶1)."""
    yield from granted(matter)
    share = share_of(matter)
    yield from share.delivered(answer="rejected")
    yield from share.protected()
    yield from share.delivered()


def late(matter: Matter) -> Actions:
    """Answered after the due day (Art. 18 ¶1)."""
    yield from matter.asked()
    yield matter.taken_up()
    yield matter.approved(18, 26)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered()
