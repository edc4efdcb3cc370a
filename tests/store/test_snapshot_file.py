from pathlib import Path

import numpy as np
import pytest

from grm_console.store import snapshot_file

ARRAYS = {
    "numbers": np.arange(1000, dtype=np.int32).reshape(20, 50),
    "none": np.zeros((0, 3), np.uint8),
    "words": np.array(["en", "zh"]),
    "rows": np.ones((3, 4), np.float32),
}


def test_what_was_written_is_read_and_cannot_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.index"
    snapshot_file.write(path, ARRAYS)
    snapshot_file.write(path, ARRAYS)
    read = snapshot_file.read(path)
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        assert read[name].shape == array.shape
        assert (read[name] == array).all()
        assert not read[name].flags.writeable
    assert [file.name for file in path.parent.iterdir()] == ["a.index"]


def test_any_damage_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.index"
    snapshot_file.write(path, ARRAYS)
    whole = path.read_bytes()
    for place in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(snapshot_file.Damaged):
            snapshot_file.read(path)
    for length in (0, 10, 60, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(snapshot_file.Damaged):
            snapshot_file.read(path)
    with pytest.raises(FileNotFoundError):
        snapshot_file.read(tmp_path / "none")
