"""Checkpoints: read strictly, opened by key and origin, signed for receipts and for publication."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import proofbundle.checkpoint as outsider
import pytest

from formats.errors import Malformed, VerificationError
from ledger.notes import note as notes
from ledger.notes.checkpoint import Checkpoint, CheckpointSigner, format_checkpoint, open_checkpoint, parse_checkpoint
from ledger.notes.log_keys import FileCheckpointSigner, signer_from, verifier_for
from ledger.tree.merkle import EMPTY_ROOT
from tests.support.mutations import flipped_bits, respelled_fields

ORIGIN = "ledger.example.gov.cn/js"
SIGNER = FileCheckpointSigner(
    [signer_from(ORIGIN, 0x01, bytes(range(32))), signer_from(ORIGIN, 0x06, bytes(range(32)))]
)
VERIFIERS = [verifier_for(vkey) for vkey in SIGNER.vkeys]
CHECKPOINT = Checkpoint(ORIGIN, 4096, bytes(range(32)))
AT = datetime(2026, 3, 25, 9, 12, 3, 999_000, tzinfo=timezone(timedelta(hours=8)))
GOLDEN = Path(__file__).parents[2] / "vectors" / "notes" / "published-checkpoint.note"
SOFA_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_published_example_is_read_and_written_back() -> None:
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert parse_checkpoint(SOFA_TEXT) == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert format_checkpoint(parse_checkpoint(SOFA_TEXT)) == SOFA_TEXT


def test_the_extension_lines_of_others_are_kept() -> None:
    assert parse_checkpoint(SOFA_TEXT + "one\ntwo\n").extensions == ("one", "two")
    assert format_checkpoint(parse_checkpoint(SOFA_TEXT + "one\ntwo\n")) == SOFA_TEXT + "one\ntwo\n"


@pytest.mark.parametrize(
    ("line", "others"),
    [
        (0, [""]),
        (
            1,
            [
                "",
                "01",
                "00",
                "+1",
                "-1",
                "-0",
                " 1",
                "1 ",
                "1_0",
                "0x1",
                "1.0",
                "1e3",
                "١",
                "9223372036854775808",
                "9" * 5000,
            ],
        ),
        (
            2,
            [
                "",
                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I",
                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=",
                "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=",
                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= ",
                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA",
                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx",
                "AA==",
            ],
        ),
    ],
)
def test_a_line_of_a_checkpoint_has_one_spelling(line: int, others: list[str]) -> None:
    for other in others:
        lines = SOFA_TEXT.split("\n")
        lines[line] = other
        with pytest.raises(Malformed) as refused:
            parse_checkpoint("\n".join(lines))
        assert refused.value.code == "CHECKPOINT_MALFORMED"


@pytest.mark.parametrize(
    "text", ["", "\n", SOFA_TEXT[:-1], SOFA_TEXT + "\n", SOFA_TEXT + "one\n\ntwo\n", SOFA_TEXT + "one"]
)
def test_lines_missing_empty_or_unfinished_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_checkpoint(text)


def test_a_receipts_checkpoint_carries_the_ed25519_signature_only() -> None:
    opened = open_checkpoint(SIGNER.sign(CHECKPOINT), VERIFIERS, origin=ORIGIN)
    assert opened.checkpoint == CHECKPOINT
    assert [line.key_id for line in opened.note.signatures] == [VERIFIERS[0].key.key_id]
    assert [verifier.key.type for verifier in VERIFIERS] == [0x01, 0x06]


def test_a_published_checkpoint_carries_both_and_says_when() -> None:
    opened = open_checkpoint(SIGNER.publish(CHECKPOINT, AT), VERIFIERS, origin=ORIGIN, every=True)
    ed25519, ml_dsa = opened.note.signatures
    assert {ed25519.name, ml_dsa.name} == {ORIGIN}
    assert int.from_bytes(ml_dsa.blob[:8], "big") == int(AT.astimezone(UTC).timestamp())
    assert ed25519 == notes.parse_note(SIGNER.sign(CHECKPOINT)).signatures[0]


def test_the_golden_checkpoint_still_opens_and_is_written_back() -> None:
    opened = open_checkpoint(GOLDEN.read_bytes(), VERIFIERS, origin=ORIGIN, every=True)
    assert opened.checkpoint == CHECKPOINT
    assert notes.format_note(opened.note) == GOLDEN.read_bytes()


def test_no_bit_of_a_receipts_checkpoint_can_be_flipped() -> None:
    for changed in flipped_bits(SIGNER.sign(CHECKPOINT)):
        with pytest.raises((Malformed, VerificationError)):
            open_checkpoint(changed, VERIFIERS, origin=ORIGIN)


def test_no_bit_of_a_published_checkpoint_can_be_flipped() -> None:
    for changed in flipped_bits(GOLDEN.read_bytes(), step=11):
        with pytest.raises((Malformed, VerificationError)):
            open_checkpoint(changed, VERIFIERS, origin=ORIGIN, every=True)


def test_no_field_of_a_published_checkpoint_has_another_spelling() -> None:
    for changed in respelled_fields(GOLDEN.read_bytes()):
        with pytest.raises((Malformed, VerificationError)):
            open_checkpoint(changed, VERIFIERS, origin=ORIGIN, every=True)


def test_a_checkpoint_of_another_log_is_refused_although_the_key_is_known() -> None:
    with pytest.raises(VerificationError, match=r"not of 'ledger\.example\.gov\.cn/other'"):
        open_checkpoint(SIGNER.sign(CHECKPOINT), VERIFIERS, origin="ledger.example.gov.cn/other")


def test_an_empty_tree_has_one_root() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert open_checkpoint(SIGNER.sign(empty), VERIFIERS, origin=ORIGIN).checkpoint == empty
    with pytest.raises(VerificationError, match="empty tree"):
        open_checkpoint(SIGNER.sign(replace(empty, root=bytes(32))), VERIFIERS, origin=ORIGIN)


def test_while_keys_are_being_replaced_old_and_new_sign_together() -> None:
    new = [signer_from(ORIGIN, 0x01, bytes(32)), signer_from(ORIGIN, 0x06, bytes(32))]
    old = [signer_from(ORIGIN, 0x01, bytes(range(32))), signer_from(ORIGIN, 0x06, bytes(range(32)))]
    together: CheckpointSigner = FileCheckpointSigner([*old, *new])
    known = [verifier_for(vkey) for vkey in together.vkeys]
    assert len(known) == 4
    opened = open_checkpoint(together.publish(CHECKPOINT, AT), known, origin=ORIGIN, every=True)
    assert len(opened.note.signatures) == 4
    assert len(notes.parse_note(together.sign(CHECKPOINT)).signatures) == 2


@pytest.mark.parametrize("known", [VERIFIERS[1:], VERIFIERS], ids=["ML-DSA-44 key alone", "both keys"])
def test_an_extension_line_added_after_signing_is_refused_under_the_ml_dsa_key(known: list[notes.Verifier]) -> None:
    note = notes.parse_note(SIGNER.publish(CHECKPOINT, AT))
    signed = tuple(line for line in note.signatures if line.key_id == VERIFIERS[1].key.key_id)
    extended = notes.format_note(replace(note, text=note.text + "added after signing\n", signatures=signed))
    with pytest.raises(VerificationError, match="covers no extension lines"):
        open_checkpoint(extended, known, origin=ORIGIN)


def test_a_signer_signs_for_its_own_origin_only() -> None:
    with pytest.raises(AssertionError):
        SIGNER.sign(replace(CHECKPOINT, origin="ledger.example.gov.cn/other"))


def test_an_independent_verifier_accepts_both_signatures_unmodified() -> None:
    note = SIGNER.publish(CHECKPOINT, AT).decode()
    ed25519, ml_dsa = SIGNER.vkeys
    accepted = outsider.verify_checkpoint(note, ed25519)
    assert (accepted["ok"], accepted["origin"], accepted["tree_size"]) == (True, ORIGIN, 4096)
    cosigned = outsider.verify_cosignature(note, ml_dsa)
    assert (cosigned["ok"], cosigned["alg"]) == (True, "ml-dsa-44")
    assert cosigned["timestamp"] == int(AT.timestamp())


def test_the_independent_verifier_refuses_what_we_refuse() -> None:
    note = SIGNER.publish(CHECKPOINT, AT).decode().replace("\n4096\n", "\n4097\n")
    assert not outsider.verify_checkpoint(note, SIGNER.vkeys[0])["ok"]
    assert not outsider.verify_cosignature(note, SIGNER.vkeys[1])["ok"]
