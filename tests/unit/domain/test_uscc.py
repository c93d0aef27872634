"""统一社会信用代码, GB 32100-2015: the specimen, the codes of the demo, and every way to mistype one character."""

from __future__ import annotations

import pytest

from domain.vocabulary import uscc

VALID = (
    "91350100M000100Y43",
    "113200000000000195",
    "113200000000000270",
    "113201000000000350",
    "11320500000000043F",
    "113206000000000787",
    "11320583000000051H",
    "1232000000000006X5",
    "11320000000000107K",
    "11320000000000115E",
    "113200000000001239",
    "113200000000001314",
    "1132000000000014XU",
    "11320000000000158U",
    "11320000000000166N",
    "11320000000000174H",
    "11320000000000182C",
    "113200000000001907",
    "11320000000000203W",
    "113200000000000863",
    "11320000000000094X",
    "11320000000000211P",
)


@pytest.mark.parametrize("code", VALID)
def test_a_code_with_its_check_character_is_taken(code: str) -> None:
    assert uscc.fault(code) is None


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_is_noticed_wherever_it_stands(place: int) -> None:
    code = "11320500000000043F"
    others = [each for each in uscc.ALPHABET if each != code[place]]
    assert all(uscc.fault(code[:place] + each + code[place + 1 :]) for each in others)


def test_the_fault_names_the_expected_check_character() -> None:
    assert uscc.fault("113200000000000196") == "the check character of 11320000000000019 is 5, not 6"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "has 18 characters, this has 0"),
        ("1132000000000001950", "has 18 characters, this has 19"),
        ("11320500000000043f", "'f' is not allowed"),
        ("1132050000000004IO", "'IO' is not allowed"),
        ("11320500000000043Ｆ", "'Ｆ' is not allowed"),
    ],
)
def test_what_is_no_code_is_named_before_its_check_character(code: str, says: str) -> None:
    assert says in str(uscc.fault(code))
