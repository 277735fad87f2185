"""The key that signs cookies, when nobody has set one."""

import stat
from concurrent.futures import ThreadPoolExecutor

from foundation.settings import Settings


def test_all_that_start_at_once_share_one_key_that_others_cannot_read(tmp_path):
    for number in range(20):
        home = tmp_path / str(number)
        many = [Settings(portal_home=home) for _ in range(8)]
        with ThreadPoolExecutor(len(many)) as pool:
            keys = set(pool.map(lambda one: one.signing_key, many))
        assert len(keys) == 1
        assert len(keys.pop()) >= 48
        assert [place.name for place in home.iterdir()] == ["secret-key"]
        assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600


def test_a_key_that_is_kept_stays(tmp_path):
    kept = Settings(portal_home=tmp_path).signing_key
    assert Settings(portal_home=tmp_path).signing_key == kept
    assert Settings(portal_home=tmp_path, secret_key="mine").signing_key == "mine"
