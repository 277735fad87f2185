"""The mail gateway as a process of its own; several may listen on one port."""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import portal.models  # noqa: F401 - every table must be known before the first query
from foundation.settings import Settings, read_settings
from gatekeeping.mailgate.door.confirming import serve_confirming
from gatekeeping.mailgate.door.journal import Journal
from gatekeeping.mailgate.door.passing import note_fault
from gatekeeping.mailgate.gate.looking import Gate
from gatekeeping.mailgate.gate.shelf import SeveralAuthoritiesError
from gatekeeping.mailgate.listening import serve
from portal.gateway.making import database_of, door_of, gate_of
from portal.gateway.patience import Patience
from portal.running import child

log = logging.getLogger(__name__)

TENDED_EVERY: Final = 2.0  # seconds
TIDIED_EVERY: Final = 3600.0


def main() -> None:
    """Run one gateway until told to stop."""
    child.begin()
    settings = read_settings()
    try:
        run(settings)
    except SeveralAuthoritiesError as refusal:
        log.error("%s", refusal)  # noqa: TRY400 - the sentence says it all
        sys.exit(1)
    logging.shutdown()
    os._exit(0)  # a thread may still wait for the next server, for minutes


def run(settings: Settings) -> None:
    """Listen until told to stop. Raises SeveralAuthoritiesError when nobody said whose mail it is.

    OSError when the port is taken or the certificate cannot be read.
    """
    database = database_of(settings)
    threading.Thread(target=Patience(database.engine).watch, daemon=True).start()
    gate = gate_of(settings, database)
    door = door_of(settings, gate)
    gate.tend()  # or the first messages would have to come again
    tending = threading.Thread(target=_tend, args=(gate, door.journal), daemon=True)
    tending.start()
    host, port = settings.gateway_listens

    async def listen() -> None:
        asked = None
        if settings.gateway_confirm_port:
            asked = await serve_confirming(
                door.journal, settings.gateway_host, settings.gateway_confirm_port
            )
        await serve(door, host, port, ready=child.tell_ready)
        if asked is not None:
            asked.close()

    asyncio.run(listen())
    gate.tend(writes=True)
    door.journal.close()


def _tend(gate: Gate, journal: Journal) -> None:
    tidied = time.monotonic()
    while True:
        time.sleep(TENDED_EVERY)
        _guarded(gate.tend)
        if time.monotonic() - tidied > TIDIED_EVERY:
            _guarded(journal.tidy)
            tidied = time.monotonic()


def _guarded(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as fault:  # noqa: BLE001 - the mail goes on with what is known
        note_fault("the gateway could not look after itself", fault)


if __name__ == "__main__":
    main()
