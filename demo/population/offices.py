"""Acts of organs outside matters: keys and posts, nodes, collections, incidents; inspections, reports, rules."""

from __future__ import annotations

from datetime import datetime

from demo.population.matters import Actions
from demo.population.organs import PROVINCE, RESPONSIBLE, Organ
from demo.population.records import Pace, act, action, digest, document, record, ref
from demo.population.world import END, PopulationState


def key(world: PopulationState, organ: Organ, kid: str, pace: Pace) -> Actions:
    """Replace the key once; the new key signs from the next day.

    For the monitoring centre the old key is reported as compromised afterwards. An organ that shares cannot be chosen
    for it, because all acts that rest on its records would be in doubt.
    """
    when = pace.next(0, 5)
    data = {
        "post": RESPONSIBLE,
        "kid": kid,
        "from": f"{pace.ahead(1)}T00:00:00+08:00",
        "key": dict(world.successor(organ)),
        "reason": "每年轮换",
    }
    stream = f"party/{organ.uscc}"
    yield action(organ, record(organ, "key.rotated", stream, when, data), rotates=True)
    if organ == world.register.monitoring:
        yield from _doubted(organ, kid, when, pace)


def _doubted(organ: Organ, kid: str, rotated: datetime, pace: Pace) -> Actions:
    """Report the old key as compromised on its last day. The organ reaffirms the records it signed with it (5.4)."""
    stream = f"party/{organ.uscc}"
    since = f"{rotated.date()}T00:00:00+08:00"
    doubt = {"post": RESPONSIBLE, "kid": kid, "from": since, "how_known": "日志核查"}
    yield act(organ, "key.compromised", stream, pace.next(2, 4), doubt)
    stood = {
        "post": RESPONSIBLE,
        "events": [ref(organ, "key.rotated", stream)],
        "reason": "KEY_COMPROMISE",
    }
    yield act(organ, "event.reaffirmed", stream, pace.next(1, 2), stood)


def posts(organ: Organ, pace: Pace) -> Actions:
    """Appoint an officer for some weeks, then relieve the post."""
    number = 10
    while pace.day <= END:
        number += 1
        when = pace.next(40, 90)
        since = when.date().isoformat()
        post = f"借调岗-{number}"
        come = {"post": RESPONSIBLE, "officer": post, "unit": organ.unit, "responsible": False, "from": since}
        yield act(organ, "party.officer_appointed", f"party/{organ.uscc}", when, come, tag=str(number))
        when = pace.next(40, 90)
        gone = {"post": RESPONSIBLE, "officer": post, "from": when.date().isoformat()}
        yield act(organ, "party.officer_relieved", f"party/{organ.uscc}", when, gone, tag=str(number))


def node(organ: Organ, pace: Pace) -> Actions:
    """Register a node at the platform, and declare a collection, exempted by statute or not (Art. 11 ¶1)."""
    stream, when = f"party/{organ.uscc}", pace.next(5, 30)
    node = {
        "node_id": f"N-{organ.uscc[-6:]}",
        "platform": PROVINCE,
        "interfaces": [f"IF-{organ.line:02d}"],
        "from": when.date().isoformat(),
    }
    yield act(organ, "node.registered", stream, when, node)
    when = pace.next(20, 60)
    declared = {
        "declaration_id": "C-1",
        "datum": "办事人基本信息",
        "duty": {"kind": "MATTER_CODE", "matter_code": f"SX-{organ.line:02d}P02"},
        "catalogue_version": digest("目录 1"),
        "from": when.date().isoformat(),
    }
    yield act(organ, "collection.declared", stream, when, declared)
    if organ.line % 2:
        statute = {"declaration_id": "C-1", "statute": {"law": "统计法", "article": "7"}}
        yield act(organ, "collection.exempted", stream, pace.next(1, 9), statute)
    else:
        disowned = {
            "post": RESPONSIBLE,
            "events": [ref(organ, "collection.declared", stream)],
            "reason": "非本机关所为",
        }
        yield act(organ, "event.disowned", stream, pace.next(1, 9), disowned)


