"""tlog-proof files: the worked example, ours before a stranger's verifier, and every way to spoil one."""

from __future__ import annotations

from dataclasses import replace

import proofbundle.tlogproof as outsider
import pytest

from formats.errors import Malformed, VerificationError
from ledger.notes import tlog_proof
from ledger.notes.checkpoint import Checkpoint
from ledger.notes.log_keys import FileCheckpointSigner, signer_from, verifier_for
from ledger.notes.tlog_proof import TlogProof
from ledger.tree import merkle
from tests.support.mutations import flipped_bits, respelled_fields

# c2sp.org/tlog-proof's worked example: entry 3 of 15.
VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
ORIGIN = "example.com/log/testdata"
KNOWN = [verifier_for(VKEY)]
WORKED = """\
c2sp.org/tlog-proof@v1
index 3
Zx8UbF5HHooag6PCFM5LqQe486WIjRTMjNPOdbsS75Q=
T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=
g0ZoeYWtIV8Q8i+4CmgqPnBvH2il107lyCgTQsyB7H4=
5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=

example.com/log/testdata
15
rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=
""".encode()
WITH_EXTRA = WORKED.replace(b"index 3", b"extra aGVsbG8=\nindex 3")

OURS = "ledger.example.gov.cn/js"
SIGNER = FileCheckpointSigner([signer_from(OURS, 0x01, bytes(range(32))), signer_from(OURS, 0x06, bytes(range(32)))])
ENTRIES = [f"第 {number} 条".encode() for number in range(11)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]


def our_proof(index: int, size: int = len(ENTRIES)) -> bytes:
    checkpoint = SIGNER.sign(Checkpoint(OURS, size, merkle.root_hash(LEAVES[:size])))
    return tlog_proof.format_tlog_proof(
        TlogProof(index, tuple(merkle.prove_inclusion_in_memory(index, LEAVES[:size])), checkpoint)
    )


def test_the_worked_example_proves_its_entry() -> None:
    proven = tlog_proof.verify_tlog_proof(WORKED, b"four", KNOWN, origin=ORIGIN)
    assert proven.index == 3
    assert proven.leaf_hash == merkle.leaf_hash(b"four")
    assert (proven.signed.checkpoint.origin, proven.signed.checkpoint.size) == (ORIGIN, 15)


def test_the_worked_example_does_not_prove_the_entry_with_a_newline() -> None:
    with pytest.raises(VerificationError):
        tlog_proof.verify_tlog_proof(WORKED, b"four\n", KNOWN, origin=ORIGIN)


def test_a_proof_of_another_log_is_refused() -> None:
    with pytest.raises(VerificationError, match="is of the log"):
        tlog_proof.verify_tlog_proof(WORKED, b"four", KNOWN, origin=OURS)


@pytest.mark.parametrize("whole", [WORKED, WITH_EXTRA], ids=["plain", "with extra"])
def test_a_parsed_proof_is_written_back_byte_for_byte(whole: bytes) -> None:
    assert tlog_proof.format_tlog_proof(tlog_proof.parse_tlog_proof(whole)) == whole


def test_extra_data_is_read_and_proves_nothing() -> None:
    assert tlog_proof.parse_tlog_proof(WITH_EXTRA).extra == b"hello"
    other = WITH_EXTRA.replace(b"aGVsbG8=", b"SGVsbG8=")
    assert tlog_proof.verify_tlog_proof(other, b"four", KNOWN, origin=ORIGIN).index == 3


def test_no_bit_of_a_proof_can_be_flipped() -> None:
    for changed in flipped_bits(WORKED):
        with pytest.raises((Malformed, VerificationError)):
            tlog_proof.verify_tlog_proof(changed, b"four", KNOWN, origin=ORIGIN)


def test_no_field_of_a_proof_has_another_spelling() -> None:
    for changed in respelled_fields(WORKED):
        with pytest.raises((Malformed, VerificationError)):
            tlog_proof.verify_tlog_proof(changed, b"four", KNOWN, origin=ORIGIN)


def test_a_cut_proof_is_malformed() -> None:
    for size in range(len(WORKED)):
        with pytest.raises(Malformed):
            tlog_proof.parse_tlog_proof(WORKED[:size])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("index 3", "index 03"),
        ("index 3", "index +3"),
        ("index 3", "index  3"),
        ("index 3", "index 3 "),
        ("index 3", "index 3\r"),
        ("index 3", "Index 3"),
        ("index 3", "index 3\nindex 3"),
        ("index 3", "index 9223372036854775808"),
        ("index 3\n", ""),
        ("index 3", "extra \nindex 3"),
        ("index 3", "extra aGVsbG8\nindex 3"),
        ("index 3", "extra aGVsbG8=\nextra aGVsbG8=\nindex 3"),
        ("index 3", "index 3\nextra aGVsbG8="),
        ("@v1", "@v2"),
        ("c2sp", "\ufeffc2sp"),
        ("75Q=\n", "75Q=\n\n"),
        ("75Q=", "75R="),
        ("75Q=", "75Q"),
        ("0Ks=\n", "0Ks=\nAAAA\n"),
        ("0Ks=\n", "0Ks=\n" + "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=\n" * 60),
        ("\n\nexample", "\nexample"),
    ],
)
def test_a_proof_spelt_otherwise_is_malformed(old: str, new: str) -> None:
    changed = WORKED.decode().replace(old, new, 1).encode()
    assert changed != WORKED
    with pytest.raises(Malformed):
        tlog_proof.parse_tlog_proof(changed)


def test_a_malformed_proof_has_a_code_and_says_what_to_do() -> None:
    with pytest.raises(Malformed) as refused:
        tlog_proof.parse_tlog_proof(WORKED.replace(b"index 3", b"index 03"))
    assert (refused.value.code, bool(refused.value.next_step)) == ("PROOF_MALFORMED", True)


def test_a_proof_with_a_hash_missing_or_the_wrong_index_does_not_verify() -> None:
    proof = tlog_proof.parse_tlog_proof(WORKED)
    for changed in (replace(proof, path=proof.path[1:]), replace(proof, index=2), replace(proof, index=15)):
        with pytest.raises(VerificationError):
            tlog_proof.verify_tlog_proof(tlog_proof.format_tlog_proof(changed), b"four", KNOWN, origin=ORIGIN)


@pytest.mark.parametrize("size", [1, 2, 8, 11])
def test_our_proofs_are_accepted_by_us_and_by_an_independent_verifier_unmodified(size: int) -> None:
    known = [verifier_for(vkey) for vkey in SIGNER.vkeys]
    for index in range(size):
        proof = our_proof(index, size)
        assert tlog_proof.verify_tlog_proof(proof, ENTRIES[index], known, origin=OURS).index == index
        verdict = outsider.verify_tlog_proof(proof.decode(), ENTRIES[index], SIGNER.vkeys[0], expected_origin=OURS)
        assert verdict["ok"], verdict


def test_the_independent_verifier_agrees_on_the_worked_example_and_refuses_what_we_refuse() -> None:
    assert outsider.verify_tlog_proof(WORKED.decode(), b"four", VKEY)["ok"]
    assert not outsider.verify_tlog_proof(WORKED.decode(), b"four\n", VKEY)["ok"]
    assert not outsider.verify_tlog_proof(our_proof(3).decode(), ENTRIES[4], SIGNER.vkeys[0])["ok"]
