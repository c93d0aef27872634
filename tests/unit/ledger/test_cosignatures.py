"""ML-DSA-44 signatures on checkpoints: the worked message of the specification, and what a signature covers."""

from __future__ import annotations

import base64
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from formats.errors import Malformed, VerificationError
from ledger.notes import note as notes
from ledger.notes.checkpoint import Checkpoint, format_checkpoint
from ledger.notes.cosignature import MlDsa44Signer, MlDsa44Verifier, cosigned_message
from ledger.notes.note import VerifierKey

WITNESS = MlDsa44Signer("witness.example.com/w1", bytes(range(32)))
SOFA = Checkpoint(
    "example.com/behind-the-sofa", 20852163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
)
AT = datetime.fromtimestamp(1679315147, UTC)
MESSAGE = bytes.fromhex(
    "737562747265652f76310a00 16 7769746e6573732e6578616d706c652e636f6d2f7731 00000000641850cb"
    "1b 6578616d706c652e636f6d2f626568696e642d7468652d736f6661 0000000000000000 00000000013e2dc3"
    "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
)


def test_the_seed_of_the_worked_example_gives_its_key_and_key_id() -> None:
    digest = sha256(WITNESS.key.public_key).hexdigest()
    assert digest == "9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46"
    assert WITNESS.key.key_id.hex() == "db8c366f"


def test_the_signed_message_is_the_119_bytes_of_the_worked_example() -> None:
    assert len(MESSAGE) == 119
    assert cosigned_message("witness.example.com/w1", 1679315147, SOFA) == MESSAGE


def test_a_signature_states_its_time_and_holds_for_its_checkpoint() -> None:
    signature = WITNESS.sign(SOFA, AT)
    assert (signature.name, signature.key_id.hex(), len(signature.blob)) == ("witness.example.com/w1", "db8c366f", 2428)
    assert int.from_bytes(signature.blob[:8], "big") == 1679315147
    MlDsa44Verifier(WITNESS.key).verify(format_checkpoint(SOFA), signature.blob)


@pytest.mark.parametrize(
    "other",
    [replace(SOFA, origin="example.com/behind-the-sofb"), replace(SOFA, size=20852164), replace(SOFA, root=bytes(32))],
    ids=["origin", "size", "root"],
)
def test_a_signature_holds_for_no_other_checkpoint(other: Checkpoint) -> None:
    blob = WITNESS.sign(SOFA, AT).blob
    with pytest.raises(VerificationError, match=r"of witness\.example\.com/w1"):
        MlDsa44Verifier(WITNESS.key).verify(format_checkpoint(other), blob)


def test_a_signature_does_not_hold_under_another_name() -> None:
    blob = WITNESS.sign(SOFA, AT).blob
    with pytest.raises(VerificationError):
        MlDsa44Verifier(replace(WITNESS.key, name="witness.example.com/w2")).verify(format_checkpoint(SOFA), blob)


def test_a_signature_holds_for_no_other_time() -> None:
    blob = WITNESS.sign(SOFA, AT).blob
    with pytest.raises(VerificationError, match="does not hold"):
        MlDsa44Verifier(WITNESS.key).verify(format_checkpoint(SOFA), bytes(8) + blob[8:])


def test_a_signature_of_another_length_is_refused() -> None:
    blob = WITNESS.sign(SOFA, AT).blob
    for bad in (blob[:-1], blob + b"\x00", blob[8:], b""):
        with pytest.raises(VerificationError, match="wrong length or time"):
            MlDsa44Verifier(WITNESS.key).verify(format_checkpoint(SOFA), bad)


def test_a_time_beyond_the_specifications_bound_is_refused_although_it_is_signed() -> None:
    private = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
    for timestamp, holds in ((2**63 - 1, True), (2**63, False)):
        signature = private.sign(cosigned_message(WITNESS.key.name, timestamp, SOFA))
        with nullcontext() if holds else pytest.raises(VerificationError, match="wrong length or time"):
            MlDsa44Verifier(WITNESS.key).verify(format_checkpoint(SOFA), timestamp.to_bytes(8, "big") + signature)


def test_a_signature_holds_for_no_checkpoint_with_extension_lines_because_its_message_covers_none() -> None:
    blob = WITNESS.sign(SOFA, AT).blob
    with pytest.raises(VerificationError, match="covers no extension lines"):
        MlDsa44Verifier(WITNESS.key).verify(format_checkpoint(replace(SOFA, extensions=("more",))), blob)


def test_a_checkpoint_with_extension_lines_is_not_signed() -> None:
    with pytest.raises(AssertionError, match="extension lines"):
        WITNESS.sign(replace(SOFA, extensions=("more",)), AT)


def test_a_time_without_offset_is_not_signed() -> None:
    with pytest.raises(AssertionError):
        WITNESS.sign(SOFA, datetime(2026, 3, 25, 9, 12))  # noqa: DTZ001


def test_a_note_that_is_no_checkpoint_is_not_verified() -> None:
    blob = WITNESS.sign(SOFA, AT).blob
    with pytest.raises(Malformed):
        MlDsa44Verifier(WITNESS.key).verify("This is an example message.\n", blob)


def test_an_origin_longer_than_a_message_can_name_is_refused_not_cut() -> None:
    with pytest.raises(VerificationError, match="not in 256"):
        MlDsa44Verifier(WITNESS.key).verify(
            format_checkpoint(replace(SOFA, origin="o" * 256)), WITNESS.sign(SOFA, AT).blob
        )


@pytest.mark.parametrize(
    "key",
    [
        VerifierKey("example.com/log", 0x06, b""),
        VerifierKey("example.com/log", 0x06, bytes(1311)),
        VerifierKey("example.com/log", 0x06, bytes(1313)),
        VerifierKey("example.com/log", 0x01, WITNESS.key.public_key),
        VerifierKey("o" * 256, 0x06, WITNESS.key.public_key),
    ],
    ids=["empty", "short", "long", "other type", "name too long to be signed"],
)
def test_a_key_of_another_form_verifies_nothing(key: VerifierKey) -> None:
    with pytest.raises(Malformed):
        MlDsa44Verifier(key)


def test_the_public_key_travels_as_a_vkey() -> None:
    assert notes.parse_vkey(notes.format_vkey(WITNESS.key)) == WITNESS.key
