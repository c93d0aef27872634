"""The shipped rule sets: what they say, and what they say about themselves."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from domain.rules.bundled import load_rule_sets, parse_rule_set
from domain.rules.history import ruleset_register
from domain.rules.rule_set import Certainty

RULE_SETS = load_rule_sets()
ORDER_85, REGULATION_809 = RULE_SETS["js-85-2012"], RULE_SETS["cn-809-2025"]
REGISTER = ruleset_register([], RULE_SETS.values())
FILES = sorted((Path(__file__).parents[3] / "domain" / "data").glob("rules-*.json"))


def test_order_85_has_two_numbers_and_no_other() -> None:
    data = json.loads(next(path for path in FILES if "js-85" in path.name).read_text())
    assert {name: entry["value"] for name, entry in data["numbers"].items() if entry["value"] is not None} == {
        "response.sensitive": 15,
        "update": 20,
    }
    assert ORDER_85.response_number(sensitive=False).source == "none in Order 85"


def test_order_85_begins_on_1_december_2012_and_claims_no_fidelity() -> None:
    assert (ORDER_85.effective_from, ORDER_85.effective_to) == (date(2012, 12, 1), None)
    assert (ORDER_85.text_status, ORDER_85.status) == ("reconstructed", "unverified")


def test_nobody_has_checked_any_number_and_the_numbers_of_809_are_marked_unverified() -> None:
    for rules in RULE_SETS.values():
        for number in rules.numbers.values():
            assert (number.checked_by, number.checked_on) == (None, None)
    assert {number.certainty for number in REGULATION_809.numbers.values()} == {Certainty.UNVERIFIED}


def test_a_rule_sets_digest_is_the_sha256_of_its_file() -> None:
    assert {sha256(path.read_bytes()).hexdigest() for path in FILES} == {rules.digest for rules in RULE_SETS.values()}


def test_a_disabled_rule_set_judges_nothing() -> None:
    assert not REGULATION_809.enabled
    assert REGISTER.in_force(date(2026, 3, 9)) == (ORDER_85,)


def test_before_any_rule_set_there_is_nothing_to_judge_by() -> None:
    assert REGISTER.in_force(date(2012, 11, 30)) == ()


def test_a_rule_set_that_leaves_a_number_unsaid_is_not_loaded() -> None:
    document = FILES[-1].read_text().replace('"delivery":', '"deliveries":')
    with pytest.raises(ValueError, match=r"gives or omits \['deliveries', 'delivery'\]"):
        parse_rule_set(document.encode())


def test_a_rule_set_that_asks_for_what_is_not_done_is_not_loaded() -> None:
    document = FILES[-1].read_text().replace('"statistics_period": "MONTH"', '"statistics_period": "QUARTER"')
    with pytest.raises(ValueError, match="statistics_period 'QUARTER' is not supported"):
        parse_rule_set(document.encode())


def test_what_the_order_leaves_open_is_a_setting_with_the_agreed_default() -> None:
    settings = ORDER_85.settings
    assert (settings.recording_lag_wd, settings.purpose_grace_wd, settings.refusal_filing_grace_wd) == (1, 1, 0)
    assert (settings.answer_again_wd, settings.oral_grant_recorded_within_wd, settings.acknowledgement_wd) == (
        15,
        1,
        None,
    )
    assert (settings.onward_with_consent, settings.supplement_stops_clock) == (False, False)
