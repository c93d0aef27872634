"""The log's own key files: written once and closed to others, read strictly; and verifiers by type."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from formats.errors import Malformed
from ledger.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.notes.log_keys import FileCheckpointSigner, load_signing_key, save_signing_key, verifier_for
from ledger.notes.note import VerifierKey, format_vkey
from tests.support.mutations import flipped_bits, respelled_fields

ORIGIN = "ledger.example.gov.cn/js"
SEED = bytes(range(32))


def key_files(folder: Path, origin: str = ORIGIN) -> list[Path]:
    paths = [folder / "checkpoint-ed25519.key", folder / "checkpoint-mldsa44.key"]
    for path, key_type in zip(paths, (0x01, 0x06), strict=True):
        save_signing_key(path, origin, key_type, SEED)
    return paths


def test_a_signer_loaded_from_files_signs_what_its_verifier_keys_open(tmp_path: Path) -> None:
    signer = FileCheckpointSigner.load(key_files(tmp_path))
    checkpoint = Checkpoint(ORIGIN, 1, bytes(32))
    verifiers = [verifier_for(vkey) for vkey in signer.vkeys]
    assert signer.origin == ORIGIN
    assert open_checkpoint(signer.sign(checkpoint), verifiers, origin=ORIGIN).checkpoint == checkpoint


@pytest.mark.parametrize("key_type", [0x01, 0x06])
def test_a_key_file_is_one_line_that_only_its_owner_can_read(tmp_path: Path, key_type: int) -> None:
    path = tmp_path / "key"
    saved = save_signing_key(path, ORIGIN, key_type, SEED)
    encoded = base64.b64encode(bytes([key_type]) + SEED).decode()
    assert path.read_text() == f"PRIVATE+KEY+{ORIGIN}+{saved.key.key_id.hex()}+{encoded}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_signing_key(path).key == saved.key


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    path = key_files(tmp_path)[0]
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        save_signing_key(path, ORIGIN, 0x01, bytes(32))
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = key_files(tmp_path)[0]
    path.chmod(mode)
    with pytest.raises(Malformed) as refused:
        load_signing_key(path)
    assert refused.value.code == "SIGNING_KEY_EXPOSED"
    assert f"chmod 600 {path}" in refused.value.next_step


def test_a_changed_key_file_is_refused_and_its_seed_is_not_repeated(tmp_path: Path) -> None:
    path = key_files(tmp_path)[0]
    whole = path.read_bytes()
    secret = whole.decode().rsplit("+", 1)[1].strip()
    cut = [whole[:size] for size in range(len(whole))]
    for changed in [*flipped_bits(whole), *respelled_fields(whole), *cut, whole * 2, whole[:-1] + b"\r\n", b" " * 9000]:
        path.write_bytes(changed)
        with pytest.raises(Malformed) as refused:
            load_signing_key(path)
        assert refused.value.code == "SIGNING_KEY_MALFORMED"
        assert secret[:20] not in str(refused.value)


def test_a_signer_needs_a_key_of_each_type_under_one_name(tmp_path: Path) -> None:
    ed25519, ml_dsa = key_files(tmp_path)
    (tmp_path / "other").mkdir()
    stranger = key_files(tmp_path / "other", "ledger.example.gov.cn/other")[1]
    for paths in ([], [ed25519], [ml_dsa], [ed25519, stranger]):
        with pytest.raises(Malformed) as refused:
            FileCheckpointSigner.load(paths)
        assert refused.value.code == "SIGNING_KEYS_INCOMPLETE"


@pytest.mark.parametrize("key_type", [0x02, 0x04, 0x05, 0xFF])
def test_a_verifier_key_of_a_type_that_we_cannot_check_is_refused(key_type: int) -> None:
    with pytest.raises(Malformed) as refused:
        verifier_for(format_vkey(VerifierKey(ORIGIN, key_type, bytes(32))))
    assert refused.value.code == "VKEY_UNSUPPORTED"
    assert f"0x{key_type:02x}" in refused.value.detail
