"""The law as the writer asks it, and the register of keys."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy.event import listen, remove

from api.server.verification import KeysThen
from domain.act import Act
from domain.admission.context import AdmissionSettings
from domain.codec.wire import type_of, write_event
from domain.events import DisputeOpened, Event, KeyAuthorised, PartyOfficerAppointed, PartySucceeded
from domain.families.party.events import Successor
from domain.state import PartyState
from domain.vocabulary.values import Jwk
from ledger.keys.jwk import PrivateKey, generate
from ledger.records.submission import Submission, parse_and_verify_submission, sign_submission
from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from replay.admission import LawAdmission
from replay.party_registry import PartyRegistry
from replay.states import HeadStates
from tests.support import story
from tests.support.log_writer import write_acts
from tests.support.payloads import CHIEF, CLERK, founded, used

AT = dt.datetime(2026, 3, 25, 1, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 4, 1, 2, 0, tzinfo=dt.UTC)
KEY = generate("Ed25519")


@dataclass(frozen=True)
class At:
    """A place."""

    index: int
    position: int


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    migrate(engine)
    store = Store(engine, "ledger.example/gate")
    yield store
    store.close()
    engine.dispose()


@pytest.fixture
def policy(store: Store) -> LawAdmission:
    return LawAdmission(store, AdmissionSettings(origin=store.origin), capacity=64)


def signed(store: Store, data: Mapping[str, Any]) -> Submission:
    """The provider classifies an item."""
    record = {
        "specversion": "1.0",
        "id": "r",
        "source": f"urn:uscc:{story.PROVIDER}",
        "type": "sharing.resource.classified.v1",
        "subject": "item/C09",
        "time": AT.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    line = orjson.dumps(record)
    jws = sign_submission([line], key=KEY, iss=story.PROVIDER, aud=store.origin, iat=int(AT.timestamp()))
    return parse_and_verify_submission(line, jws, audience=store.origin, find_key=lambda kid: KEY.public, now=AT)


def refused(policy: LawAdmission, submission: Submission) -> set[tuple[str, str | None]]:
    return {(refusal.code, refusal.pointer) for refusal in policy.check(submission, [At(7, 0)], AT)}


SECRET = {"post": "岗-01", "classes": ["state_secret"], "level": "秘密", "share_type": "2", "from": "2026-03-02"}


def test_a_text_about_a_state_secret_is_refused(store: Store, policy: LawAdmission) -> None:
    assert ("CONTENT_FORBIDDEN", "/data/name") in refused(policy, signed(store, SECRET | {"name": "名称"}))


def test_a_record_about_a_state_secret_needs_no_text(store: Store, policy: LawAdmission) -> None:
    assert not {code for code, pointer in refused(policy, signed(store, SECRET)) if pointer == "/data/name"}


def authorised(key: PrivateKey, uscc: str) -> Act:
    event = KeyAuthorised(post="岗-01", key=Jwk(**key.public.jwk), valid_from=AT)
    place = {"stream": f"party/{uscc}", "index": 0, "position": 0}  # which is the log's to say
    return Act(event=event, by=uscc, id=key.kid, time=AT, recorded_at=AT, kid=KEY.kid, **place)  # type: ignore[arg-type]


def test_nobody_takes_over_a_key_by_having_it_authorised_again(store: Store) -> None:
    registry = PartyRegistry(store)
    write_acts(store, [authorised(KEY, story.PROVIDER)])
    assert registry.holder(KEY.kid) == (story.PROVIDER, KEY.public)
    other = generate("Ed25519")
    write_acts(store, [authorised(KEY, story.REQUESTER), authorised(other, story.REQUESTER)])
    for each in (registry, PartyRegistry(store)):
        assert each.holder(other.kid) == (story.REQUESTER, other.public)
        assert each.holder(KEY.kid) == (story.PROVIDER, KEY.public)


def test_the_audit_takes_no_signature_by_a_key_that_only_reads(store: Store) -> None:
    told = story.Story()
    told.party(story.PROVIDER)
    for number, use in enumerate(("READ", "SIGN", None)):
        jwk = Jwk(**generate("Ed25519").public.jwk)
        event = KeyAuthorised(post="岗-01", key=jwk, valid_from=AT - dt.timedelta(days=1), use=use)  # type: ignore[arg-type]
        told.record(f"party/{story.PROVIDER}", story.PROVIDER, f"2026-01-0{6 + number}", event)
    write_acts(store, told.acts)
    keys = [act.event.key.thumbprint() for act in told.acts if isinstance(act.event, KeyAuthorised)]
    authorised_then = KeysThen(store)
    assert [authorised_then(kid, story.PROVIDER, 9, AT) is not None for kid in keys] == [False, True, True]


def test_states_at_the_head_that_were_dropped_are_folded_again(store: Store) -> None:
    told = story.Story().cast()
    write_acts(store, told.acts)
    parties = sorted({act.stream for act in told.acts if act.stream.startswith("party/")})
    assert len(parties) > 2
    states = HeadStates(store, capacity=2)
    for _ in range(2):
        assert [states.state(stream) for stream in parties] == [told.state(stream) for stream in parties]
        assert len(states._folded) <= 2


def test_a_key_speaks_for_no_party_that_never_had_it(store: Store, policy: LawAdmission) -> None:
    assert not policy.issuer_ever_held_key(signed(store, SECRET))


def any_use(number: int, rng: Random) -> dict[str, Any]:
    """A use by the requester: mostly one like the one before it, sometimes with something else or something wrong."""
    data = write_event(used(request_id=rng.choice(["1", "1", "1", "2", "9"]), matter_no=f"M-{number}"))
    odd = {"post": "没有的岗", "item": "C05", "fields": [], "level": "机密", "classes": ["state_secret"], "unit": ""}
    odd |= {
        "matter_no": None,
        "subject_count": -1,
        "subjects": ["P-1", "P-2"],
        "system_level": None,
        "network": ["INTERNET"],
    }
    odd |= {"fields": "name", "duty": {"kind": "MATTER_CODE", "matter_code": 7}}
    chance = rng.random()
    if chance < 0.4:
        name = rng.choice(list(odd))
        data[name] = odd[name]
    elif chance < 0.6:
        del data[rng.choice(["matter_no", "subject_count", "item", "unit"])]
    elif chance < 0.7:
        data["matter_no"] = rng.choice([7, "", "M 1", ["M-1"], "办-7"])
    late = rng.random() < 0.1
    return {
        "specversion": "1.0",
        "id": f"u-{number}",
        "source": f"urn:uscc:{story.REQUESTER}",
        "type": "sharing.use.recorded.v1",
        "subject": rng.choice(["request/1", "request/1", "request/1", "request/2", f"use/u-{number}"]),
        "time": (NOW + dt.timedelta(hours=1) if late else NOW - dt.timedelta(minutes=number)).isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


@pytest.mark.parametrize("seed", range(12))
def test_uses_that_come_together_are_let_through_or_refused_as_each_of_them_is_alone(store: Store, seed: int) -> None:
    told, rng = story.Story(), Random(seed)
    told.cast()
    told.record(f"party/{story.REQUESTER}", story.AUTHORITY, "2026-01-06", authorised(KEY, story.REQUESTER).event)
    told.classified()
    for name in ("1", "2"):
        told.requested(name=name)
    write_acts(store, told.acts)
    records = [any_use(number, rng) for number in range(60)]
    policy = LawAdmission(store, AdmissionSettings(origin=store.origin), capacity=64)
    together = defaultdict(set)
    for refusal in policy.check(opened(store, records), places(len(records)), NOW):
        together[refusal.line].add((refusal.code, refusal.pointer))
    policy.rollback()
    alone = defaultdict(set)
    for line, record in enumerate(records, 1):
        for refusal in policy.check(opened(store, [record]), places(1), NOW):
            alone[line].add((refusal.code, refusal.pointer))
        policy.rollback()
    assert together == alone
    assert 0 < len(alone) < len(records)


def places(count: int) -> list[At]:
    return [At(1_000 + number, 10 + number) for number in range(count)]


def opened(
    store: Store, records: list[dict[str, Any]], *, key: PrivateKey = KEY, iss: str = story.REQUESTER
) -> Submission:
    lines = [orjson.dumps(record) for record in records]
    jws = sign_submission(lines, key=key, iss=iss, aud=store.origin, iat=int(NOW.timestamp()))
    later = NOW + dt.timedelta(hours=2)
    return parse_and_verify_submission(
        b"\n".join(lines), jws, audience=store.origin, find_key=lambda kid: key.public, now=later
    )


# --- what is claimed in one stream makes stubs of records in others, at the writer's position


def the(number: int, event: Event, stream: str) -> dict[str, Any]:
    """A record of the requester."""
    return {
        "specversion": "1.0",
        "id": f"c-{number}",
        "source": f"urn:uscc:{story.REQUESTER}",
        "type": type_of(event),
        "subject": stream,
        "time": NOW.isoformat(),
        "datacontenttype": "application/json",
        "data": write_event(event),
    }


def a_use(number: int) -> dict[str, Any]:
    return the(number, used(request_id="2", matter_no=f"M-{number}"), "request/2")


def a_dispute(number: int = 99, **changes: Any) -> dict[str, Any]:
    members: dict[str, Any] = {"item": "C04", "counterparty": story.PROVIDER, "claimed_class": "state_secret"}
    return the(number, DisputeOpened(**({"post": CLERK, "fixed_by_central": False} | members | changes)), "dispute/1")


def asked_twice() -> story.Story:
    """Two requests for one item, of which nobody claims anything."""
    told = story.Story()
    told.cast()
    told.record(f"party/{story.REQUESTER}", story.AUTHORITY, "2026-01-06", authorised(KEY, story.REQUESTER).event)
    appointed = PartyOfficerAppointed(
        post="经办岗-01", officer=CLERK, unit="办公室", responsible=False, from_=dt.date(2026, 1, 6)
    )
    told.record(f"party/{story.REQUESTER}", story.REQUESTER, "2026-01-06", appointed)
    for item in ("C04", "C05"):
        told.classified(item=item)
    for name in ("1", "2"):
        told.requested(name=name)
    return told


def asked_of(store: Store, story_ledger: story.Story) -> LawAdmission:
    write_acts(store, story_ledger.acts)
    return LawAdmission(store, AdmissionSettings(origin=store.origin), capacity=64)


def found(policy: LawAdmission, store: Store, *records: dict[str, Any]) -> list[tuple[int | None, str, str | None]]:
    refusals = policy.check(opened(store, list(records)), places(len(records)), NOW)
    return [(each.line, each.code, each.pointer) for each in refusals]


def forbidden(policy: LawAdmission, store: Store, *records: dict[str, Any]) -> set[int | None]:
    """The lines that carry more than a stub."""
    return {line for line, code, _ in found(policy, store, *records) if code == "CONTENT_FORBIDDEN"}


def test_a_use_of_an_item_that_nobody_claims_to_be_secret_has_its_text(store: Store) -> None:
    assert found(asked_of(store, asked_twice()), store, a_use(1)) == []


def test_a_claim_ends_what_was_let_through_before_it_in_the_same_submission(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    assert forbidden(policy, store, a_use(1), a_use(2), a_dispute(), a_use(3), a_use(4)) == {4, 5}


def test_a_claim_is_seen_by_the_next_submission_of_the_batch_and_after_it(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    assert found(policy, store, a_dispute()) == []
    assert forbidden(policy, store, a_use(1)) == {1}
    policy.commit()
    assert forbidden(policy, store, a_use(1)) == {1}


def test_a_claim_that_is_rolled_back_is_forgotten(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    assert found(policy, store, a_dispute()) == []
    policy.rollback()
    assert list(policy.claims_on("C04")) == []
    assert found(policy, store, a_use(1)) == []


def test_a_claim_in_a_submission_that_is_refused_is_forgotten_and_those_before_it_are_not(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    assert found(policy, store, a_dispute(item="C05")) == []
    other, misplaced = a_dispute(98) | {"subject": "dispute/2"}, a_use(1) | {"subject": "use/elsewhere"}
    assert {line for line, *_ in found(policy, store, other, misplaced)} == {2}
    assert [list(policy.claims_on(item)) for item in ("C04", "C05")] == [[], ["dispute/1"]]


def test_a_claim_committed_outlives_a_later_rollback(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    found(policy, store, a_dispute())
    policy.commit()
    policy.rollback()
    assert list(policy.claims_on("C04")) == ["dispute/1"]


def test_a_gate_opened_again_knows_what_the_log_claims(store: Store) -> None:
    told = asked_twice()
    told.received(classes=("state_secret",))
    assert forbidden(asked_of(store, told), store, a_use(1)) == {1}


# --- which bytes may be kept as evidence that an id was used twice


def kept(policy: LawAdmission, store: Store, other: dict[str, Any], known: dict[str, Any]) -> bool:
    (record,), (recorded,) = opened(store, [other]).records, opened(store, [known]).records
    return policy.may_retain(record, recorded)


@pytest.mark.parametrize(
    ("changes", "data", "may"),
    [
        ({}, {"matter_no": "M-2"}, True),
        ({"subject": "request/1"}, {}, True),
        ({"subject": "nowhere/zq7-CONTENT"}, {}, False),
        ({"subject": "item/zq7-CONTENT"}, {}, False),
        ({"type": "sharing.use.described.v1"}, {}, False),
        ({}, {"content": "zq7-CONTENT"}, False),
    ],
)
def test_of_what_is_no_secret_all_that_can_be_read_may_be_kept(
    store: Store, changes: dict[str, Any], data: dict[str, Any], may: bool
) -> None:
    policy, known = asked_of(store, asked_twice()), a_use(1)
    assert kept(policy, store, known | {"data": known["data"] | data} | changes, known) is may


@pytest.mark.parametrize(
    ("changes", "data", "may"),
    [
        ({}, {"matter_no": "M-2"}, True),
        ({}, {"purpose_text": "文字"}, False),
        ({"subject": "nowhere/zq7-CONTENT"}, {}, False),
        ({"subject": "request/zq7-CONTENT"}, {}, False),
        ({"subject": "use/c-1"}, {"request_id": None, "item": "C05", "purpose_text": "文字"}, False),
    ],
)
def test_beside_a_recorded_stub_only_a_stub_in_its_place_may_be_kept(
    store: Store, changes: dict[str, Any], data: dict[str, Any], may: bool
) -> None:
    told = asked_twice()
    told.received(classes=("state_secret",))
    policy, known = asked_of(store, told), a_use(1)
    known["data"] = {name: value for name, value in known["data"].items() if name != "purpose_text"}
    known["data"]["duty"] = {"kind": "MATTER_CODE", "matter_code": "GX-1"}
    assert kept(policy, store, known | {"data": known["data"] | data} | changes, known) is may


def test_a_text_about_a_claimed_secret_is_not_kept_beside_a_record_about_something_else(store: Store) -> None:
    told = asked_twice()
    told.received(classes=("state_secret",))
    known = the(1, used(request_id=None, item="C05"), "use/c-1")
    other = known | {"data": known["data"] | {"item": "C04"}}
    assert not kept(asked_of(store, told), store, other, known)


# --- what was let through once is looked at again


def test_a_use_that_an_heir_records_is_looked_at_however_often_it_is_said(store: Store) -> None:
    told, key, heir = asked_twice(), generate("Ed25519"), story.THIRD
    told.record(f"party/{heir}", story.AUTHORITY, "2026-01-06", authorised(key, heir).event)
    appointed = PartyOfficerAppointed(
        post="经办岗-01", officer=CLERK, unit="办公室", responsible=False, from_=dt.date(2026, 1, 6)
    )
    told.record(f"party/{heir}", heir, "2026-01-06", appointed)
    merged = PartySucceeded(
        post="岗-00",
        mode="MERGED",
        successors=(Successor(party=heir, duty_bases=()),),
        effective=dt.date(2026, 3, 20),
        instrument=story.DOC,
    )
    told.record(f"party/{story.REQUESTER}", story.AUTHORITY, "2026-03-20", merged)
    policy = asked_of(store, told)
    days = ["2026-03-30", "2026-03-30", "2026-03-30", "2026-03-01", "2026-03-30"]
    records = [
        a_use(number) | {"source": f"urn:uscc:{heir}", "time": f"{day}T09:00:00+08:00"}
        for number, day in enumerate(days)
    ]
    submission = opened(store, records, key=key, iss=heir)
    assert [each.line for each in policy.check(submission, places(len(records)), NOW)] == [4]


def test_a_use_without_a_request_stands_in_the_stream_of_its_own_id_however_often_it_is_said(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    event = used(request_id=None, subject_count=1)
    records = [the(number, event, "use/c-0") for number in range(4)]
    assert {line for line, *_ in found(policy, store, *records)} == {2, 3, 4}


def test_what_the_first_of_a_kind_holds_where_it_was_cut_is_not_taken_for_what_others_lack(store: Store) -> None:
    """In the first, what stands between the number and the bracket that ends it in others are other members."""
    policy = asked_of(store, asked_twice())

    def written(number: int, behind: list[str], left_out: list[str]) -> dict[str, Any]:
        record = a_use(number)
        data = {name: value for name, value in record["data"].items() if name not in ("subject_count", *behind)}
        more = {name: record["data"][name] for name in behind if name not in left_out}
        return record | {"data": data | {"subject_count": number} | more}

    behind = ["item", "fields", "post"]
    records = [written(1, [], []), written(2, behind, []), written(3, behind, behind), written(4, behind, behind)]
    assert {line for line, *_ in found(policy, store, *records)} == {3, 4}


# --- what the database is asked


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Every statement that the store executes meanwhile."""
    executed: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        executed.append(statement)

    listen(store.engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        remove(store.engine, "before_cursor_execute", note)


def asks(number: int) -> dict[str, Any]:
    """A request that opens its own stream."""
    return the(
        number, asked_twice().requested(item=None, description="描述", post=CLERK).event, f"request/new-{number}"
    )


def test_records_that_open_new_streams_cost_no_statement_each(store: Store) -> None:
    counts = []
    policy = asked_of(store, asked_twice())
    found(policy, store, asks(1_000))  # what all have in common is known from here on
    policy.commit()
    for count in (4, 40):
        records = [asks(count * 10 + number) for number in range(count)]
        submission, opens = opened(store, records), [At(1_000 + number, 0) for number in range(count)]
        with statements(store) as executed:
            assert policy.check(submission, opens, NOW) == []
        policy.commit()
        counts.append(len(executed))
    assert counts == [0, 0]


def test_a_stream_that_a_refused_submission_would_have_opened_is_not_there_for_the_next(store: Store) -> None:
    policy = asked_of(store, asked_twice())
    wrong = asks(1) | {"data": asks(1)["data"] | {"post": "没有的岗"}}
    assert policy.check(opened(store, [asks(2), wrong]), [At(1_000, 0), At(1_001, 0)], NOW)
    assert policy.state("request/new-2") is None
    assert policy.check(opened(store, [asks(2)]), [At(1_000, 0)], NOW) == []
    assert policy.state("request/new-2") is not None
    policy.rollback()
    assert policy.state("request/new-2") is None


def test_a_founding_party_is_known_before_its_stream_has_an_entry(store: Store) -> None:
    event = founded(origin=store.origin)
    place = {"stream": f"ledger/{store.origin}", "index": 0, "position": 0}
    write_acts(store, [Act(event=event, by=story.AUTHORITY, id="f", time=AT, recorded_at=AT, **place)])  # type: ignore[arg-type]
    appointed = PartyOfficerAppointed(
        post=CHIEF, officer="经办岗-02", unit="办公室", responsible=False, from_=dt.date(2026, 1, 6)
    )
    record = the(1, appointed, f"party/{story.AUTHORITY}") | {"source": f"urn:uscc:{story.AUTHORITY}"}
    policy = LawAdmission(store, AdmissionSettings(origin=store.origin), capacity=64)
    submission = opened(store, [record], iss=story.AUTHORITY)
    refusals = policy.check(submission, [At(3, 0)], NOW)
    assert [refusal.pointer for refusal in refusals] == ["/source"], "its post is held, only the key is another's"
    assert isinstance(policy.state(f"party/{story.AUTHORITY}"), PartyState)