def renamed(world: PopulationState, organ: Organ, pace: Pace) -> Actions:
    """Rename the party (Art. 2)."""
    authority, stream = world.register.authority_over(organ), f"party/{organ.uscc}"
    when = pace.next(20, 90)
    instrument = document(f"编〔{organ.uscc[-6:]}〕", authority, when.date())
    name = {"name": f"{organ.name}(更名)", "from": when.date().isoformat(), "instrument": instrument}
    yield act(authority, "party.renamed", stream, when, name)


def incident(number: int, organ: Organ, pace: Pace) -> Actions:
    stream = f"party/{organ.uscc}"
    kind = ("OUTAGE", "LEAK", "OTHER")[number % 3]
    reported = {
        "incident_id": f"I-{number}",
        "kind": kind,
        "streams": [],
        "state_secret": False,
        "measures": "已隔离",
    }
    yield act(organ, "incident.reported", stream, pace.next(0, 5), reported, tag=str(number))
    closed = {"incident_id": f"I-{number}", "evidence_lost": [], "result": "已恢复"}
    yield act(organ, "incident.closed", stream, pace.next(1, 5), closed, tag=str(number))


def inspection(world: PopulationState, number: int, organ: Organ, pace: Pace) -> Actions:
    stream, authority = f"inspection/J{number:05d}", world.register.authority_over(organ)
    opened = {
        "inspected": [organ.uscc],
        "subject": "共享使用专项检查",
        "inspector": RESPONSIBLE,
        "sensitive_text": number % 2 == 0,
    }
    yield act(authority, "inspection.opened", stream, pace.next(0, 5), opened)
    read = {
        "caller": authority.uscc,
        "caller_post": RESPONSIBLE,
        "purpose": "专项检查",
        "question": f"access requester={organ.uscc}",
        "inspection": f"J{number:05d}",
        "tree_size": 1,
        "count": 10,
    }
    home = authority.division
    yield act(authority, "supervision.read", f"authority/{home}", pace.next(1, 4), read, tag=str(number))
    yield act(authority, "inspection.closed", stream, pace.next(3, 9), {"result": "已检查"})


def rules(world: PopulationState, pace: Pace) -> Actions:
    """Record once each: a working day set by a government, the operator's basis, a rule set that is not in force."""
    authority, government = world.register.authorities[PROVINCE], world.register.governments[PROVINCE]
    when = pace.next(10, 20)
    overlay = {
        "division": PROVINCE,
        "days": [{"date": "2025-12-13", "working": True}],
        "instrument": document("苏政办〔2025〕88号", government, when.date()),
    }
    yield act(authority, "calendar.local_overlay_added", "calendar/cn", when, overlay)
    operator = world.register.operator
    basis = {
        "kind": "AUTHORISED",
        "basis": {"doc": document("苏编办〔2025〕3号", government, when.date())},
        "functions": "运行共享平台",
        "valid_from": when.date().isoformat(),
    }
    home = f"party/{operator.uscc}"
    yield act(authority, "party.authority_basis_recorded", home, pace.next(1, 2), basis)
    activated = {
        "version": 1,
        "effective_from": "2025-08-01",
        "divisions": [PROVINCE],
        "objects": ["政务数据"],
        "rank": 1,
        "text_status": "reconstructed",
        "status": "disabled",
        "digest": digest("cn-809-2025"),
    }
    yield act(authority, "ruleset.activated", "ruleset/cn-809-2025", pace.next(120, 140), activated)


def reports(world: PopulationState, pace: Pace) -> Actions:
    """Export the performance of all organs, several times a year (Art. 29)."""
    authority, government = world.register.authorities[PROVINCE], world.register.governments[PROVINCE]
    number = 0
    while pace.day <= END:
        number += 1
        when = pace.next(60, 120)
        report = {
            "organs": [organ.uscc for organ in world.register.organs],
            "period": {"from": "2025-01-02", "to": when.date().isoformat()},
            "recipient": {"uscc": government.uscc},
            "digest": digest(f"报告 {number}"),
            "tree_size": 1,
        }
        yield act(authority, "report.exported", f"authority/{PROVINCE}", when, report, tag=str(number))
