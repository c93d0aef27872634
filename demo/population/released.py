"""Scenarios of release, disclosure and onward provision, and of a use that becomes a file (Art. 17)."""

from __future__ import annotations

from typing import Any

from demo.population.answered import granted, share_of
from demo.population.matters import Actions, Matter
from demo.population.records import SECOND, Action, digest
from demo.population.sharing import Sharing
from demo.population.supervising import File
from demo.population.uses import use_of


def _delivered(matter: Matter) -> Actions:
    yield from granted(matter)
    share = share_of(matter)
    yield from share.protected()
    yield from share.delivered()


def _asked(matter: Matter) -> Actions:
    what = {**_what(matter), "why": "便民查询"}
    yield matter.act(matter.requester, "release.consent_requested", matter.pace.next(3, 9), what)


def _what(matter: Matter) -> dict[str, Any]:
    fields = list(matter.item.fields[:3])
    return {"release_id": f"RL-{matter.id}", "fields": fields, "kind": "RELEASE", "audience": "社会公众"}


def _released(matter: Matter, basis: str, **members: Any) -> Action:
    data = {
        **SECOND,
        **_what(matter),
        "request_id": matter.id,
        "item": matter.item.code,
        "basis": basis,
        "medium": "门户网站",
        "content": digest(f"RL-{matter.id}"),
        "third_party": "NONE",
        **members,
    }
    return matter.act(matter.requester, "release.recorded", matter.pace.next(2, 6), data)


def with_consent(matter: Matter) -> Actions:
    yield from _delivered(matter)
    yield from _asked(matter)
    yield matter.act(matter.provider, "release.consent_given", matter.pace.next(1, 4), _what(matter))
    yield _released(matter, "CONSENT")


def against_a_refusal(matter: Matter) -> Actions:
    """Consent is refused. The organ releases nevertheless, and retracts."""
    yield from _delivered(matter)
    yield from _asked(matter)
    refused = {"release_id": f"RL-{matter.id}", "reasons": "不宜公开"}
    yield matter.act(matter.provider, "release.consent_refused", matter.pace.next(1, 4), refused)
    yield _released(matter, "NONE")
    yield _retracted(matter)


def _retracted(matter: Matter) -> Action:
    data = {"release_id": f"RL-{matter.id}", "cause": "撤下网页"}
    return matter.act(matter.requester, "release.retracted", matter.pace.next(1, 4), data)


def as_disclosure(matter: Matter) -> Actions:
    """Disclosed within the statutory scope, with the source stated."""
    yield from _delivered(matter)
    article = {"law": "政府信息公开条例", "article": "20"}
    source = f"数据来源:{matter.provider.name}"
    yield _released(matter, "DISCLOSURE_SCOPE", kind="DISCLOSURE", scope_article=article, attribution=source)


def without_basis(matter: Matter) -> Actions:
    """Sensitive, on a web site, without consent: found, corrected, and serious, so persons are disciplined."""
    yield from _delivered(matter)
    yield _released(matter, "NONE")
    yield _retracted(matter)
    evidence = matter.cites(matter.requester, "release.recorded")
    file = File(matter.world, f"V{matter.number:07d}", matter.requester, "c3", evidence, matter.pace)
    yield from file.ordered()
    yield from file.corrected()
    yield from file.disciplined()


def passed_on(matter: Matter) -> Actions:
    """Passed on to a third organ, which needs a request of its own."""
    yield from _delivered(matter)
    organs = matter.world.register.organs
    third = next(each for each in organs if each not in (matter.requester, matter.provider))
    yield _released(matter, "NONE", kind="ONWARD", recipient=third.uscc, audience="第三方机关")


def misused(matter: Matter) -> Actions:
    """One use for another purpose, suspected by the authority. Every third suspicion is dismissed."""
    yield from granted(matter)
    share: Sharing = share_of(matter)
    yield from share.protected()
    yield from share.delivered()
    when = matter.pace.next(5, 15)
    used = use_of(share.open(), when, "misuse")
    used["data"].update(purpose_code="P99", purpose_text="信用评级")
    yield Action(matter.requester, when, (used,))
    evidence = {"source": used["source"], "id": used["id"]}
    file = File(matter.world, f"V{matter.number:07d}", matter.requester, "c1", evidence, matter.pace)
    if matter.number % 3 == 0:
        ratified = {"uses": [evidence], "reason": "事后同意,不改变判定"}
        yield matter.act(matter.provider, "ratification.recorded", matter.pace.next(2, 6), ratified)
        yield from file.dismissed()
    else:
        yield from file.ordered()
        yield from file.corrected()
