"""The catalogue of reasons is closed, ordered and complete in both languages."""

from __future__ import annotations

import string
from typing import get_args

from domain.reasons.catalogue import CATALOGUE, ORDER, On, Reason, Severity
from domain.reasons.sentences import LANGUAGES, SENTENCES, sentence
from domain.vocabulary.codes import Limb
from domain.vocabulary.sensitivity import became_stricter, is_sensitive, stricter


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_reason_has_an_entry_and_the_entries_stand_in_the_order_of_the_reasons() -> None:
    assert list(CATALOGUE) == list(Reason)
    assert [ORDER[reason] for reason in Reason] == list(range(len(Reason)))


def test_every_reason_has_a_sentence_in_both_languages_with_the_same_parameters() -> None:
    for reason in Reason:
        chinese, english = (placeholders(SENTENCES[reason][language]) for language in LANGUAGES)
        assert chinese == english, reason


def test_limbs_are_those_of_article_33() -> None:
    limbs = {entry.limb for entry in CATALOGUE.values()} | {entry.limb_if_sensitive for entry in CATALOGUE.values()}
    assert limbs - {None} <= set(get_args(Limb))


def test_a_delivery_beyond_scope_falls_under_c3_if_the_information_is_sensitive() -> None:
    for reason in (Reason.NO_GRANT, Reason.OUT_OF_SCOPE_FIELDS, Reason.OUT_OF_SCOPE_SUBJECTS):
        entry = CATALOGUE[reason]
        assert entry.limb_on(On.DELIVERY, sensitive=True) == "c3"
        assert entry.limb_on(On.DELIVERY, sensitive=False) == "c1"
        assert entry.limb_on(On.USE, sensitive=True) == "c1"


def test_an_unfiled_refusal_makes_a_finding_only_if_the_information_is_sensitive() -> None:
    entry = CATALOGUE[Reason.REFUSAL_NOT_FILED]
    assert entry.limb_on(On.REFUSAL, sensitive=True) == "e"
    assert entry.limb_on(On.REFUSAL, sensitive=False) is None


def test_a_warning_comes_from_another_law_and_makes_no_finding() -> None:
    warnings = [entry for entry in CATALOGUE.values() if entry.severity is Severity.WARNING]
    assert [entry.reason for entry in warnings] == [Reason.DISCLOSER_NOT_ORIGINATOR]
    assert warnings[0].limb is None


def test_a_sentence_says_what_the_case_is_about() -> None:
    params = {"purpose": "P9", "granted": "P1"}
    assert sentence(Reason.PURPOSE_MISMATCH, params) == "用途 P9 不在授权用途（P1）之内"
    assert sentence(Reason.PURPOSE_MISMATCH, params, language="en") == "Purpose P9 is not among those granted: P1"


def test_work_secrets_are_not_sensitive_in_the_sense_of_articles_18_and_19() -> None:
    assert not is_sensitive({"work_secret"})
    assert is_sensitive({"work_secret", "privacy"})


def test_the_stricter_of_two_claims_is_their_union() -> None:
    assert stricter({"privacy"}, {"trade_secret"}, ()) == {"privacy", "trade_secret"}


def test_a_class_becomes_stricter_by_a_further_sensitive_class_or_a_higher_level() -> None:
    assert became_stricter((), None, {"privacy"}, None)
    assert became_stricter({"state_secret"}, "秘密", {"state_secret"}, "机密")
    assert not became_stricter({"state_secret"}, "机密", {"state_secret"}, "秘密")
    assert not became_stricter({"privacy"}, None, {"work_secret"}, None)
