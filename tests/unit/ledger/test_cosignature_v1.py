"""Timestamped Ed25519 cosignatures (type 0x04): the published message, a stranger's opinion, and what is refused."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import proofbundle.checkpoint as outsider
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from formats.errors import Malformed, VerificationError
from ledger.notes import note as notes
from ledger.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.notes.cosignature import (
    Ed25519CosignatureVerifier,
    MlDsa44Signer,
    cosignature_v1_message,
    cosigner_verifier_for,
)
from ledger.notes.log_keys import FileCheckpointSigner, signer_from, verifier_for
from ledger.notes.note import Note, Signature, VerifierKey, format_vkey
from tests.support.mutations import flipped_bits

NAME = "witness.example.com/w1"
TIME = 1679315147
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
# c2sp.org/tlog-cosignature, "Ed25519 signed message", as the specification prints it.
MESSAGE = f"cosignature/v1\ntime 1679315147\n{SOFA}".encode()

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(NAME, 0x04, PRIVATE.public_key().public_bytes_raw())
VERIFIER = Ed25519CosignatureVerifier(KEY)
BLOB = TIME.to_bytes(8, "big") + PRIVATE.sign(MESSAGE)


def test_the_signed_message_is_the_one_that_the_specification_prints() -> None:
    assert cosignature_v1_message(TIME, SOFA) == MESSAGE


def test_a_cosignature_made_over_the_published_message_holds() -> None:
    assert len(KEY.key_id + BLOB) == 76
    VERIFIER.verify(SOFA, BLOB)


def test_every_flipped_bit_of_a_cosignature_is_refused() -> None:
    for bad in flipped_bits(BLOB):
        with pytest.raises(VerificationError):
            VERIFIER.verify(SOFA, bad)


@pytest.mark.parametrize(
    "other",
    [
        SOFA.replace("sofa", "sofb"),
        SOFA.replace("20852163", "20852164"),
        SOFA.replace("CsUY", "DsUY"),
        SOFA + "more\n",
    ],
    ids=["origin", "size", "root", "extension line added after signing"],
)
def test_a_cosignature_holds_for_no_other_checkpoint(other: str) -> None:
    with pytest.raises(VerificationError, match=r"of witness\.example\.com/w1 on the checkpoint does not hold"):
        VERIFIER.verify(other, BLOB)


def test_a_cosignature_covers_extension_lines() -> None:
    extended = SOFA + "more\n"
    VERIFIER.verify(extended, BLOB[:8] + PRIVATE.sign(cosignature_v1_message(TIME, extended)))


def test_a_cosignature_of_another_length_is_refused() -> None:
    for bad in (BLOB[:-1], BLOB + b"\x00", BLOB[8:], b""):
        with pytest.raises(VerificationError, match="wrong length or time"):
            VERIFIER.verify(SOFA, bad)


def test_a_time_beyond_the_specifications_bound_is_refused_although_it_is_signed() -> None:
    for timestamp, holds in ((2**63 - 1, True), (2**63, False)):
        signature = PRIVATE.sign(cosignature_v1_message(timestamp, SOFA))
        with nullcontext() if holds else pytest.raises(VerificationError, match="wrong length or time"):
            VERIFIER.verify(SOFA, timestamp.to_bytes(8, "big") + signature)


def test_a_log_signature_of_the_same_key_is_no_cosignature() -> None:
    with pytest.raises(VerificationError, match="does not hold"):
        VERIFIER.verify(SOFA, TIME.to_bytes(8, "big") + PRIVATE.sign(SOFA.encode()))


def test_a_note_that_is_no_checkpoint_is_not_verified_although_it_is_signed() -> None:
    text = "This is an example message.\n"
    with pytest.raises(Malformed):
        VERIFIER.verify(text, BLOB[:8] + PRIVATE.sign(cosignature_v1_message(TIME, text)))


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (VerifierKey(NAME, 0x04, b""), "VKEY_MALFORMED"),
        (VerifierKey(NAME, 0x04, bytes(31)), "VKEY_MALFORMED"),
        (VerifierKey(NAME, 0x04, bytes(33)), "VKEY_MALFORMED"),
        (VerifierKey(NAME, 0x01, KEY.public_key), "VKEY_MALFORMED"),
        (VerifierKey(NAME, 0x04, b"\x01" + bytes(31)), "KEY_WEAK"),
    ],
    ids=["empty", "short", "long", "other type", "small order"],
)
def test_a_key_of_another_form_verifies_nothing(key: VerifierKey, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        Ed25519CosignatureVerifier(key)
    assert refused.value.code == code


@pytest.mark.parametrize("key_type", [0x01, 0x02, 0x05, 0xFF])
def test_a_cosigner_key_of_a_type_that_makes_no_cosignature_is_refused(key_type: int) -> None:
    with pytest.raises(Malformed) as refused:
        cosigner_verifier_for(format_vkey(replace(KEY, type=key_type)))
    assert refused.value.code == "VKEY_UNSUPPORTED"
    assert f"0x{key_type:02x}" in refused.value.detail


def test_a_cosigner_key_is_no_key_of_a_log() -> None:
    with pytest.raises(Malformed) as refused:
        verifier_for(format_vkey(KEY))
    assert refused.value.code == "VKEY_UNSUPPORTED"


LOG = "ledger.example.gov.cn/js"
SIGNER = FileCheckpointSigner([signer_from(LOG, 0x01, bytes(range(32))), signer_from(LOG, 0x06, bytes(range(32)))])


def cosigned_note() -> bytes:
    """A checkpoint of ours with a line by its log and one by a witness."""
    signed = notes.parse_note(SIGNER.sign(Checkpoint(LOG, 4096, bytes(range(32)))))
    blob = TIME.to_bytes(8, "big") + PRIVATE.sign(cosignature_v1_message(TIME, signed.text))
    return notes.format_note(Note(signed.text, (*signed.signatures, Signature(NAME, KEY.key_id, blob))))


def test_a_checkpoint_opens_under_the_keys_of_its_log_and_of_its_witness_together() -> None:
    known = [verifier_for(SIGNER.vkeys[0]), cosigner_verifier_for(format_vkey(KEY))]
    opened = open_checkpoint(cosigned_note(), known, origin=LOG, every=True)
    assert [line.name for line in opened.note.signatures] == [LOG, NAME]


def test_a_witness_of_either_cosignature_type_is_read_from_its_vkey() -> None:
    ml_dsa = MlDsa44Signer(NAME, bytes(range(32))).key
    assert [cosigner_verifier_for(format_vkey(key)).key for key in (KEY, ml_dsa)] == [KEY, ml_dsa]


def test_an_independent_verifier_accepts_what_we_accept_and_refuses_what_we_refuse() -> None:
    note, vkey = cosigned_note().decode(), format_vkey(KEY)
    accepted = outsider.verify_cosignature(note, vkey)
    assert (accepted["ok"], accepted["alg"], accepted["timestamp"]) == (True, "ed25519-cosignature/v1", TIME)
    extended = note.replace("\n\n—", "\nmore\n\n—")
    assert not outsider.verify_cosignature(extended, vkey)["ok"]
    with pytest.raises(VerificationError):
        open_checkpoint(extended.encode(), [VERIFIER], origin=LOG)


def test_we_accept_the_cosignature_of_an_independent_cosigner() -> None:
    note = SIGNER.sign(Checkpoint(LOG, 4096, bytes(range(32)))).decode()
    made = outsider.cosign_checkpoint(note, PRIVATE, NAME, TIME)
    opened = open_checkpoint(made.encode(), [VERIFIER], origin=LOG)
    assert [(line.name, line.blob[:8]) for line in opened.note.signatures] == [(NAME, TIME.to_bytes(8, "big"))]
