"""Signed notes: read strictly, opened with known keys only; and the text form of verifier keys."""

from __future__ import annotations

import pytest

from formats.errors import Malformed, VerificationError
from ledger.notes import note as notes
from ledger.notes.note import Ed25519Signer, Ed25519Verifier, Note, Signature
from tests.support.mutations import flipped_bits, respelled_fields

# The worked example of the specification's reference implementation (x/mod sumdb/note).
FOO_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
FOO = Ed25519Verifier(notes.parse_vkey(FOO_VKEY))
ALICE = Ed25519Signer("example.com/alice", bytes(31) + b"a")
BOB = Ed25519Signer("example.com/bob", bytes(31) + b"b")


def verifier(signer: Ed25519Signer) -> Ed25519Verifier:
    return Ed25519Verifier(signer.key)


def signed(text: str, *signers: Ed25519Signer) -> bytes:
    return notes.format_note(Note(text, tuple(signer.sign(text) for signer in signers)))


def test_the_worked_example_opens() -> None:
    assert notes.open_note(FOO_NOTE, [FOO]).text == "This is an example message.\n"
    assert FOO.key.key_id.hex() == "530d903a"


def test_a_parsed_note_is_written_back_byte_for_byte() -> None:
    assert notes.format_note(notes.parse_note(FOO_NOTE)) == FOO_NOTE
    assert notes.format_vkey(notes.parse_vkey(FOO_VKEY)) == FOO_VKEY


def test_no_bit_of_a_note_can_be_flipped() -> None:
    for changed in flipped_bits(FOO_NOTE):
        with pytest.raises((Malformed, VerificationError)):
            notes.open_note(changed, [FOO])


