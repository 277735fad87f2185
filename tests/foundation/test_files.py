import hashlib
import io

import pytest

from foundation.files import FileStore, TooLargeError


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
