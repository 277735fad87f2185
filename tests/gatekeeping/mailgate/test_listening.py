import asyncio
import os
import signal
import threading

import pytest

from gatekeeping.mailgate.door.journal import Journal
from gatekeeping.mailgate.door.serving import Door
from gatekeeping.mailgate.listening import serve
from gatekeeping.mailgate.smtp.next_hop import NextHop
from tests import servers
from tests.mail_doors import TERMS, Client, OpenGate, next_server


@pytest.mark.parametrize("is_away", [False, True])
def test_it_listens_until_it_is_told_to_stop(is_away, tmp_path):
    port, ready, said = servers.free_port(), threading.Event(), []

    def converse() -> None:
        ready.wait(10)
        try:
            with Client(port) as client:
                said.append(client.ask("EHLO client.example"))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    talking = threading.Thread(target=converse)
    talking.start()
    with next_server() as hop:
        away = servers.free_port()
        next_hop = NextHop("127.0.0.1", away if is_away else hop.port)
        door = Door(TERMS, next_hop, OpenGate(), Journal(tmp_path))
        asyncio.run(serve(door, "127.0.0.1", port, ready=ready.set, grace=2))
    talking.join()
    # What the next server offers was asked before the first client came.
    assert ("DSN" in said[0]) is not is_away
    door.pool.shutdown()


def test_several_share_a_port_but_not_with_a_stranger(tmp_path):
    next_hop = NextHop("127.0.0.1", servers.free_port())
    door = Door(TERMS, next_hop, OpenGate(), Journal(tmp_path))
    with (
        servers.socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="use"),
    ):
        asyncio.run(serve(door, "127.0.0.1", taken.getsockname()[1], ready=lambda: None))
