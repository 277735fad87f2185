import logging
from pathlib import Path

import pytest

from foundation.settings import Settings
from portal.wiring import waker
from tests import servers


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_is_away_stops_nobody_and_is_asked_once(scheme, tmp_path, caplog):
    settings = Settings(
        portal_home=tmp_path,
        broker_url=f"{scheme}://127.0.0.1:{servers.free_port()}",
        secret_key="for-tests-only",
        public_url="https://portal.example",
    )
    wake = waker(settings)
    with caplog.at_level(logging.WARNING, logger="portal.wiring"):
        wake(frozenset({"mail", "relay"}))
        wake(frozenset({"mail"}))
    said = [record for record in caplog.records if record.name == "portal.wiring"]
    assert len(said) == 1


def test_waking_leaves_a_message_for_each_queue(tmp_path):
    wake = waker(Settings(portal_home=Path(tmp_path)))
    wake(frozenset({"mail", "index"}))
    names = sorted(place.name.split(".")[1] for place in (tmp_path / "broker").glob("*.msg"))
    assert names == ["index", "mail"]
