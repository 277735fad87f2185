import hashlib
import io
import os
import resource

import pytest

from foundation.files import FileStore, NoRoomError, TooLargeError


def test_the_same_content_is_kept_once(tmp_path):
    store = FileStore(tmp_path / "files")
    first = store.put(io.BytesIO(b"minutes"), most=100)
    second = store.put(io.BytesIO(b"minutes"), most=100)
    assert first == second
    assert first.sha256 == hashlib.sha256(b"minutes").hexdigest()
    assert store.path(first.sha256).read_bytes() == b"minutes"
    assert len([place for place in (tmp_path / "files").rglob("*") if place.is_file()]) == 1


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(tmp_path):
    store = FileStore(tmp_path)
    with pytest.raises(TooLargeError, match="smaller than 3 MB"):
        store.put(io.BytesIO(b"x" * 3_000_001), most=3_000_000)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABC", "g" * 64])
def test_only_a_hash_names_a_file(tmp_path, name):
    with pytest.raises(ValueError, match="not a SHA-256"):
        FileStore(tmp_path).path(name)


@pytest.fixture
def full_disk():
    """Let no file of this process grow over a megabyte, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_nothing_stays_and_it_is_said(tmp_path, full_disk):
    store = FileStore(tmp_path)
    with pytest.raises(NoRoomError, match="no room for files"):
        store.put(io.BytesIO(b"x" * 1_500_000), most=3_000_000)
    assert list(tmp_path.rglob("*")) == []
    assert store.path(store.put(io.BytesIO(b"minutes"), most=100).sha256).exists()


def test_what_is_no_matter_of_room_is_a_fault(tmp_path):
    tmp_path.joinpath("file").touch()
    with pytest.raises(NotADirectoryError):
        FileStore(tmp_path / "file" / "store").put(io.BytesIO(b"x"), most=10)


def test_what_killed_writers_left_goes_after_a_day(tmp_path):
    store = FileStore(tmp_path)
    kept = store.put(io.BytesIO(b"minutes"), most=100)
    old, new = tmp_path / ".incoming-old", tmp_path / ".incoming-new"
    for place in (old, new):
        place.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.forget_halves() == 1
    assert (old.exists(), new.exists(), store.path(kept.sha256).exists()) == (False, True, True)
    assert FileStore(tmp_path / "none").forget_halves() == 0