def test_no_field_of_a_note_has_another_spelling() -> None:
    for changed in respelled_fields(FOO_NOTE):
        with pytest.raises((Malformed, VerificationError)):
            notes.open_note(changed, [FOO])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        b"text\n\xe2\x80\x94 name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=\r\n",
        b"text\r\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"te\x00xt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"text\n\n- name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x93 name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94  AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
        "text\n\n— na\u00a0me AAAAAAA=\n".encode(),
        "text\n\n— na\u2003me AAAAAAA=\n".encode(),
        b"text\n\n\xe2\x80\x94 name\n",
        b"text\n\n\xe2\x80\x94 name \n",
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAB=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAA_AA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA= AAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=\ngarbage\n",
        b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * 101,
        b"t" * 1_000_000 + b"\n\n\xe2\x80\x94 name AAAAAAA=\n",
    ],
)
def test_what_is_not_a_note_is_refused_as_malformed(data: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        notes.parse_note(data)
    assert refused.value.code == "NOTE_MALFORMED"


def test_the_text_ends_at_the_last_empty_line() -> None:
    text = "one\n\n— example.com/alice AAAAAAA=\n\nlast\n"
    assert notes.open_note(signed(text, ALICE), [verifier(ALICE)]).text == text


def test_a_text_may_be_chinese() -> None:
    assert notes.open_note(signed("江苏省\n", ALICE), [verifier(ALICE)]).text == "江苏省\n"


def test_a_hundred_signatures_are_read_and_the_known_one_found() -> None:
    strangers = [Ed25519Signer(f"stranger.example/{number}", number.to_bytes(32, "big")) for number in range(99)]
    opened = notes.open_note(signed("text\n", *strangers, ALICE), [verifier(ALICE)])
    assert [line.name for line in opened.signatures] == ["example.com/alice"]


def test_a_signature_by_an_unknown_key_is_skipped_and_not_passed_on() -> None:
    opened = notes.open_note(signed("text\n", BOB, ALICE), [verifier(ALICE)])
    assert opened.signatures == (ALICE.sign("text\n"),)


def test_a_key_of_the_same_name_or_the_same_id_is_another_key() -> None:
    namesake = Ed25519Signer("example.com/alice", bytes(31) + b"n")
    same_id = Signature("example.com/other", ALICE.key.key_id, bytes(64))
    note = Note("text\n", (namesake.sign("text\n"), same_id, ALICE.sign("text\n")))
    assert len(notes.open_note(notes.format_note(note), [verifier(ALICE)]).signatures) == 1


def test_a_note_signed_by_unknown_keys_only_is_refused() -> None:
    with pytest.raises(VerificationError, match=r"not signed by example\.com/alice"):
        notes.open_note(signed("text\n", BOB), [verifier(ALICE)])
    with pytest.raises(VerificationError, match="none was given"):
        notes.open_note(signed("text\n", BOB), [])


def test_one_bad_signature_of_a_known_key_spoils_a_note_that_another_signed_well() -> None:
    forged = Signature(BOB.key.name, BOB.key.key_id, ALICE.sign("text\n").blob)
    note = notes.format_note(Note("text\n", (ALICE.sign("text\n"), forged)))
    with pytest.raises(VerificationError, match=r"of example\.com/bob"):
        notes.open_note(note, [verifier(ALICE), verifier(BOB)])
    assert notes.open_note(note, [verifier(ALICE)]).signatures == (ALICE.sign("text\n"),)


def test_a_second_bad_signature_of_the_same_key_spoils_the_note_too() -> None:
    bad = Signature(ALICE.key.name, ALICE.key.key_id, bytes(64))
    with pytest.raises(VerificationError):
        notes.open_note(notes.format_note(Note("text\n", (ALICE.sign("text\n"), bad))), [verifier(ALICE)])


def test_every_given_key_must_have_signed_when_that_is_asked() -> None:
    both = [verifier(ALICE), verifier(BOB)]
    assert len(notes.open_note(signed("text\n", ALICE, BOB), both, every=True).signatures) == 2
    with pytest.raises(VerificationError, match=r"not signed by example\.com/bob"):
        notes.open_note(signed("text\n", ALICE), both, every=True)


def test_two_keys_that_share_name_and_id_are_not_told_apart_by_guessing() -> None:
    class CollidingKey(notes.VerifierKey):
        key_id = property(lambda self: ALICE.key.key_id)

    impostor = verifier(BOB)
    impostor.key = CollidingKey(ALICE.key.name, notes.ED25519, BOB.key.public_key)
    with pytest.raises(Malformed, match="same key ID"):
        notes.open_note(signed("text\n", ALICE), [verifier(ALICE), impostor])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k+",
        "example.com/\x01foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/\ud800foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_a_verifier_key_spelt_otherwise_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed) as refused:
        notes.parse_vkey(vkey)
    assert refused.value.code == "VKEY_MALFORMED"


def test_a_verifier_key_without_a_key_is_refused_although_its_key_id_is_right() -> None:
    with pytest.raises(Malformed):
        notes.parse_vkey(notes.format_vkey(notes.VerifierKey("example.com/foo", notes.ED25519, b"")))


def test_no_field_of_a_verifier_key_has_another_spelling() -> None:
    for changed in respelled_fields(FOO_VKEY.encode()):
        with pytest.raises(Malformed):
            notes.parse_vkey(changed.decode())


def test_base64_in_a_verifier_key_may_contain_a_plus() -> None:
    keys = [Ed25519Signer("example.com/plus", number.to_bytes(32, "big")).key for number in range(40)]
    with_plus = [key for key in keys if notes.format_vkey(key).count("+") > 2]
    assert with_plus
    assert all(notes.parse_vkey(notes.format_vkey(key)) == key for key in with_plus)


@pytest.mark.parametrize("public_key", [bytes(31), bytes(33), b"\x01" + bytes(31), bytes(32), b"\xff" * 32])
def test_a_key_of_the_wrong_length_or_a_weak_one_verifies_nothing(public_key: bytes) -> None:
    with pytest.raises(Malformed):
        Ed25519Verifier(notes.VerifierKey("example.com/foo", notes.ED25519, public_key))
