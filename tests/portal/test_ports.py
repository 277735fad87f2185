import os
import socket

import pytest

from foundation.settings import Settings
from portal.running import parts
from tests import servers


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("DATABASE_URL", "BROKER_URL", "SMTP_URL", "SINK_PORT"):
        monkeypatch.setenv(name, "")  # put back at the end, whatever a test does


def test_the_sink_takes_another_port_where_nobody_chose_one(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        before = taken.getsockname()[1] - 1
        settings = Settings(portal_home=tmp_path, smtp_port=before)
        chosen = parts.choose_ports(settings)
        assert chosen.sink_listens not in {before, before + 1}
        assert os.environ["SINK_PORT"] == str(chosen.sink_listens)
        assert chosen.gateway_goes_on_to == f"127.0.0.1:{chosen.sink_listens}"


def test_a_port_that_somebody_chose_is_left_and_named_when_it_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(
            portal_home=tmp_path,
            port=servers.free_port(),
            smtp_port=servers.free_port(),
            sink_port=port,
        )
        assert parts.choose_ports(settings) is settings
        with pytest.raises(parts.CannotStartError, match=rf"Port {port} .* SINK_PORT={port + 1}"):
            parts.check_ports(settings)


def test_each_gateway_is_a_process_of_its_own(tmp_path):
    settings = Settings(portal_home=tmp_path, gateway_processes=3)
    names = [part.name for part in parts.parts(settings)]
    assert [name for name in names if "gateway" in name] == ["gateway-1", "gateway-2", "gateway-3"]
    assert names[0] == "mail-sink"  # it serves the others, and so begins first and ends last
    notify = settings.model_copy(update={"mail_channel": "notify"})
    assert not any("gateway" in part.name for part in parts.parts(notify))
